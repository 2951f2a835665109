// `key put` and `key rotate` against the local AWS with the real SDK: what is written, promoted, refused, left behind.
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientVariables, type LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import { deployRing, REGION, secretNameOf } from './support/ring-stack';
import { everythingPrinted, runCli } from './support/run-cli';

let local: LocalAws;
let secrets: SecretsManagerClient;
const INSTANCES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

beforeAll(async () => {
  local = await startLocalAws();
  Object.assign(process.env, clientVariables(local.endpoint, REGION));
  secrets = new SecretsManagerClient({ region: REGION });
  await deployRing(INSTANCES);
}, 120_000);
afterAll(() => local?.stop());

const SECRET = 'S3cr3t/Value+Of"Key\\1';
const keyJson = (apiKey: string, more: object = {}) => JSON.stringify({ apiKey, apiSecret: SECRET, ...more });
const put = (instance: string, apiKey: string, more: Parameters<typeof runCli>[1] = {}, ...args: string[]) =>
  runCli(['key', 'put', `prod-trader-bot-${instance}`, '-e', 'prod', '--stdin', '--yes', ...args], {
    stdin: keyJson(apiKey),
    ...more,
  });
const rotate = (instance: string, ...args: string[]) =>
  runCli(['key', 'rotate', `prod-trader-bot-${instance}`, '-e', 'prod', ...args]);

async function labels(instance: string): Promise<Record<string, string>> {
  const { VersionIdsToStages = {} } = await secrets.send(
    new DescribeSecretCommand({ SecretId: secretNameOf(instance) }),
  );
  return Object.fromEntries(Object.entries(VersionIdsToStages).flatMap(([id, all]) => all.map((label) => [label, id])));
}

const value = async (instance: string, VersionStage = 'AWSCURRENT') =>
  JSON.parse(
    (await secrets.send(new GetSecretValueCommand({ SecretId: secretNameOf(instance), VersionStage }))).SecretString ??
      '',
  );

test('the first key: validated, promoted; then another, with an overlap', async () => {
  const first = await put('a', 'first-api-key', { now: new Date('2026-11-22T10:00:00Z') });
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^promoted: .* of prod-trader-bot-a\n$/) });
  expect(await value('a')).toEqual({
    schema: 1,
    exchange: 'xxkk',
    account: 'sub-7',
    name: 'prod-trader-bot-a',
    keyId: 'first-api-key',
    apiKey: 'first-api-key',
    apiSecret: SECRET,
    // of the candidate: this ring's rotation is a stand-in, the real one writes its own (test/runtime/keys)
    versionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    createdAt: expect.stringMatching(/^2026-11-22T10:00:/),
  });
  expect(await labels('a')).not.toHaveProperty('XKCANDIDATE');

  const input = keyJson('second-api-key', {
    passphrase: 'pass-phrase-2',
    keyId: 'id-2',
    expiresAt: '2100-01-01T00:00:00Z',
  });
  const second = await put('a', '', { stdin: input });
  expect(second.code).toBe(0);
  expect(second.stdout).toMatch(
    /^promoted: .*\nthe old key works until \d{4}-\d\d-\d\d \d\d:\d\d UTC and is revoked after that\n$/,
  );
  for (const step of ['create', 'stage', 'validate', 'promote'])
    expect(second.stderr).toMatch(new RegExp(`${step} +.*done`));
  expect(await value('a')).toMatchObject({
    keyId: 'id-2',
    passphrase: 'pass-phrase-2',
    expiresAt: '2100-01-01T00:00:00Z',
  });
}, 60_000);

test('a refused candidate is not used and not left behind', async () => {
  const { code, stdout, stderr } = await put('b', 'bad-api-key');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('error: the key was refused and is not used: the key may withdraw [KEY_PERMISSIONS_WRONG]');
  expect(stderr).not.toContain('candidate of');
  expect(await value('b')).toEqual({ schema: 1, placeholder: true });
  expect(Object.keys(await labels('b'))).toEqual(['AWSCURRENT']);
  const history = await runCli(['key', 'history', 'prod-trader-bot-b', '-e', 'prod']);
  expect(history.code).toBe(0);
  expect(history.stdout).toMatch(/ deprecated: AWS deletes it some day\n/);
  expect(history.stdout).toMatch(/ current: workloads read it\n/);
});

test('warnings are shown, the key is used', async () => {
  const { code, stderr } = await put('b', 'odd-api-key');
  expect(code).toBe(0);
  expect(stderr).toContain('warning: the key has no end');
}, 60_000);

test.each(['crash', 'vague'])(
  'no verdict (%s) is no yes: the candidate waits unused, and a second put replaces it',
  async (how) => {
    const { code, stderr } = await put('c', `${how}-api-key`);
    expect(code).toBe(1);
    expect(stderr).toContain('[VALIDATION_UNDECIDED]');
    expect(stderr).toContain("the key is stored as candidate of 'prod-trader-bot-c' and nothing uses it");
    expect(await value('c')).toEqual({ schema: 1, placeholder: true });
    expect(await value('c', 'XKCANDIDATE')).toMatchObject({ apiKey: `${how}-api-key` });
  },
);

test('interrupted half-way and run again', async () => {
  const broken = await put('c', 'killed-api-key', { interruptAt: /stored as candidate/ });
  expect(broken.code).toBe(130);
  expect(broken.stderr).toMatch(/interrupted\nthe key is stored as candidate of 'prod-trader-bot-c'/);
  const again = await put('c', 'good-api-key');
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('the candidate that waited is replaced');
  expect(await value('c')).toMatchObject({ apiKey: 'good-api-key' });
  expect(await labels('c')).not.toHaveProperty('XKCANDIDATE');
}, 60_000);

test('interrupted while it waits: the rotation goes on', async () => {
  const broken = await put('d', 'waiting-api-key', { interruptAt: /rotating/ });
  expect(broken).toMatchObject({ code: 130, stderr: expect.stringContaining('goes on by itself') });
  for (let i = 0; i < 100 && (await value('d')).placeholder; i++) await new Promise((done) => setTimeout(done, 100));
  expect(await value('d')).toMatchObject({ apiKey: 'waiting-api-key' });
}, 60_000);

test('the second thoughts of the rotation are a refusal with its code, and the current key stays', async () => {
  const { code, stderr } = await put('e', 'late-api-key');
  expect(code).toBe(1);
  expect(stderr).toContain(
    "error: the rotation ended at step 'validate', the current key stays: the key is bound to no address [KEY_ALLOWLIST_EMPTY]",
  );
  expect(await value('e')).toEqual({ schema: 1, placeholder: true });
}, 60_000);

test('a rotation that does not end: time-out, and the next one follows the attempt that AWS repeats', async () => {
  const first = await put('f', 'stuck-api-key', {}, '--timeout', '3m');
  expect(first.code).toBe(4);
  expect(first.stderr).toContain('no answer [EXCHANGE_DOWN]');
  expect(first.stderr).toContain('[ROTATION_TIMED_OUT]');
  const pending = (await labels('f')).AWSPENDING;

  const second = await rotate('f', '--yes');
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`an earlier rotation of 'prod-trader-bot-f' is not complete (version ${pending})`);
  expect(second.stderr).toContain('[ROTATION_INCOMPLETE]');

  const third = await rotate('f', '--yes', '--wait', '--timeout', '1m');
  expect(third.code).toBe(4);
  expect(third.stderr).toContain(`AWS attempts it again: version ${pending}`);
}, 60_000);

test('a rotation without a candidate, with and without waiting', async () => {
  expect((await put('g', 'steady-api-key')).code).toBe(0);
  const waited = await rotate('g', '--yes', '--wait', '--json');
  expect(waited.code).toBe(0);
  const { AWSCURRENT, AWSPREVIOUS } = await labels('g');
  expect(JSON.parse(waited.stdout)).toEqual({
    name: 'prod-trader-bot-g',
    versionId: AWSCURRENT,
    outcome: 'promoted',
    previousVersionId: AWSPREVIOUS,
    overlapUntil: expect.stringMatching(/^\d{4}-/),
  });
  const started = await rotate('g', '--yes');
  expect(started.code).toBe(0);
  const [, version] = /^rotation of prod-trader-bot-g started, version ([0-9a-f-]{36})\n$/.exec(started.stdout) ?? [];
  // it ends by itself; later tests find the key at rest
  while ((await labels('g')).AWSCURRENT !== version) await delay(200);
}, 60_000);

test('a key without a first key is not rotated', async () => {
  const { code, stderr } = await rotate('h', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain("run 'exchange-keys key put prod-trader-bot-h' [KEY_NOT_BOOTSTRAPPED]");
});

test('another operator puts a candidate while ours is validated: ours is not taken for theirs', async () => {
  let other: Promise<unknown> | undefined;
  const { code, stderr } = await runCli(['key', 'put', 'prod-trader-bot-h', '-e', 'prod', '--stdin', '--yes'], {
    stdin: keyJson('odd-ours-api-key'),
    connect: (connection) => {
      const real = jest.requireActual('../../../bin/cli/aws/clients').connect(connection);
      const send = real.lambda.send.bind(real.lambda);
      real.lambda.send = async (command: never) => {
        const verdict = await send(command);
        other = secrets.send(
          new PutSecretValueCommand({
            SecretId: secretNameOf('h'),
            SecretString: keyJson('their-api-key'),
            VersionStages: ['XKCANDIDATE'],
          }),
        );
        await other;
        return verdict;
      };
      return real;
    },
  });
  expect(other).toBeDefined();
  expect(code).toBe(1);
  expect(stderr).toContain('[CANDIDATE_REPLACED]');
  expect(await value('h')).toEqual({ schema: 1, placeholder: true });
});

describe('who is asked', () => {
  const say = (answers: readonly (readonly [RegExp, string])[]) => {
    const open = [...answers];
    return (printed: string) => {
      const index = open.findIndex(([question]) => question.test(printed));
      return index < 0 ? undefined : open.splice(index, 1)[0][1];
    };
  };

  test('without a terminal nothing is rotated or put without --yes', async () => {
    for (const args of [
      ['rotate', 'prod-trader-bot-g'],
      ['put', 'prod-trader-bot-g', '--stdin'],
    ]) {
      const { code, stderr } = await runCli(['key', ...args, '-e', 'prod'], { stdin: keyJson('x') });
      expect(code).toBe(3);
      expect(stderr).toContain('[CONFIRMATION_IMPOSSIBLE]');
    }
  });

  test('on a terminal: no is no', async () => {
    const before = await labels('g');
    const { code, stderr } = await runCli(['key', 'rotate', 'prod-trader-bot-g', '-e', 'prod'], {
      answer: say([[/revoked for good in 24 hours/, 'n\n']]),
    });
    expect(code).toBe(3);
    expect(stderr).toContain("rotating 'prod-trader-bot-g' was not confirmed [NOT_CONFIRMED]");
    expect(await labels('g')).toEqual(before);
  });

  test('a key is typed without echo, validated, and only a yes takes it into use', async () => {
    const answers = [
      [/API key/, 'typed-api-key\n'],
      [/API secret/, 'with blank\n'],
      [/contains a blank/, '\u0015typed-api-secret\n'],
      [/passphrase/, '\n'],
      [/id of the key/, '\n'],
      [/Take it into use/, 'n\n'],
    ] as const;
    const declined = await runCli(['key', 'put', 'prod-trader-bot-b', '-e', 'prod'], { answer: say(answers) });
    expect(declined.code).toBe(3);
    expect(declined.stderr).toContain("the key is stored as candidate of 'prod-trader-bot-b' and nothing uses it");
    expect(await value('b', 'XKCANDIDATE')).toMatchObject({ apiKey: 'typed-api-key', apiSecret: 'typed-api-secret' });
    expect(await value('b')).toMatchObject({ apiKey: 'odd-api-key' });
    expect(declined.stderr).not.toMatch(/typed-api|with blank/);

    const kept = await runCli(['key', 'put', 'prod-trader-bot-b', '-e', 'prod'], {
      answer: say([[/Replace it/, 'n\n']]),
    });
    expect(kept.code).toBe(3);
    expect(await value('b', 'XKCANDIDATE')).toMatchObject({ apiKey: 'typed-api-key' });
  }, 60_000);

  test('Ctrl-C at a question', async () => {
    const { code } = await runCli(['key', 'put', 'prod-trader-bot-b', '-e', 'prod'], {
      answer: say([[/Replace it/, '\u0003']]),
    });
    expect(code).toBe(130);
  });
});

test('nothing of any key was ever printed', () => {
  expect(everythingPrinted.length).toBeGreaterThan(30);
  const material = ['api-key', 'api-secret', 'S3cr3t', 'pass-phrase', 'id-2', 'with blank'];
  // the names of the prompts are the only texts like it
  const printed = everythingPrinted.join('\n').replace(/API (key|secret)/g, '');
  for (const text of material) expect(printed).not.toContain(text);
});
