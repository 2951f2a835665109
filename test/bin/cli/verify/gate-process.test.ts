// `verify gate` as a process of its own: the exit codes that a pipeline sees, and Ctrl-C.
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { type BuiltCommand, buildCommand, type RunOptions } from '../support/built-command';
import { startLoopbackAws } from '../support/loopback-aws';
import { REGION } from '../watch/support/watched-ring';
import { first, goodRing } from './support/good-ring';
import { VERIFY, VerifiedRing } from './support/verified-ring';

let aws: LocalAws;
let ring: VerifiedRing;
let built: BuiltCommand;
let env: Record<string, string>;
beforeAll(async () => {
  [built, aws] = await Promise.all([buildCommand(), startLocalAws()]);
  env = { ...clientVariables(aws.endpoint, REGION), EXCHANGE_KEYS_ENVIRONMENT: 'prod' };
  Object.assign(process.env, env);
  ring = await VerifiedRing.deploy();
}, 120_000);
afterAll(async () => {
  ring?.remove();
  built?.remove();
  await aws?.stop();
});
beforeEach(() => ring.plan());

const gate = (args: readonly string[], options: RunOptions = {}) =>
  built.run(['verify', 'gate', '--lock', ring.writeLock(), '--regions', REGION, ...args], { ...options, env });

test('0 when everything holds, after waiting for it', async () => {
  ring.plan({ 'trading-gate': [{ gate: ['a is ALARM'] }, { gate: [] }] });
  const { code, stdout, stderr } = await gate(['--timeout', '60s', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ open: true, attempts: 2, unmet: [] });
  expect(stderr.split('\n')).toEqual([
    "checking the way out of 'prod' in eu-west-1, for up to 60 s",
    'waiting: trading-gate /exchange-keys/prod/trading-gate: a is ALARM [gate-closed]',
    'no longer: trading-gate /exchange-keys/prod/trading-gate [gate-closed]',
    '',
  ]);
}, 90_000);

test('4 when it does not hold in time', async () => {
  ring.plan({ 'outside-probe': [{ throws: 'x' }] });
  const { code, stdout, stderr } = await gate(['--timeout', '0']);
  expect(code).toBe(4);
  expect(stdout).toBe('probe outside: outside-probe failed: Error: x [function-failed]\n');
  expect(stderr).toMatch(
    /\nerror: 1 condition of the gate of 'prod' did not hold after \d+ s: .* \[GATE_TIMED_OUT\]\n$/,
  );
}, 90_000);

test('1 when it cannot begin, 2 for wrong usage', async () => {
  expect((await gate(['-e', 'staging'])).code).toBe(1);
  expect((await gate(['--timeout', '9h'])).code).toBe(2);
}, 90_000);

test('130 by Ctrl-C, while it waits', async () => {
  ring.plan({ 'trading-gate': [{ gate: ['a is ALARM'] }] });
  const { code, stdout, stderr } = await gate([], { killAt: /waiting: trading-gate/ });
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/\ninterrupted\n$/);
}, 90_000);

test('waits for long without a word of its own', async () => {
  ring.plan({ 'trading-gate': [{ gate: ['a is ALARM'] }] });
  const { code, stderr } = await gate(['--timeout', '21s']);
  expect(code).toBe(4);
  expect(stderr).not.toMatch(/MaxListeners|\(node:/);
  expect(stderr.split('\n')).toHaveLength(4);
}, 90_000);

test('a connection that breaks, again and again, is taken up', async () => {
  // the SDK tries five times by itself
  const loopback = await startLoopbackAws(goodRing(first(5, VERIFY.egressCheck, { hangUp: true })));
  const ended = await built.run(['verify', 'gate', '--timeout', '60s'], {
    env: { ...env, AWS_ENDPOINT_URL: loopback.endpoint },
  });
  await loopback.stop();
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(
    /\nwaiting: egress egress-check: AWS gave no answer to 'lambda:InvokeFunction' .* \[AWS_UNREACHABLE\] \[no-answer\]\nno longer: egress egress-check \[no-answer\]\n$/,
  );
}, 90_000);

test('--help names it', async () => {
  const { code, stdout } = await built.run(['verify', '--help']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\bgate\b[\s\S]*\bstatus\b/) });
}, 90_000);
