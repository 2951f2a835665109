// The command as it is published: one file, run as a process of its own, on a pipe and on a real terminal.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientVariables, type LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import { type BuiltCommand, buildCommand, type RunOptions } from './support/built-command';
import { deployRing, REGION, secretNameOf } from './support/ring-stack';

let built: BuiltCommand;
let local: LocalAws;
let variables: Record<string, string>;
beforeAll(async () => {
  built = await buildCommand();
  local = await startLocalAws();
  variables = { ...clientVariables(local.endpoint, REGION), EXCHANGE_KEYS_ENVIRONMENT: 'prod' };
  Object.assign(process.env, variables);
  await deployRing(['a', 'b']);
}, 120_000);
afterAll(async () => {
  await local?.stop();
  built?.remove();
});

const cli = (args: readonly string[], { env, ...options }: RunOptions = {}) =>
  built.run(args, { ...options, env: { ...variables, ...env } });

test('help names exit codes, version is that of the package', async () => {
  const help = await cli(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const row of ['0    done', '2    wrong usage', '4    timed out', '130  interrupted'])
    expect(help.stdout).toContain(row);
  const { version } = jest.requireActual('../../../package.json');
  expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  [['key', 'lst'], 'Did you mean list?'],
  [['key', 'show'], "missing required argument 'name'"],
  [['key', 'show', 'a', 'b'], 'too many arguments'],
  [['key', 'rotate', 'prod-trader-bot-a', '--yes', '--timeout', 'soon'], '[SPAN_MALFORMED]'],
  [['key', 'show', 'Prod'], '[KEY_NAME_MALFORMED]'],
  [['key', 'show', 'dev-trader-bot-a'], '[KEY_OF_OTHER_ENVIRONMENT]'],
  [['key', 'list', '-e', 'PROD'], '[ENVIRONMENT_MALFORMED]'],
  [['key', 'put', 'prod-trader-bot-a', '--yes'], '[STDIN_NOT_TERMINAL]'],
])('wrong usage: %s', async (args, words) => {
  const { code, stdout, stderr } = await cli(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
});

test('no environment', async () => {
  const { code, stderr } = await cli(['key', 'list'], { env: { EXCHANGE_KEYS_ENVIRONMENT: '' } });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('[ENVIRONMENT_MISSING]') });
});

test('an endpoint that is not there', async () => {
  const { code, stderr } = await cli(['key', 'list'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
  expect(code).toBe(1);
  expect(stderr).toContain("no answer to 'ssm:GetParameter' in eu-west-1 (ECONNREFUSED)");
  expect(stderr).toContain('[AWS_UNREACHABLE]');
});

test('from the first key to its history', async () => {
  expect((await cli(['key', 'list'])).stdout).toMatch(
    /^prod-trader-bot-a {2}desk-1 {2}xxkk {6}high {2}read,trade {3}-\/30 {9}.*not bootstrapped$/m,
  );
  const input = JSON.stringify({ apiKey: 'piped-api-key', apiSecret: 'piped-api-secret' });
  const put = await cli(['key', 'put', 'prod-trader-bot-a', '--stdin', '--yes'], { input });
  expect(put).toMatchObject({ code: 0, stdout: expect.stringMatching(/^promoted: /) });
  expect((await cli(['key', 'rotate', 'prod-trader-bot-a', '--yes', '--wait'])).code).toBe(0);

  const [listed] = JSON.parse((await cli(['key', 'list', '--json'])).stdout);
  expect(listed).toMatchObject({
    name: 'prod-trader-bot-a',
    owner: 'desk-1',
    tier: 'high',
    ageDays: 0,
    maxAgeDays: 30,
  });
  expect(listed.states).toEqual([expect.objectContaining({ state: 'overlap' })]);

  const shown = await cli(['key', 'show', 'prod-trader-bot-a']);
  expect(shown.code).toBe(0);
  for (const words of [
    'account        sub-7',
    'tier           high, at most 30 days old',
    'overlap        24 hours',
    'rate(28 days)',
  ]) {
    expect(shown.stdout).toContain(words);
  }
  expect(shown.stdout).toMatch(/current: workloads read it\n/);
  expect(shown.stdout).toMatch(/previous: was current before; to be revoked, not before \d{4}-/);

  const history = JSON.parse((await cli(['key', 'history', 'prod-trader-bot-a', '--json'])).stdout) as {
    words: string;
  }[];
  expect(history.map(({ words }) => words)).toContain('current: workloads read it');
  expect(history.length).toBeGreaterThanOrEqual(2);
}, 60_000);

test('Ctrl-C while it waits', async () => {
  const broken = await cli(['key', 'rotate', 'prod-trader-bot-a', '--yes', '--wait'], { killAt: /rotating/ });
  expect(broken.code).toBe(130);
  expect(broken.stderr).toMatch(/interrupted\nthe rotation of 'prod-trader-bot-a' goes on by itself/);
}, 60_000);

describe('on a terminal', () => {
  const onTerminal = (args: readonly string[], answers: readonly (readonly [string, string])[]) =>
    built.runOnTerminal(args, answers, variables);

  test('a key typed at the prompts is stored and never shown', async () => {
    const { code, stdout } = await onTerminal(
      ['key', 'put', 'prod-trader-bot-b'],
      [
        ['API key', 'typed-api-key\r'],
        ['API secret', 'typed-api-secret\r'],
        ['passphrase', 'typed-pass-phrase\r'],
        ['id of the key', '\r'],
        ['Take it into use', 'y\r'],
      ],
    );
    expect(stdout).toContain('promoted:');
    expect(code).toBe(0);
    const client = new SecretsManagerClient({ region: REGION });
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretNameOf('b') }));
    expect(JSON.parse(SecretString)).toMatchObject({
      apiKey: 'typed-api-key',
      apiSecret: 'typed-api-secret',
      passphrase: 'typed-pass-phrase',
    });
  }, 90_000);

  test('--stdin is refused: the terminal would show the key', async () => {
    const { code, stdout } = await onTerminal(['key', 'put', 'prod-trader-bot-b', '--stdin', '--yes'], []);
    expect(code).toBe(2);
    expect(stdout).toContain('[STDIN_IS_TERMINAL]');
  }, 60_000);

  test('Ctrl-C at a question', async () => {
    const { code } = await onTerminal(['key', 'rotate', 'prod-trader-bot-b'], [['Rotate prod', '\u0003']]);
    expect(code).toBe(130);
  }, 60_000);
});

test('nothing of any key was printed', () => {
  expect(built.printed.length).toBeGreaterThan(20);
  expect(built.printed.join('')).not.toMatch(/(piped|typed)-/);
});
