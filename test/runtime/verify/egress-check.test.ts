// The egress check over several regions: what one hides says nothing about the others, and nothing takes longer than it may.
import type { EgressProblem, RegionReport } from '../../../runtime/shared/egress-check';
import { Refusal } from '../../../runtime/shared/refusal';
import { checkEgress, type EgressCheckParts } from '../../../runtime/verify/egress-check';

const problem = (region: string, changes: Partial<EgressProblem> = {}): EgressProblem => ({
  code: 'ADDRESS_GONE',
  region,
  subject: 'eipalloc-01234567',
  message: 'does not exist; allocate a new one',
  ...changes,
});

const report = (region: string, problems: EgressProblem[] = []): RegionReport => ({
  region,
  allowlist: undefined,
  networks: [],
  problems,
});

async function run(regions: string[], check: EgressCheckParts['checkRegion'], budget = 5_000) {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const published: (readonly [string, number])[][] = [];
  try {
    const answer = await checkEgress({
      settings: { regions, expectedNetworks: new Map([['eu-west-1', ['/exchange-keys/n']]]) },
      checkRegion: check,
      publishCounts: (counts) => published.push([...counts]),
      budget,
    });
    const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
    return { answer, published, lines };
  } finally {
    write.mockRestore();
  }
}

const counts = (differences: number, checked: number) => [
  [
    ['EgressDifferences', differences],
    ['EgressChecked', checked],
  ],
];

test('every region as published', async () => {
  const asked: unknown[] = [];
  const { answer, published, lines } = await run(['eu-west-1', 'us-east-1'], async (region, expected) => {
    asked.push([region, expected]);
    return report(region);
  });
  expect(answer).toEqual({ checked: true, differences: [], unreadable: [] });
  expect(published).toEqual(counts(0, 1));
  expect(lines).toEqual([]);
  expect(asked).toEqual([
    ['eu-west-1', ['/exchange-keys/n']],
    ['us-east-1', []],
  ]);
});

test('differences are told one by one, with what to do', async () => {
  const problems = [problem('eu-west-1'), problem('eu-west-1', { code: 'ROUTE_EXTRA', subject: 'rtb-01234567' })];
  const { answer, published, lines } = await run(['eu-west-1'], async (region) => report(region, problems));
  expect(answer).toEqual({ checked: true, differences: problems, unreadable: [] });
  expect(published).toEqual(counts(2, 1));
  expect(lines).toMatchObject(
    problems.map(({ region, code, subject, message }) => ({
      message: 'egress difference',
      region,
      code,
      subject,
      detail: message,
    })),
  );
});

test.each<[string, unknown, string]>([
  ['a refusal', new Refusal('AWS_NO_ANSWER', 'no answer'), 'AWS_NO_ANSWER'],
  ['an error that nobody foresaw', new TypeError('x of undefined'), 'AWS_ANSWER_UNUSABLE'],
])('one region cannot be read, with %s: the differences of the others are told', async (_, error, code) => {
  const { answer, published, lines } = await run(['eu-west-1', 'us-east-1', 'ap-south-1'], async (region) => {
    if (region === 'us-east-1') throw error;
    return report(region, [problem(region)]);
  });
  expect(answer.checked).toBe(false);
  expect(answer.differences.map(({ region }) => region)).toEqual(['eu-west-1', 'ap-south-1']);
  expect(answer.unreadable).toEqual([{ region: 'us-east-1', code, message: expect.any(String) }]);
  expect(published).toEqual(counts(2, 0));
  const told = lines.filter(({ message }) => message === 'region unreadable');
  expect(told).toMatchObject([{ region: 'us-east-1', code }]);
});

test('a region that never answers, and heeds no signal, is given up in time', async () => {
  const { answer, published } = await run(
    ['eu-west-1', 'us-east-1'],
    (region) => (region === 'us-east-1' ? new Promise(() => undefined) : Promise.resolve(report(region))),
    50,
  );
  expect(answer.unreadable).toEqual([
    {
      region: 'us-east-1',
      code: 'EGRESS_CHECK_LATE',
      message: "'us-east-1' was not read within 50 ms; nothing is known about it until a check reads it in time",
    },
  ]);
  expect(published).toEqual(counts(0, 0));
});

test.each([0, -5_000])('no time at all, %d ms', async (budget) => {
  const { answer, published } = await run(['eu-west-1'], () => new Promise(() => undefined), budget);
  expect(answer).toMatchObject({ checked: false, unreadable: [{ code: 'EGRESS_CHECK_LATE' }] });
  expect(published).toEqual(counts(0, 0));
});

test('work that is given up is told to end', async () => {
  let signal: AbortSignal | undefined;
  await run(
    ['eu-west-1'],
    (_, __, budget) => {
      signal = budget.abortSignal;
      return new Promise(() => undefined);
    },
    20,
  );
  expect(signal?.aborted).toBe(true);
});

test('without any region nothing was checked', async () => {
  const { answer, published } = await run([], async (region) => report(region));
  expect(answer.checked).toBe(false);
  expect(published).toEqual(counts(0, 0));
});
