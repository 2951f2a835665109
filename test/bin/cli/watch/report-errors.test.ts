// What `watch report` does when AWS refuses, fails or takes its time: an error, never a report that is short of something.
import { connect } from '../../../../bin/cli/aws/clients';
import type { Context } from '../../../../bin/cli/context';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { type Answer, jsonError, type LoopbackAws, type Responder, startLoopbackAws } from '../support/loopback-aws';
import { type CliOptions, runCli } from '../support/run-cli';
import { REGION, RING, WATCH } from './support/watched-ring';

let aws: LoopbackAws;
let respond: Responder;
beforeAll(async () => {
  aws = await startLoopbackAws((...call) => respond(...call));
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
});
afterAll(() => aws.stop());

const once: Context['connect'] = (connection) => connect({ ...connection, maxAttempts: 1 } as typeof connection);

type Answers = Readonly<Record<string, Answer | ((input: Record<string, unknown>) => Answer)>>;
const ok = (body: unknown): Answer => ({ body });
const rows = (...found: readonly Record<string, string>[]) =>
  found.map((row) => Object.entries(row).map(([field, value]) => ({ field, value })));
const complete = (...found: readonly Record<string, string>[]) => ok({ status: 'Complete', results: rows(...found) });

let queries = 0;
const GOOD: Answers = {
  GetParameter: ({ Name }) =>
    ok({ Parameter: { Value: JSON.stringify(Name === '/exchange-keys/prod/watch' ? WATCH : RING) } }),
  // the outcomes first, then the use
  StartQuery: () => ok({ queryId: `query-${queries++ % 2}` }),
  GetQueryResults: complete(),
  StopQuery: ok({ success: true }),
  ListSecrets: ok({ SecretList: [] }),
  Scan: ok({ Items: [], Count: 0 }),
  DescribeAlarms: ok({
    MetricAlarms: [{ AlarmName: 'exchange-keys-prod-KeyDrift', StateValue: 'OK' }],
    CompositeAlarms: [],
  }),
};

async function report(answers: Answers = {}, options: CliOptions = {}, ...args: string[]) {
  queries = 0;
  aws.operations.length = 0;
  respond = (operation, input) => {
    const answer = { ...GOOD, ...answers }[operation];
    return typeof answer === 'function' ? answer(input) : answer;
  };
  const result = await runCli(['watch', 'report', '-e', 'prod', ...args], { connect: once, ...options });
  return { ...result, operations: [...aws.operations] };
}

test('nothing at all', async () => {
  const { code, stdout, stderr } = await report();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/\n\nno keys\n\nno findings\n\nalarms: 1 OK\n$/);
});

test('a ring without alarms is warned about', async () => {
  const { code, stdout, stderr } = await report({ DescribeAlarms: ok({ MetricAlarms: [], CompositeAlarms: [] }) });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      "warning: no alarm has a name that begins with 'exchange-keys-prod-': nothing would tell anybody of a finding\n",
  });
  expect(stdout).toMatch(/alarms: 0 OK\n$/);
});

test.each(['Failed', 'Cancelled', 'Timeout'])('a query that ends as %s is an error', async (status) => {
  const { code, stdout, stderr, operations } = await report({ GetQueryResults: ok({ status, results: [] }) });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`log group ${WATCH.requestLogGroup} ended as '${status}' and without results`);
  expect(stderr).toContain('[QUERY_FAILED]');
  expect(operations.filter((operation) => operation === 'StopQuery')).toHaveLength(2);
});

test.each([
  ['GetQueryResults', ok({ results: [] })],
  ['GetQueryResults', ok({ status: 'Complete' })],
  ['GetQueryResults', complete({ keyName: 'prod-trader-bot-a', outcome: 'ok', lines: 'many' })],
  ['StartQuery', ok({})],
  ['ListSecrets', ok({})],
  ['Scan', ok({})],
])('%s with an answer that cannot be used: %#', async (operation, answer) => {
  const { code, stdout, stderr } = await report({ [operation]: answer });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('[AWS_CALL_FAILED]');
});

test.each([
  ['StartQuery', 'logs:StartQuery'],
  ['GetQueryResults', 'logs:GetQueryResults'],
  ['ListSecrets', 'secretsmanager:ListSecrets'],
  ['Scan', 'dynamodb:Scan'],
  ['DescribeAlarms', 'cloudwatch:DescribeAlarms'],
])('%s denied: the action is named, queries are stopped', async (operation, action) => {
  const { code, stdout, stderr, operations } = await report({ [operation]: jsonError('AccessDeniedException') });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`'${action}' was denied`);
  expect(operations.filter((name) => name === 'StopQuery')).toHaveLength(operation === 'StartQuery' ? 0 : 2);
});

test.each([
  ['StartQuery', 'log group /exchange-keys/prod/requests'],
  ['Scan', 'table exchange-keys-prod-findings'],
])('%s of what does not exist', async (operation, words) => {
  const { code, stderr } = await report({ [operation]: jsonError('ResourceNotFoundException') });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: ${words} of the watch of 'prod' does not exist, although its SSM parameter names it; deploy the watch again [WATCH_INCOMPLETE]\n`,
  });
});

test('too many queries at once, throttling, and a query under way are waited for', async () => {
  const starts = [jsonError('LimitExceededException'), jsonError('ThrottlingException')];
  const under = ['Scheduled', 'Running', 'Unknown'].map((status) =>
    ok({ status, results: rows({ keyName: 'partial' }) }),
  );
  const results = [...under, jsonError('ThrottlingException', undefined, 429)];
  const { code, stdout } = await report(
    {
      StartQuery: (input) => starts.shift() ?? (GOOD.StartQuery as (input: object) => Answer)(input),
      GetQueryResults: () => results.shift() ?? complete(),
    },
    {},
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout).keys).toEqual([]);
  expect([starts, results]).toEqual([[], []]);
});

test('a query that does not end: the time limit, and nothing goes on', async () => {
  const waits: number[] = [];
  const { code, stdout, stderr, operations } = await report(
    { GetQueryResults: ok({ status: 'Running', results: [] }) },
    { onSleep: (milliseconds) => void waits.push(milliseconds) },
    '--timeout',
    '30s',
  );
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toContain('the report was not complete within 30 s');
  expect(stderr).toContain('[REPORT_TIMED_OUT]');
  expect(waits.length).toBeGreaterThan(20);
  expect(waits.length).toBeLessThanOrEqual(30);
  expect(operations.filter((name) => name === 'StopQuery')).toHaveLength(2);
});

test('Ctrl-C while it waits, and progress on a terminal', async () => {
  const { code, stderr } = await report(
    { GetQueryResults: ok({ status: 'Running', results: [], statistics: { recordsScanned: 1234 } }) },
    { answer: () => undefined, interruptAt: /counting requests: 1234 records read/ },
  );
  expect({ code, stderr }).toEqual({
    code: 130,
    stderr: 'counting requests\ncounting requests: 1234 records read\ninterrupted\n',
  });
});

test('results and findings over several pages', async () => {
  const outcome = (keyName: string) => ({ keyName, outcome: 'ok', lines: '2', aggregates: '1', aggregated: '10' });
  const usage = (keyName: string) => ({ keyName, lines: '2', addresses: '1', lastUsed: '1795000000000' });
  const item = (subject: string) => ({
    key: { S: 'prod-trader-bot-a' },
    item: { S: `finding#NewSourceIp#${subject}#once` },
    finding: { S: 'NewSourceIp' },
    subject: { S: subject },
    detail: { S: 'd' },
    at: { N: '1795000000000' },
    foundAt: { N: '1795000000000' },
  });
  const { code, stdout } = await report(
    {
      GetQueryResults: ({ queryId, nextToken }) => {
        const row = queryId === 'query-0' ? outcome : usage;
        const name = nextToken ? 'prod-trader-bot-b' : 'prod-trader-bot-a';
        return ok({ status: 'Complete', results: rows(row(name)), ...(!nextToken && { nextToken: 'two' }) });
      },
      Scan: ({ ExclusiveStartKey }) =>
        ExclusiveStartKey
          ? ok({ Items: [item('second')] })
          : ok({
              Items: [item('first'), { key: { S: 'prod-trader-bot-a' }, item: { S: 'key#first' } }],
              LastEvaluatedKey: { key: { S: 'k' } },
            }),
    },
    {},
    '--json',
  );
  expect(code).toBe(0);
  const { keys, findings } = JSON.parse(stdout);
  expect(keys.map(({ name, requests }: { name: string; requests: number }) => [name, requests])).toEqual([
    ['prod-trader-bot-a', 11],
    ['prod-trader-bot-b', 11],
  ]);
  expect(findings.map(({ subject }: { subject: string }) => subject).sort()).toEqual(['first', 'second']);
});

test('more groups than a query gives', async () => {
  const row = { keyName: 'prod-trader-bot-a', outcome: 'ok', lines: '1', aggregates: '0' };
  const { code, stdout, stderr } = await report({ GetQueryResults: complete(...Array(10_000).fill(row)) });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('[REPORT_TOO_LARGE]');
});

test('hostile names and subjects do not reach the terminal', async () => {
  const keyName = 'evil\u001b[2J\u202e\nprod';
  const item = {
    key: { S: keyName },
    item: { S: 'finding#UnknownKey#x#once' },
    finding: { S: 'UnknownKey' },
    subject: { S: '\u009b1A' },
    detail: { S: 'x'.repeat(10_000) },
    at: { N: '1795000000000' },
    foundAt: { N: '1795000000000' },
  };
  const answers: Answers = {
    GetQueryResults: ({ queryId }) =>
      queryId === 'query-0'
        ? complete({ keyName, outcome: '__proto__', lines: '3', aggregates: '0' }, { lines: '2', aggregates: '0' })
        : complete({ keyName, lines: '3', addresses: '1', lastUsed: '1e300' }),
    Scan: ok({ Items: [item] }),
    DescribeAlarms: ok({ MetricAlarms: [{ AlarmName: 'exchange-keys-prod-\u001b[2J', StateValue: 'ALARM' }] }),
  };
  for (const args of [[], ['--json']]) {
    const { code, stdout, stderr } = await report(answers, {}, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  }
  const { keys } = JSON.parse((await report(answers, {}, '--json')).stdout);
  expect(keys[0]).toMatchObject({ name: '-', requests: 2, failures: 2, inRing: false });
  expect(keys[1]).toMatchObject({ name: keyName, requests: 3, failures: 3, inRing: false });
  expect(keys[1]).not.toHaveProperty('lastUsed');
});
