// What `verify gate` does when AWS refuses, throttles or is away: what may pass is waited for, what cannot ends it at once.
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { impatient } from '../allowlist/support/account';
import { jsonError, type LoopbackAws, type Responder, startLoopbackAws } from '../support/loopback-aws';
import { runCli } from '../support/run-cli';
import { REGION } from '../watch/support/watched-ring';
import { ANSWERS, first, goodRing, type Instead, lambdaError, parameter } from './support/good-ring';
import { VERIFY } from './support/verified-ring';

let aws: LoopbackAws;
let respond: Responder;
beforeAll(async () => {
  aws = await startLoopbackAws((...request) => respond(...request));
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.operations.length = 0;
});

/** Everything holds, but for what `instead` gives. */
function answering(instead: Instead): void {
  respond = goodRing(instead);
}

/** In a folder without a lock. */
const gate = (...args: string[]) =>
  runCli(['verify', 'gate', '-e', 'prod', '--timeout', '60s', ...args], { connect: impatient });

test('nothing is wrong', async () => {
  answering(() => undefined);
  expect((await gate()).code).toBe(0);
});

describe.each(Object.keys(ANSWERS))('%s', (name) => {
  test.each([
    ['is throttled', lambdaError('TooManyRequestsException', 429)],
    ['is broken inside Lambda', lambdaError('ServiceException', 500)],
    ['is being deployed', lambdaError('ResourceConflictException', 409)],
  ] as const)('%s, for a while', async (_, answer) => {
    answering(first(2, name, answer));
    const { code, stderr } = await gate();
    expect(code).toBe(0);
    expect(stderr.match(/^waiting: .*\[no-answer\]$/gm)).toHaveLength(1);
    expect(stderr.match(/^no longer: .*\[no-answer\]$/gm)).toHaveLength(1);
  });

  test.each([
    ['AccessDeniedException', 403, 'AWS_ACCESS_DENIED'],
    ['UnrecognizedClientException', 403, 'AWS_CREDENTIALS_REFUSED'],
    ['ExpiredTokenException', 400, 'AWS_CREDENTIALS_EXPIRED'],
    ['ResourceNotFoundException', 404, 'VERIFY_INCOMPLETE'],
    ['InvalidRuntimeException', 502, 'AWS_CALL_FAILED'],
  ])('%s ends it at once', async (type, status, expected) => {
    answering((asked) => (asked === name ? lambdaError(type, status) : undefined));
    const { code, stdout, stderr } = await gate();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`[${expected}]`);
  });
});

test('a function that never answers is waited for until the time is over', async () => {
  const timeout = AbortSignal.timeout;
  const limits: number[] = [];
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    limits.push(milliseconds);
    return timeout.call(AbortSignal, 500);
  });
  answering((name) => (name === VERIFY.egressCheck ? { silent: true } : undefined));
  const { code, stderr } = await gate('--timeout', '11s');
  jest.restoreAllMocks();
  expect(code).toBe(4);
  expect(stderr).toContain('waiting: egress egress-check: no answer from egress-check within 120 s [no-answer]\n');
  expect(stderr).toContain('[GATE_TIMED_OUT]');
  expect(new Set(limits)).toEqual(new Set([120_000]));
});

describe('the parameter of the trading gate', () => {
  test('is throttled for a while', async () => {
    answering(first(2, VERIFY.tradingGateParameter, jsonError('ThrottlingException')));
    const { code, stderr } = await gate();
    expect(code).toBe(0);
    expect(stderr).toMatch(/waiting: trading-gate .*\[no-answer\]/);
  });

  test('is missing for a while', async () => {
    answering(first(1, VERIFY.tradingGateParameter, jsonError('ParameterNotFound')));
    const { code, stderr } = await gate();
    expect(code).toBe(0);
    expect(stderr).toMatch(/waiting: trading-gate .*: the parameter does not exist, or is empty \[gate-missing\]/);
  });

  test('may not be read', async () => {
    answering((name) => (name === VERIFY.tradingGateParameter ? jsonError('AccessDeniedException') : undefined));
    const { code, stderr } = await gate();
    expect(code).toBe(1);
    expect(stderr).toContain('[AWS_ACCESS_DENIED]');
  });
});

describe('the ring', () => {
  test.each([
    ['/exchange-keys/prod/ring', jsonError('ParameterNotFound'), 'RING_NOT_FOUND'],
    ['/exchange-keys/prod/verify', jsonError('ParameterNotFound'), 'VERIFY_NOT_FOUND'],
    ['/exchange-keys/prod/verify', parameter('{}'), 'VERIFY_DOCUMENT_MALFORMED'],
    [
      '/exchange-keys/prod/verify',
      parameter(JSON.stringify({ ...VERIFY, environment: 'staging' })),
      'VERIFY_OF_OTHER_PLACE',
    ],
    [
      '/exchange-keys/prod/verify',
      parameter(JSON.stringify({ ...VERIFY, region: 'us-east-1' })),
      'VERIFY_OF_OTHER_PLACE',
    ],
    ['/exchange-keys/prod/verify', jsonError('AccessDeniedException'), 'AWS_ACCESS_DENIED'],
  ])('%s: %j', async (name, answer, expected) => {
    answering((asked) => (asked === name ? answer : undefined));
    const { code, stdout, stderr } = await gate();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`[${expected}]`);
    expect(aws.operations).not.toContain('Invoke');
  });
});

test.each([
  ['9h', 'GATE_TIMEOUT_TOO_LONG'],
  ['481m', 'GATE_TIMEOUT_TOO_LONG'],
  ['-1', 'SPAN_MALFORMED'],
  ['0s', 'SPAN_MALFORMED'],
  ['', 'SPAN_MALFORMED'],
  ['soon', 'SPAN_MALFORMED'],
])('--timeout %j is wrong usage', async (timeout, expected) => {
  answering(() => undefined);
  const { code, stderr } = await runCli(['verify', 'gate', '-e', 'prod', `--timeout=${timeout}`], {
    connect: impatient,
  });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`[${expected}]`) });
  expect(aws.operations).not.toContain('Invoke');
});

test('--timeout 8h is allowed', async () => {
  answering(() => undefined);
  expect((await gate('--timeout', '8h')).code).toBe(0);
});
