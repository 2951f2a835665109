// `diff`: deployed, lock and exchanges in one answer; a probe that cannot be asked is no pass where one is there.
import { diffText } from '../../../../bin/cli/allowlist/diff-text';
import { serializeLock } from '../../../../contract/lock';
import { verifyParameterName } from '../../../../contract/verify';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { entry, lockIn } from '../../../contract/lock/fixture';
import { type Answer, jsonError, type LoopbackAws, startLoopbackAws } from '../support/loopback-aws';
import type { CliOptions } from '../support/run-cli';
import { impatient, published } from './support/account';
import { LockFolder } from './support/lock-folder';

const [HOME, AWAY] = ['eu-west-1', 'us-east-1'];
const [A, B] = ['52.210.0.1', '52.210.0.2'];
const PROBE = 'ring-inside-a';
const VERIFY = {
  schema: 1,
  environment: 'prod',
  region: HOME,
  egressCheck: 'check',
  tradingGate: 'gate',
  tradingGateParameter: '/exchange-keys/prod/trading-gate',
  doNotTradeAlarm: 'alarm',
  outsideProbe: 'outside',
  insideProbes: { 'eu-west-1b': 'ring-inside-b', 'eu-west-1a': PROBE },
};
const KEY = { keyName: 'prod-egress-probe-0', exchange: 'xxkk' };
const answered = (...keys: object[]): Answer => ({
  body: JSON.stringify({
    schema: 1,
    probe: 'inside',
    zone: 'eu-west-1a',
    outcome: 'pass',
    at: '',
    checks: [
      null,
      { check: 'exchange-allowlist', subject: 'prod-egress-probe-1', code: 'EXCHANGE_DOWN', detail: '503 \u001b[2J' },
    ],
    keys,
  }),
});

/** What the account has; undefined is a parameter that is not there. */
let verifyDocument: object | undefined;
let invocation: Answer;
let aws: LoopbackAws;
beforeAll(async () => {
  const documents: Record<string, string> = {
    [HOME]: published(HOME, { a: [A, 'active'] }),
    [AWAY]: published(AWAY, { b: [B, 'standby'] }),
  };
  aws = await startLoopbackAws((operation, { Name }) => {
    if (operation === 'Invoke') return invocation;
    const region = /egress\/(.+)\/allowlist$/.exec(String(Name))?.[1] ?? '';
    const Value =
      Name === verifyParameterName('prod') ? verifyDocument && JSON.stringify(verifyDocument) : documents[region];
    return Value ? { body: { Parameter: { Value } } } : jsonError('ParameterNotFound');
  });
  Object.assign(process.env, clientVariables(aws.endpoint, HOME));
});
afterAll(() => aws.stop());

let folder: LockFolder;
beforeEach(() => {
  verifyDocument = VERIFY;
  invocation = answered({ ...KEY, allowlist: [A, `${B}/32`] });
  aws.operations.length = 0;
  folder = new LockFolder();
  folder.write(LOCK);
});
afterEach(() => folder.remove());

/** As `published` makes the ids. */
const id = (address: string) => `eipalloc-${address.replaceAll('.', '').padStart(16, '0')}0`;
const locked = (letter: string, address: string, change: object = {}) =>
  entry(letter, 1, { address, allocationId: id(address), ...change });
const LOCK = lockIn({
  [HOME]: [locked('a', A)],
  [AWAY]: [locked('b', B, { availabilityZone: 'us-east-1b', role: 'standby' })],
});

const diff = (args: string[] = [], options: CliOptions = {}) =>
  folder.run(['diff', '--regions', `${HOME},${AWAY}`, ...args], { connect: impatient, ...options });

test('all agree', async () => {
  expect(await diff()).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      'deployed and lock: equal',
      'xxkk: told of 2 of 2 addresses in use',
      'deployed and exchange xxkk, key prod-egress-probe-0: equal',
      '',
    ].join('\n'),
  });
  expect(aws.operations.filter((name) => name === 'Invoke')).toHaveLength(1);
  const { code, stdout } = await diff(['--json', '--require-exchange']);
  expect({ code, ...JSON.parse(stdout) }).toEqual({
    code: 0,
    equal: true,
    lock: { file: folder.file, exists: true, differences: [] },
    told: [{ exchange: 'xxkk', told: [A, B], notTold: [] }],
    exchange: { asked: true, keys: [{ ...KEY, allowlist: [A, `${B}/32`] }], differences: [] },
  });
});

test('everything differs: exit code 1, after the whole list', async () => {
  folder.write(lockIn({ [HOME]: [locked('a', A, { role: 'standby', told: {} }), locked('b', '52.210.0.9')] }));
  invocation = answered({ ...KEY, allowlist: [A, '52.210.0.7'] }, { ...KEY, keyName: 'prod-egress-probe-1' });
  const { code, stdout, stderr } = await diff();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: 7 differences between .*\[ALLOWLIST_DIFFERS\]\n$/);
  expect(stdout.split('\n')).toEqual([
    'deployed and lock: 3 differences',
    expect.stringContaining(`  eu-west-1a ${A}: deployed as active, and standby in the lock`),
    expect.stringContaining('  eu-west-1b 52.210.0.9: active in the lock, and not deployed'),
    expect.stringContaining(`  us-east-1b ${B}: deployed as standby, and not in the lock`),
    `xxkk: told of 1 of 2 addresses in use, not of ${A}`,
    'deployed and exchange xxkk, key prod-egress-probe-0: 3 differences',
    `  ${B}/32 is published, and not let in; add it there`,
    '  52.210.0.7/32 is let in, and not published in the regions that were read',
    `  ${A} is let in, and the lock does not say so; run 'exchange-keys allowlist told'`,
    'deployed and exchange xxkk, key prod-egress-probe-1: 1 difference',
    '  the probe could not read the list of this key: 503 \\u001b[2J [EXCHANGE_DOWN]',
    '',
  ]);
});

test('without a lock, everything that is deployed is missing in it', async () => {
  folder.remove();
  folder = new LockFolder();
  expect(await diff()).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_FILE_MISSING]') });
  const text = diffText(
    { file: '/x/egress.lock.json', lock: undefined, ofLock: [], view: { keys: [], notAsked: 'x' }, ofExchanges: [] },
    { styled: (_: string, shown: string) => shown } as Parameters<typeof diffText>[1],
  );
  expect(text).toBe('deployed and lock (there is no /x/egress.lock.json): equal\nexchange: not asked, x');
});

test.each<[string, object | undefined, Answer, string]>([
  ['no ring', undefined, {}, "no ring of 'prod' in eu-west-1 verifies its way out"],
  ['no probes', { ...VERIFY, insideProbes: {}, outsideProbe: undefined }, {}, 'the ring in eu-west-1 has no probes'],
])('%s: said, and an error only if it was required', async (_, document, answer, words) => {
  verifyDocument = document;
  invocation = answer;
  expect(await diff()).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining(`exchange: not asked, ${words}\n`),
  });
  expect(await diff(['--require-exchange'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`no exchange was asked: ${words}; `),
  });
  const { exchange } = JSON.parse((await diff(['--json'])).stdout);
  expect(exchange).toEqual({ asked: false, notAsked: words, keys: [], differences: [] });
});

test.each<[string, object, Answer, string]>([
  ['no JSON', VERIFY, { body: 'Bad Gateway' }, 'PROBE_WITHOUT_ANSWER'],
  ['no key', VERIFY, answered(), 'PROBE_WITHOUT_ANSWER'],
  ['null', VERIFY, { body: 'null' }, 'PROBE_WITHOUT_ANSWER'],
  [
    'another schema',
    VERIFY,
    { body: JSON.stringify({ schema: 2, probe: 'inside', keys: [] }) },
    'PROBE_WITHOUT_ANSWER',
  ],
  [
    'the outside probe',
    VERIFY,
    { body: JSON.stringify({ schema: 1, probe: 'outside', keys: [] }) },
    'PROBE_WITHOUT_ANSWER',
  ],
  ['keys that are none', VERIFY, answered({ keyName: 'x' }), 'PROBE_WITHOUT_ANSWER'],
  ['a list that is none', VERIFY, answered({ ...KEY, allowlist: A }), 'PROBE_WITHOUT_ANSWER'],
  ['no such function', VERIFY, { status: 404, body: '{}' }, 'AWS_CALL_FAILED'],
  ['a document of another place', { ...VERIFY, region: AWAY }, {}, 'VERIFY_OF_OTHER_PLACE'],
  ['half a document', { ...VERIFY, outsideProbe: undefined }, {}, 'VERIFY_DOCUMENT_MALFORMED'],
])('a probe that cannot be understood is an error: %s', async (_, document, answer, code) => {
  verifyDocument = document;
  invocation = answer;
  const ended = await diff();
  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`[${code}]`) });
});

test('a lock that cannot be read is an error before AWS is asked', async () => {
  folder.write(serializeLock(LOCK).replace('"prod"', '"dev"'));
  expect(await diff()).toMatchObject({ code: 1, stderr: expect.stringContaining('[LOCK_OTHER_ENVIRONMENT]') });
  expect(aws.operations).toEqual([]);
});
