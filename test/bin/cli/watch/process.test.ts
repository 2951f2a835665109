// `watch` as a process of its own: Ctrl-C, a reader that goes away, a connection that breaks, and colours on a terminal.
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { type BuiltCommand, buildCommand, type RunOptions } from '../support/built-command';
import { type Answer, type LoopbackAws, startLoopbackAws } from '../support/loopback-aws';
import { findingLine, REGION, RING, WATCH } from './support/watched-ring';

let built: BuiltCommand;
let aws: LoopbackAws;
let variables: Record<string, string>;
/** Gives the answer to each FilterLogEvents, with its number. */
let filter: (number: number) => Answer;
let asked = 0;
beforeAll(async () => {
  built = await buildCommand();
  aws = await startLoopbackAws((operation, { Name }) => {
    if (operation === 'GetParameter') {
      return { body: { Parameter: { Value: JSON.stringify(String(Name).endsWith('/watch') ? WATCH : RING) } } };
    }
    return operation === 'FilterLogEvents' ? filter(asked++) : { status: 400 };
  });
  variables = { ...clientVariables(aws.endpoint, REGION), EXCHANGE_KEYS_ENVIRONMENT: 'prod' };
}, 120_000);
afterAll(async () => {
  await aws?.stop();
  built?.remove();
});
beforeEach(() => {
  asked = 0;
});

const tail = (args: readonly string[], options: RunOptions = {}) =>
  built.run(['watch', 'tail', ...args], { ...options, env: { ...variables, ...options.env } });
const found = (number: number, fields: object = {}): Answer => ({
  body: {
    events: [
      { eventId: `${number}`, timestamp: Date.now(), message: findingLine({ subject: `s${number}`, ...fields }) },
    ],
  },
});

test('Ctrl-C ends it', async () => {
  filter = (number) => found(number, number === 2 ? { at: 'no time' } : {});
  const { code, stdout, stderr } = await tail([], { killAt: /cannot be read/ });
  expect(code).toBe(130);
  expect(stdout.match(/ s\d /g)).toEqual([' s0 ', ' s1 ']);
  expect(stderr).toMatch(/\ninterrupted\n$/);
}, 60_000);

test('a reader that goes away ends it without a word', async () => {
  filter = found;
  const { code, stdout, stderr } = await tail(['--json'], { closeAt: /s0/ });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^all findings .*\n$/) });
  expect(JSON.parse(stdout)).toMatchObject({ subject: 's0' });
}, 60_000);

test('a connection that breaks, again and again, is taken up', async () => {
  // the SDK tries five times by itself
  filter = (number) => (number < 5 ? { hangUp: true } : found(number));
  const { code, stdout, stderr } = await tail([], { killAt: /following again/ });
  expect({ code, subjects: stdout.match(/ s\d /g) }).toEqual({ code: 130, subjects: [' s5 '] });
  expect(stderr).toMatch(
    /\nwarning: the log gives no answer, trying again: AWS gave no answer to 'logs:FilterLogEvents' .* \[AWS_UNREACHABLE\]\n/,
  );
}, 60_000);

describe('colours', () => {
  const RED = '\u001b[31mNewSourceIp       \u001b[39m';
  const onTerminal = (env: Record<string, string>, ...args: string[]) =>
    built.runOnTerminal(['watch', 'tail', '--no-follow', ...args], [], { ...variables, ...env });
  beforeEach(() => {
    filter = (number) => found(number);
  });

  test('by severity, on a terminal', async () => {
    expect((await onTerminal({})).stdout).toContain(`${RED}  prod-trader-bot-a  s0`);
    filter = (number) => found(number, { finding: 'BadRecord' });
    expect((await onTerminal({})).stdout).toContain('\u001b[33mBadRecord');
  }, 60_000);

  test('none in a pipe, none where they are not wanted', async () => {
    const { stdout } = await tail(['--no-follow']);
    const printed = [stdout, (await onTerminal({ NO_COLOR: '1' })).stdout, (await onTerminal({}, '--no-color')).stdout];
    for (const text of printed) {
      expect(text).toContain('NewSourceIp');
      expect(text).not.toContain('\u001b');
    }
  }, 60_000);
});
