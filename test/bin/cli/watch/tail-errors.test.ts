// What `watch tail` does when AWS refuses, throttles or is away: the real SDK against an endpoint that does so on purpose.
import { connect } from '../../../../bin/cli/aws/clients';
import type { Context } from '../../../../bin/cli/context';
import { Interrupted } from '../../../../bin/cli/failure';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { type Answer, jsonError, type LoopbackAws, type Responder, startLoopbackAws } from '../support/loopback-aws';
import { runCli } from '../support/run-cli';
import { findingLine, REGION, RING, WATCH } from './support/watched-ring';

let aws: LoopbackAws;
let respond: Responder;
beforeAll(async () => {
  aws = await startLoopbackAws((...call) => respond(...call));
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
});
afterAll(() => aws.stop());

/** One attempt instead of five: how often and how long is the SDK's business. */
const once: Context['connect'] = (connection) => connect({ ...connection, maxAttempts: 1 } as typeof connection);

const MINUTE = 60_000;
const NOW = new Date('2026-11-22T10:00:00.000Z');
const parameter = (document: object): Answer => ({ body: { Parameter: { Value: JSON.stringify(document) } } });

/** Answers to GetParameter, and to FilterLogEvents one after the other; the last one is given for ever. */
function filterAnswers(answers: readonly Answer[], watch: object = WATCH): Record<string, unknown>[] {
  const inputs: Record<string, unknown>[] = [];
  respond = (operation, input) => {
    if (operation === 'GetParameter') return parameter(input.Name === '/exchange-keys/prod/watch' ? watch : RING);
    inputs.push(input);
    return answers[Math.min(inputs.length, answers.length) - 1];
  };
  return inputs;
}

const event = (eventId: string, subject: string, timestamp = NOW.getTime()) => ({
  eventId,
  timestamp,
  message: findingLine({ subject }),
});
const page = (events: readonly object[], nextToken?: string): Answer => ({ body: { events, nextToken } });
const subjects = (stdout: string) => [...stdout.matchAll(/prod-trader-bot-a {2}(\S+)/g)].map(([, subject]) => subject);

async function tail(rounds: number, ...args: string[]) {
  const waits: number[] = [];
  const result = await runCli(['watch', 'tail', '-e', 'prod', ...args], {
    connect: once,
    now: NOW,
    onSleep: (milliseconds) => {
      waits.push(milliseconds);
      if (waits.length >= rounds) throw new Interrupted('interrupted');
    },
  });
  return { ...result, waits };
}

describe('the watch', () => {
  test('is not deployed', async () => {
    respond = (_, { Name }) => (Name === '/exchange-keys/prod/ring' ? parameter(RING) : jsonError('ParameterNotFound'));
    const { code, stderr } = await tail(1);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: the ring of environment 'prod' in eu-west-1 has no watch: SSM parameter /exchange-keys/prod/watch does not exist; add a watch to the ring and deploy it [WATCH_NOT_FOUND]\n",
    });
  });

  test.each([
    [{ ...WATCH, environment: 'staging' }, 'WATCH_OF_OTHER_PLACE'],
    [{ ...WATCH, region: 'us-east-1' }, 'WATCH_OF_OTHER_PLACE'],
    [{ ...WATCH, findingsLogGroup: '' }, 'WATCH_DOCUMENT_MALFORMED'],
  ])('is another one: %#', async (watch, expected) => {
    const inputs = filterAnswers([page([])], watch);
    const { code, stderr } = await tail(1);
    expect({ code, inputs }).toEqual({ code: 1, inputs: [] });
    expect(stderr).toContain(`[${expected}]`);
  });
});

test.each([
  ['ResourceNotFoundException', 'WATCH_INCOMPLETE', 'log group /exchange-keys/prod/findings of the watch'],
  ['AccessDeniedException', 'AWS_ACCESS_DENIED', "'logs:FilterLogEvents' was denied"],
  ['ExpiredTokenException', 'AWS_CREDENTIALS_EXPIRED', "('logs:FilterLogEvents'); sign in again"],
  ['InvalidParameterException', 'AWS_CALL_FAILED', 'InvalidParameterException'],
])('%s ends it, also when it comes later', async (type, expected, words) => {
  for (const before of [[], [page([event('1', 'seen')])]]) {
    filterAnswers([...before, jsonError(type)]);
    const { code, stdout, stderr } = await tail(5);
    expect({ code, seen: subjects(stdout) }).toEqual({ code: 1, seen: before.map(() => 'seen') });
    expect(stderr).toContain(`[${expected}]`);
    expect(stderr).toContain(words);
  }
});

test.each([
  ['ThrottlingException', 400, 'AWS_THROTTLED'],
  ['ServiceUnavailableException', 503, 'AWS_CALL_FAILED'],
])('%s: asks less often, says so once, goes on without a gap', async (type, status, code) => {
  const trouble = jsonError(type, undefined, status);
  const inputs = filterAnswers([
    page([event('1', 'one')]),
    trouble,
    trouble,
    trouble,
    page([event('1', 'one'), event('2', 'two')]),
    page([]),
    page([event('3', 'three')]),
  ]);
  const { stdout, stderr, waits } = await tail(8);
  expect(waits).toEqual([2, 4, 8, 16, 8, 4, 2, 2].map((seconds) => seconds * 1000));
  expect(subjects(stdout)).toEqual(['one', 'two', 'three']);
  expect(stderr.match(/^warning: the log gives no answer, trying again: .*$/gm)).toEqual([
    expect.stringContaining(`[${code}]`),
  ]);
  expect(stderr.match(/^following again$/gm)).toHaveLength(1);
  // nothing that came in the meantime lies before what is asked for
  expect(inputs[4].startTime).toBe(inputs[1].startTime);
});

test('without following, trouble is the end', async () => {
  filterAnswers([jsonError('ThrottlingException')]);
  const { code, stderr } = await tail(1, '--no-follow');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[AWS_THROTTLED]') });
});

test('pages, also empty ones, and a page that is missing for a while', async () => {
  const inputs = filterAnswers([
    page([event('1', 'one')], 'p2'),
    page([], 'p3'),
    jsonError('ThrottlingException'),
    page([event('1', 'one')], 'p2'),
    page([], 'p3'),
    page([event('2', 'two'), event('3', 'one')]),
  ]);
  const { stdout } = await tail(2);
  expect(subjects(stdout)).toEqual(['one', 'two']);
  expect(inputs.map(({ nextToken }) => nextToken)).toEqual([undefined, 'p2', 'p3', undefined, 'p2', 'p3']);
});

test('what is asked for: since the beginning of the period, then since some minutes before the last answer', async () => {
  const inputs = filterAnswers([page([])]);
  await tail(10, '--since', '30m', '--key', 'prod-trader-bot-a', '--finding', 'BadRecord');
  const starts = inputs.map(({ startTime }) => Number(startTime));
  expect(inputs[0]).toMatchObject({
    logGroupName: WATCH.findingsLogGroup,
    filterPattern: '{ ($.message = "finding") && ($.keyName = "prod-trader-bot-a") && ($.finding = "BadRecord") }',
  });
  expect(Math.abs(starts[0] - (NOW.getTime() - 30 * MINUTE))).toBeLessThan(MINUTE);
  // two seconds a round, and never a step back
  expect(starts.every((start, i) => i === 0 || start >= starts[i - 1])).toBe(true);
  expect(Math.abs((starts.at(-1) ?? 0) - (NOW.getTime() + 8 * 2_000 - 10 * MINUTE))).toBeLessThan(MINUTE);
});

test('a short period does not become longer', async () => {
  const inputs = filterAnswers([page([])]);
  await tail(5, '--since', '1m');
  expect(new Set(inputs.map(({ startTime }) => startTime)).size).toBe(1);
});

test('a line that cannot be read is told once, however often it is read', async () => {
  filterAnswers([page([{ ...event('1', 'x'), message: '{"message":"finding"}' }])]);
  const { stdout, stderr } = await tail(5);
  expect(stdout).toBe('');
  expect(stderr.match(/cannot be read: \{"message":"finding"\}$/gm)).toHaveLength(1);
});

test("a wrong clock of this machine: AWS's counts", async () => {
  const inputs: Record<string, unknown>[] = [];
  const date = new Date(Date.now() - 3 * 60 * MINUTE);
  respond = (operation, input) => {
    if (operation === 'GetParameter')
      return { ...parameter(input.Name === '/exchange-keys/prod/watch' ? WATCH : RING), date };
    inputs.push(input);
    return { ...page([]), date };
  };
  await runCli(['watch', 'tail', '-e', 'prod', '--no-follow'], { connect: once });
  expect(Math.abs(Number(inputs[0].startTime) - (date.getTime() - 15 * MINUTE))).toBeLessThan(MINUTE);
});
