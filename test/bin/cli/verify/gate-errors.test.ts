// What `verify gate` does when AWS refuses, throttles or is away: what may pass is waited for, what cannot ends it at once.
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { impatient } from '../allowlist/support/account';
import { type Answer, jsonError, type LoopbackAws, type Responder, startLoopbackAws } from '../support/loopback-aws';
import { runCli } from '../support/run-cli';
import { REGION, RING } from '../watch/support/watched-ring';
import { EGRESS_OK, gateText, inside, outside, VERIFY } from './support/verified-ring';

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

const text = (value: unknown): Answer => ({ body: JSON.stringify(value) });
const lambdaError = (type: string, status: number): Answer => ({
  ...text({ __type: type, message: 'said by Lambda' }),
  status,
});
const parameter = (Value: string): Answer => ({ body: { Parameter: { Value } } });

const ANSWERS: Readonly<Record<string, unknown>> = {
  [VERIFY.egressCheck]: EGRESS_OK,
  [VERIFY.tradingGate]: {},
  'outside-probe': outside(),
  'inside-probe-a': inside('eu-west-1a'),
  'inside-probe-b': inside('eu-west-1b'),
};

/** Everything holds, but for what `instead` gives: by the name of a function or of a parameter. */
function answering(instead: (name: string) => Answer | undefined): void {
  respond = (operation, { Name }, path) => {
    const name = operation === 'Invoke' ? (path.split('/')[3] ?? '') : String(Name);
    const other = instead(decodeURIComponent(name));
    if (other) return other;
    if (operation === 'Invoke') return text(ANSWERS[name]);
    if (name === '/exchange-keys/prod/ring') return parameter(JSON.stringify(RING));
    if (name === '/exchange-keys/prod/verify') return parameter(JSON.stringify(VERIFY));
    if (name === VERIFY.tradingGateParameter) return parameter(gateText([]));
    return jsonError('ParameterNotFound');
  };
}

/** In a folder without a lock. */
const gate = (...args: string[]) =>
  runCli(['verify', 'gate', '-e', 'prod', '--timeout', '60s', ...args], { connect: impatient });

/** Different for the first calls that are about this name. */
function first(times: number, name: string, answer: Answer) {
  let left = times;
  return (asked: string) => (asked === name && left-- > 0 ? answer : undefined);
}

test('nothing is wrong', async () => {
  answering(() => undefined);
  expect((await gate()).code).toBe(0);
});

describe.each(Object.keys(ANSWERS))('%s', (name) => {
  test.each([
    ['is throttled', lambdaError('TooManyRequestsException', 429)],
    ['hangs up', { hangUp: true }],
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
  answering((name) => (name === VERIFY.egressCheck ? { silent: true } : undefined));
  const { code, stderr } = await gate('--timeout', '11s');
  expect(code).toBe(4);
  expect(stderr).toContain('egress egress-check [no-answer]');
  expect(stderr).toContain('[GATE_TIMED_OUT]');
}, 60_000);

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
