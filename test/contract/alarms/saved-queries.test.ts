// The ready queries: one for each alarm, in the part of the query language that is used here, on fields that exist.
import { ALARM_IDS, DO_NOT_TRADE, SAVED_QUERIES, savedQueryName } from '../../../contract/alarms';
import { CaretakerMetric, WatchMetric } from '../../../contract/metrics';
import { AUTH_FAILURES, Outcome, PERMISSION_REFUSALS } from '../../../contract/watch';

const IDS = [...ALARM_IDS, DO_NOT_TRADE] as const;
const queries = Object.entries(SAVED_QUERIES).map(([id, query]) => ({ id, ...query }));

/** A request record's, a finding line's, a function's, a flow log's; what CloudWatch adds begins with `@`. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  requests: [
    ...['event', 'schema', 'timestamp', 'keyName', 'keyId', 'keyVersion', 'exchange', 'sourceIp', 'category'],
    ...['method', 'endpoint', 'status', 'exchangeCode', 'outcome', 'latencyMs', 'count'],
  ],
  findings: [
    ...['message', 'finding', 'keyName', 'subject', 'at', 'detail', 'sourceIp', 'endpoint', 'category', 'versionId'],
    ...['exchange', 'code', 'errorType', 'errorMessage', 'record.status', WatchMetric.HEARTBEATS],
  ],
  detector: [
    ...['message', 'code', 'errorType', 'errorMessage', 'record.status'],
    ...[WatchMetric.RECORDS_UNJUDGED, WatchMetric.FINDINGS_DROPPED],
  ],
  caretaker: [
    ...['message', 'outcome', 'code', 'keyName', 'versionId', 'errorType', 'errorMessage', 'record.status'],
    ...Object.values(CaretakerMetric),
  ],
  rotation: ['message', 'outcome', 'code', 'keyName', 'versionId', 'step', 'token'],
  'inside-probe': ['zone', 'check', 'subject', 'outcome', 'code', 'detail', 'errorType', 'record.status'],
  'outside-probe': ['check', 'subject', 'outcome', 'code', 'detail', 'zone', 'errorType', 'record.status'],
  'egress-check': ['message', 'region', 'code', 'subject', 'detail', 'errorType', 'record.status'],
  flow: ['action', 'srcAddr', 'dstAddr', 'srcPort', 'dstPort', 'packets', 'bytes'],
};

const WORDS = [
  ...['filter', 'fields', 'stats', 'sort', 'limit', 'by', 'as', 'and', 'or', 'not', 'in', 'like', 'desc', 'asc'],
  ...['count', 'sum', 'min', 'max', 'earliest', 'latest', 'count_distinct', 'ispresent', 'bin', '5m'],
];

/** Names that a query reads: without texts, patterns, numbers and the words of the language. */
function fieldsOf(query: string): string[] {
  const bare = query.replace(/"[^"]*"/g, ' ').replace(/like \/(\\\/|[^/])*\//g, ' ');
  const aliases = [...bare.matchAll(/ as (\w+)/g)].map(([, alias]) => alias);
  const names = bare.match(/@?[A-Za-z0-9][\w.]*/g) ?? [];
  return names.filter((name) => !WORDS.includes(name) && !aliases.includes(name) && !/^[@\d]/.test(name));
}

test('each alarm and the composite has one, and nothing else has', () => {
  expect(queries.map(({ id }) => id).sort()).toEqual([...IDS].sort());
});

test.each(IDS)('%s: the deployed name is a folder of the environment', (id) => {
  expect(savedQueryName('prod', id)).toBe(`exchange-keys/prod/${id}`);
  expect(savedQueryName('e'.repeat(32), id).length).toBeLessThanOrEqual(255);
});

test('what they show is said once each, without a full stop', () => {
  for (const { name } of queries) expect(name).toMatch(/^[A-Z].{10,80}[a-z]$/);
  expect(new Set(queries.map(({ name }) => name)).size).toBe(queries.length);
});

describe.each(queries)('$id', ({ logGroups, query }) => {
  const commands = query.split('\n');

  test('reads known logs, each once', () => {
    expect(logGroups.length).toBeGreaterThan(0);
    expect(new Set(logGroups).size).toBe(logGroups.length);
    for (const group of logGroups) expect(Object.keys(FIELDS)).toContain(group);
  });

  test('is made of one command a line, and ends with a limit', () => {
    for (const [index, command] of commands.entries()) {
      expect(command).toMatch(index === 0 ? /^(fields|filter) / : /^\| (filter|stats|sort|limit) /);
    }
    expect(commands.at(-2)).toMatch(/^\| sort \S+ desc$/);
    expect(commands.at(-1)).toMatch(/^\| limit (100|200)$/);
    // never everything: a log that is read is paid for, and nobody reads 10,000 lines at night
    expect(commands.slice(0, 2).some((command) => /^(\| )?filter /.test(command))).toBe(true);
  });

  test('sorts by something that it has', () => {
    const [, by] = /sort (\S+) desc/.exec(query) ?? [];
    expect(query.includes('| stats ') ? query : '@timestamp').toMatch(new RegExp(`( as |^)${by}\\b`));
  });

  test('uses only the part of the language that is used here', () => {
    expect(query).not.toMatch(/coalesce|<=|>=|=~|\b(strcontains|isIpv4InSubnet|dedup|unmask|pattern|diff)\b/);
    expect(query).not.toContain("'");
    expect((query.match(/"/g) ?? []).length % 2).toBe(0);
    expect((query.match(/\(/g) ?? []).length).toBe((query.match(/\)/g) ?? []).length);
  });

  test('reads fields that its logs have', () => {
    const known = logGroups.flatMap((group) => FIELDS[group]);
    expect(fieldsOf(query).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('shows no line as it was written: a workload may have written anything into its log', () => {
    expect(query).not.toContain('@message');
  });
});

test('the check of fields sees a mistyped one', () => {
  expect(fieldsOf('filter keyNmae = "a" and ispresent(code)\n| stats count(*) as lines by bin(5m), keyName')).toEqual([
    'keyNmae',
    'code',
    'keyName',
  ]);
});

test('outcomes are those of the records', () => {
  const [, failures] = / outcome in \[([^\]]*)\]/.exec(SAVED_QUERIES.AuthFailureSpike.query) ?? [];
  expect(failures.split(', ')).toEqual([...AUTH_FAILURES].map((outcome) => `"${outcome}"`));
  const [, refusals] = / outcome in \[([^\]]*)\]/.exec(SAVED_QUERIES.PermissionRefused.query) ?? [];
  expect(refusals.split(', ')).toEqual([...PERMISSION_REFUSALS].map((outcome) => `"${outcome}"`));
  expect(SAVED_QUERIES.BlockedByAllowlist.query).toContain(`outcome = "${Outcome.BLOCKED_IP}"`);
});

/** As Insights matches, anywhere in the text. */
const patternOf = (query: string) => new RegExp((/message like \/(.*)\//.exec(query) ?? [])[1]);

test.each([
  ['OldKeyInUse', 2],
  ['OldKeyAlive', 4],
  ['KeyDrift', 5],
  ['StandbyNotListed', 1],
  ['RotationOverdue', 5],
] as const)('%s finds the lines of its own metrics, with and without detail', (id, metrics) => {
  const pattern = patternOf(SAVED_QUERIES[id].query);
  const others = patternOf(SAVED_QUERIES[id === 'KeyDrift' ? 'OldKeyAlive' : 'KeyDrift'].query);
  const own = Object.values(CaretakerMetric).filter((metric) => pattern.test(metric));
  expect(own).toHaveLength(metrics);
  for (const metric of own) {
    expect(pattern.test(`${metric}: KEY_ALLOWLIST_FOREIGN`)).toBe(true);
    expect(pattern.test(`${metric}s`)).toBe(false);
    expect(pattern.test(`the ${metric}`)).toBe(false);
    expect(others.test(metric)).toBe(false);
  }
});
