// `watch report` against the local AWS with the real SDK: totals, findings, alarms, and keys that did nothing.
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type Finding, FindingKind, NO_KEY, versionItem } from '../../../../contract/watch';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { runCli } from '../support/run-cli';
import {
  createFindingsTable,
  createKeys,
  createLogGroup,
  type FindingsTable,
  putParameters,
  REGION,
  requestLine,
  WATCH,
} from './support/watched-ring';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Math.floor(Date.now() / 1000) * 1000;

let local: LocalAws;
let table: FindingsTable;
beforeAll(async () => {
  local = await startLocalAws();
  Object.assign(process.env, clientVariables(local.endpoint, REGION));
  await putParameters();
  await createKeys(['a', 'b', 'c']);
  await writeRequests();
  table = await createFindingsTable();
  for (const found of FINDINGS) await table.put(found);
  await held('prod-trader-bot-a', 'v1', 2 * DAY);
  await held('prod-trader-bot-b', 'v2', HOUR);
  await held('prod-trader-bot-a', 'v0', 11 * DAY);
  await createAlarms();
}, 120_000);
afterAll(() => local?.stop());

async function writeRequests(): Promise<void> {
  const log = await createLogGroup(WATCH.requestLogGroup);
  const at = (ago: number, fields: object = {}) => ({
    at: NOW - ago,
    line: requestLine({ timestamp: NOW - ago, ...fields }),
  });
  const b = { keyName: 'prod-trader-bot-b' };
  // events of one call lie within a day
  await log.write(at(10 * DAY, { count: 1_000 }));
  await log.write(at(3 * DAY, { sourceIp: '203.0.113.8' }));
  await log.write(
    at(2 * HOUR, { count: 120 }),
    at(2 * HOUR - 1, { count: 5, outcome: 'rejected' }),
    at(HOUR, { outcome: 'blocked-ip', sourceIp: '198.51.100.1' }),
    at(HOUR, { outcome: 'blocked-ip', sourceIp: '198.51.100.1' }),
    at(1_000, {}),
    at(30_000, { ...b, outcome: 'rate-limit', count: 3 }),
    at(20_000, { ...b, outcome: 'signature' }),
    at(10_000, { keyName: 'prod-gone-a' }),
    // none of these is a record
    at(10_000, { schema: 2, count: 500 }),
    at(10_000, { count: 1_000_001 }),
    at(10_000, { count: -5 }),
    at(10_000, { event: 'exchange.heartbeat' }),
    { at: NOW - 10_000, line: 'exchange.request of prod-trader-bot-a' },
  );
}

const finding = (kind: FindingKind, ago: number, more: Partial<Finding> = {}): Finding => ({
  kind,
  keyName: 'prod-trader-bot-a',
  subject: '198.51.100.1',
  at: NOW - ago,
  detail: 'used from an address outside the allowlist',
  ...more,
});

const FINDINGS = [
  finding(FindingKind.NEW_SOURCE_IP, 9 * DAY, { subject: 'long ago' }),
  finding(FindingKind.NEW_SOURCE_IP, 5 * HOUR, { sourceIp: '198.51.100.1', keyVersion: 'v1' }),
  finding(FindingKind.NEW_SOURCE_IP, 2 * HOUR),
  finding(FindingKind.BLOCKED_BY_ALLOWLIST, HOUR),
  finding(FindingKind.UNKNOWN_KEY, 3 * HOUR, { keyName: 'prod-gone-a', subject: 'name' }),
  finding(FindingKind.BAD_RECORD, 4 * HOUR, { keyName: NO_KEY, subject: 'not-json' }),
];

const held = (keyName: string, versionId: string, ago: number) =>
  table.putItem({ key: { S: keyName }, item: { S: versionItem(versionId) }, heldAt: { N: `${NOW - ago}` } });

async function createAlarms(): Promise<void> {
  const cloudwatch = new CloudWatchClient({ region: REGION });
  const metric = (AlarmName: string, ActionsEnabled = true) =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        ActionsEnabled,
        Namespace: 'ExchangeKeys',
        MetricName: 'Findings',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      }),
    );
  const is = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'set by a test' }));
  for (const id of ['NewSourceIp', 'KeyDrift', 'HeartbeatMissing']) await metric(`exchange-keys-prod-${id}`);
  await metric('exchange-keys-prod-DeadLetters', false);
  await metric('exchange-keys-staging-NewSourceIp');
  for (const id of ['KeyDrift', 'DeadLetters']) await is(`exchange-keys-prod-${id}`, 'OK');
  await is('exchange-keys-prod-NewSourceIp', 'ALARM');
  await is('exchange-keys-staging-NewSourceIp', 'ALARM');
  const AlarmRule = 'ALARM("exchange-keys-prod-NewSourceIp")';
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: WATCH.doNotTradeAlarm, AlarmRule }));
  await is(WATCH.doNotTradeAlarm, 'ALARM');
}

const report = (...args: string[]) => runCli(['watch', 'report', '-e', 'prod', ...args], { now: new Date(NOW) });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await report('--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

test('a week: aggregates count for what they stand for, keys of the ring first, those without requests with 0', async () => {
  const document = await json();
  expect(document).toMatchObject({ schema: 1, environment: 'prod', region: REGION });
  expect(Date.parse(document.to) - Date.parse(document.from)).toBe(7 * DAY);
  expect(document.keys).toEqual([
    {
      name: 'prod-trader-bot-a',
      inRing: true,
      requests: 129,
      failures: 7,
      authFailures: 2,
      outcomes: { ok: 122, rejected: 5, 'blocked-ip': 2 },
      addresses: 3,
      lastUsed: new Date(NOW - 1_000).toISOString(),
      findings: { NewSourceIp: 2, BlockedByAllowlist: 1 },
    },
    {
      name: 'prod-trader-bot-b',
      inRing: true,
      requests: 4,
      failures: 4,
      authFailures: 1,
      outcomes: { 'rate-limit': 3, signature: 1 },
      addresses: 1,
      lastUsed: new Date(NOW - 20_000).toISOString(),
      findings: {},
    },
    {
      name: 'prod-trader-bot-c',
      inRing: true,
      requests: 0,
      failures: 0,
      authFailures: 0,
      outcomes: {},
      addresses: 0,
      findings: {},
    },
    expect.objectContaining({ name: 'prod-gone-a', inRing: false, requests: 1, findings: { UnknownKey: 1 } }),
  ]);
});

test('findings of the period, the newest first, also those about no key', async () => {
  const { findings } = await json();
  expect(findings.map(({ finding: kind, keyName }: Record<string, string>) => `${kind} ${keyName}`)).toEqual([
    'BlockedByAllowlist prod-trader-bot-a',
    'NewSourceIp prod-trader-bot-a',
    'UnknownKey prod-gone-a',
    'BadRecord -',
    'NewSourceIp prod-trader-bot-a',
  ]);
  expect(findings.at(-1)).toEqual({
    at: new Date(NOW - 5 * HOUR).toISOString(),
    finding: 'NewSourceIp',
    severity: 'critical',
    keyName: 'prod-trader-bot-a',
    subject: '198.51.100.1',
    detail: 'used from an address outside the allowlist',
    sourceIp: '198.51.100.1',
    versionId: 'v1',
  });
});

test('old versions that workloads held in the period, the last seen first', async () => {
  const { oldVersions } = await json();
  expect(oldVersions).toEqual([
    { keyName: 'prod-trader-bot-b', versionId: 'v2', lastHeld: new Date(NOW - HOUR).toISOString() },
    { keyName: 'prod-trader-bot-a', versionId: 'v1', lastHeld: new Date(NOW - 2 * DAY).toISOString() },
  ]);
  expect((await json('--key', 'prod-trader-bot-b')).oldVersions).toHaveLength(1);
  expect((await json('--since', '90m')).oldVersions).toHaveLength(1);
  expect((await json('--since', '12d')).oldVersions).toHaveLength(3);
  expect((await json('--since', '30m')).oldVersions).toEqual([]);
  expect((await report('--since', '30m')).stdout).not.toContain('old version');
});

test('other periods', async () => {
  const requests = async (...args: string[]) => (await json(...args)).keys[0].requests;
  expect(await requests('--since', '11d')).toBe(1_129);
  expect(await requests('--since', '90m')).toBe(3);
  expect((await json('--since', '90m')).findings).toHaveLength(1);
  expect((await json('--since', '10d')).findings).toHaveLength(6);
});

test('one key', async () => {
  const document = await json('--key', 'prod-gone-a');
  expect(document).toMatchObject({ key: 'prod-gone-a', keys: [{ name: 'prod-gone-a', inRing: false, requests: 1 }] });
  expect(document.findings).toEqual([expect.objectContaining({ finding: 'UnknownKey' })]);
  expect((await json('--key', 'prod-trader-bot-c')).keys).toEqual([
    expect.objectContaining({ name: 'prod-trader-bot-c', inRing: true, requests: 0 }),
  ]);
});

test('alarms of this ring: what is not OK comes first', async () => {
  const { alarms } = await json();
  expect(alarms.map(({ id, state, actionsEnabled }: Record<string, unknown>) => [id, state, actionsEnabled])).toEqual([
    ['DoNotTrade', 'ALARM', true],
    ['NewSourceIp', 'ALARM', true],
    ['HeartbeatMissing', 'INSUFFICIENT_DATA', true],
    ['DeadLetters', 'OK', false],
    ['KeyDrift', 'OK', true],
  ]);
  expect(alarms[1]).toMatchObject({ severity: 'critical', title: 'Key used from a new address' });
});

test('for people', async () => {
  const { code, stdout, stderr } = await report();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^watch of 'prod' in eu-west-1, \d{4}-\d\d-\d\d \d\d:\d\d UTC to \d{4}-\d\d-\d\d \d\d:\d\d UTC\n\n/,
  );
  expect(stdout).toMatch(
    /^prod-trader-bot-a +129 +7 +2 +3 +\d{4}-\d\d-\d\d \d\d:\d\d UTC +BlockedByAllowlist 1, NewSourceIp 2$/m,
  );
  expect(stdout).toMatch(/^prod-trader-bot-c +0 +0 +0 +0 +- +-$/m);
  expect(stdout).toMatch(/^prod-gone-a \(not in the ring\) +1 /m);
  expect(stdout).toMatch(/^findings: 5\n/m);
  expect(stdout).toMatch(/^NewSourceIp +prod-trader-bot-a +2 +.* UTC +198\.51\.100\.1 +used from an address/m);
  expect(stdout).toMatch(/^v2 +prod-trader-bot-b +\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(stdout).toMatch(/^alarms: 4 to look at, 1 OK\n/m);
  expect(stdout).toMatch(/^ALARM +NewSourceIp +critical +.* UTC +Key used from a new address$/m);
  expect(stdout).toMatch(/^OK \(actions are off: it tells nobody\) +DeadLetters /m);
  expect(stdout).not.toContain('KeyDrift');
});

test('more findings than one page holds', async () => {
  const keyName = 'prod-trader-bot-b';
  const detail = 'd'.repeat(40_000);
  for (let i = 0; i < 60; i++)
    await table.put(finding(FindingKind.NEW_SOURCE_IP, HOUR + i, { keyName, detail, subject: `s${i}` }));
  expect((await json('--key', keyName)).keys[0].findings).toEqual({ NewSourceIp: 60 });
  expect((await json()).keys[1].findings).toEqual({ NewSourceIp: 60 });
}, 60_000);

test('a finding that cannot be read is told', async () => {
  const item = 'finding#NewSourceIp#x#once';
  await table.putItem({
    key: { S: 'prod-trader-bot-c' },
    item: { S: item },
    finding: { S: 'Other' },
    at: { N: `${NOW}` },
  });
  const { code, stderr } = await report('--key', 'prod-trader-bot-c');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `warning: 1 finding in table ${WATCH.findingsTable} cannot be read and is not counted\n`,
  });
});

test.each([
  [['--since', '91d'], 'PERIOD_MALFORMED'],
  [['--since', 'yesterday'], 'PERIOD_MALFORMED'],
  [['--timeout', 'soon'], 'SPAN_MALFORMED'],
  [['--key', 'dev-trader-bot-a'], 'KEY_OF_OTHER_ENVIRONMENT'],
])('%s is wrong usage: %s', async (args, expected) => {
  const { code, stdout, stderr } = await report(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`[${expected}]`);
});
