// `watch tail` against the local AWS with the real SDK: which findings are shown, once, in which form.
import { Interrupted } from '../../../../bin/cli/failure';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { type CliOptions, runCli } from '../support/run-cli';
import { createLogGroup, findingLine, type LogWriter, putParameters, REGION, WATCH } from './support/watched-ring';

let local: LocalAws;
let log: LogWriter;
beforeAll(async () => {
  local = await startLocalAws();
  Object.assign(process.env, clientVariables(local.endpoint, REGION));
  await putParameters();
  log = await createLogGroup(WATCH.findingsLogGroup);
}, 120_000);
afterAll(() => local?.stop());

const MINUTE = 60_000;
const tail = (args: readonly string[], options?: CliOptions) =>
  runCli(['watch', 'tail', '-e', 'prod', ...args], options);
const lines = (text: string) => text.split('\n').filter(Boolean);
/** A subject of its own for each test: the log is one. */
const about = (subject: string, fields: object = {}) => findingLine({ subject, ...fields });
const shownAbout = (stdout: string, subject: string) => lines(stdout).filter((line) => line.includes(subject));

test('what is there: a line each, times in UTC, the oldest first', async () => {
  const now = Date.now();
  await log.write(
    { at: now - 40 * MINUTE, line: about('first.old') },
    { at: now - 2 * MINUTE, line: about('first.one', { at: Date.parse('2026-11-22T09:59:58.123Z') }) },
    { at: now - 2 * MINUTE, line: JSON.stringify({ message: 'heartbeat', subject: 'first.none' }) },
    { at: now - 1 * MINUTE, line: about('first.two', { finding: 'BadRecord', keyName: '-', detail: undefined }) },
  );
  const { code, stdout, stderr } = await tail(['--no-follow']);
  expect({ code, lines: lines(stdout) }).toEqual({
    code: 0,
    lines: [
      '2026-11-22 09:59:58 UTC  NewSourceIp         prod-trader-bot-a  first.one  used from an address outside the allowlist',
      '2026-11-22 09:59:58 UTC  BadRecord           -  first.two',
    ],
  });
  expect(stderr).toMatch(/^all findings of 'prod' in eu-west-1 since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n$/);
  expect(shownAbout((await tail(['--no-follow', '--since', '1h'])).stdout, 'first.')).toHaveLength(3);
});

test('JSON: one object in a line', async () => {
  await log.write({
    at: Date.now(),
    line: about('json.one', {
      sourceIp: '203.0.113.9',
      category: 'trade',
      versionId: 'v1',
      apiKey: 'no-field-of-ours',
    }),
  });
  const { stdout } = await tail(['--no-follow', '--json']);
  expect(JSON.parse(shownAbout(stdout, 'json.one')[0])).toEqual({
    at: '2026-11-22T09:59:58.000Z',
    finding: 'NewSourceIp',
    severity: 'critical',
    keyName: 'prod-trader-bot-a',
    subject: 'json.one',
    detail: 'used from an address outside the allowlist',
    sourceIp: '203.0.113.9',
    category: 'trade',
    versionId: 'v1',
  });
});

test('of one key, of one kind', async () => {
  const at = Date.now();
  await log.write(
    { at, line: about('only.a') },
    { at, line: about('only.b', { keyName: 'prod-trader-bot-b' }) },
    { at, line: about('only.c', { keyName: 'prod-trader-bot-b', finding: 'RetiredKeyUse' }) },
  );
  const of = async (...args: string[]) => shownAbout((await tail(['--no-follow', ...args])).stdout, 'only.').length;
  expect(await of()).toBe(3);
  expect(await of('--key', 'prod-trader-bot-b')).toBe(2);
  expect(await of('--finding', 'RetiredKeyUse')).toBe(1);
  expect(await of('--key', 'prod-trader-bot-a', '--finding', 'RetiredKeyUse')).toBe(0);
  expect((await tail(['--no-follow', '--key', 'prod-nobody-a'])).stderr).toMatch(/\nnone\n$/);
});

test('follows: what comes is shown, once, also when it is told twice or arrives late', async () => {
  const rounds: (() => Promise<void>)[] = [
    () => log.write({ at: Date.now(), line: about('follow.one') }),
    // the notifier was invoked again for the same item: another line, another event
    () => log.write({ at: Date.now(), line: about('follow.one', { timestamp: 'later' }) }),
    () => log.write({ at: Date.now() - 9 * MINUTE, line: about('follow.late') }),
    () => log.write({ at: Date.now(), line: about('follow.one', { at: Date.parse('2026-11-22T11:00:00Z') }) }),
    async () => undefined,
  ];
  const waits: number[] = [];
  const { code, stdout, stderr } = await tail([], {
    onSleep: async (milliseconds) => {
      waits.push(milliseconds);
      const round = rounds.shift();
      if (!round) throw new Interrupted('interrupted');
      await round();
    },
  });
  expect(code).toBe(130);
  expect(stderr).toMatch(/, and those to come; Ctrl-C ends\ninterrupted\n$/);
  expect(shownAbout(stdout, 'follow.').map((line) => /follow\.\w+/.exec(line)?.[0])).toEqual([
    'follow.one',
    'follow.late',
    'follow.one',
  ]);
  expect(new Set(waits)).toEqual(new Set([2_000]));
});

test('hostile lines neither steer the terminal nor end the command', async () => {
  const at = Date.now();
  await log.write(
    { at, line: about('evil.\u001b[2J\u009b1A\u202e\nprod  faked', { detail: `${'x'.repeat(5_000)}\u0007` }) },
    { at, line: about('evil.far', { at: 1e300 }) },
    { at, line: about('evil.text', { at: '2026' }) },
    { at, line: about('evil.key', { keyName: { a: '\u001b' } }) },
    { at, line: about('evil.kind', { finding: '__proto__' }) },
  );
  for (const args of [[], ['--json']]) {
    const { code, stdout, stderr } = await tail(['--no-follow', ...args]);
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/[^\P{C}\n]/u);
    expect(shownAbout(stdout, 'evil.')).toHaveLength(2);
    expect(stderr.match(/^warning: a line of the log tells a finding that cannot be read: /gm)).toHaveLength(3);
  }
  const { stdout } = await tail(['--no-follow']);
  expect(stdout).toContain('evil.\\u001b[2J\\u009b1A\\u202e\\u000aprod  faked  xxx');
  expect(Math.max(...lines(stdout).map(({ length }) => length))).toBeLessThan(500);
  const json = JSON.parse(shownAbout((await tail(['--no-follow', '--json'])).stdout, 'evil.')[0]);
  expect(json.subject).toBe('evil.\u001b[2J\u009b1A\u202e\nprod  faked');
});

test.each([
  [['--since', '0m'], 'PERIOD_MALFORMED'],
  [['--since', '91d'], 'PERIOD_MALFORMED'],
  [['--since', '15'], 'PERIOD_MALFORMED'],
  [['--since', '90s'], 'PERIOD_MALFORMED'],
  [['--key', 'Prod'], 'KEY_NAME_MALFORMED'],
  [['--key', 'dev-trader-bot-a'], 'KEY_OF_OTHER_ENVIRONMENT'],
  [['--finding', 'newsourceip'], 'FINDING_KIND_UNKNOWN'],
])('%s is wrong usage: %s', async (args, expected) => {
  const { code, stdout, stderr } = await tail(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`[${expected}]`);
});
