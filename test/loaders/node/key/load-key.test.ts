// From the environment to a key in memory: what is refused at start, what is waited for, and a file that changes while it is held (G13).
import { chmodSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorClass, type KeyHolder, type LoaderWarning, type LoadKeyOptions, loadKey } from '../../../../loaders/node';
import { FakeTime, settled } from './support/fake-time';
import { API_KEY, API_SECRET, documentText, NAME, PASSPHRASE, SECRET, VALUES, versionId } from './support/held-keys';
import { give, refuse, SecretsService } from './support/secrets-service';

const BY_VALUE = { XXKK_API_KEY: API_KEY, XXKK_API_SECRET: API_SECRET };
let time: FakeTime;
let warnings: LoaderWarning[];
let lines: string[];
let open: KeyHolder[];
beforeEach(() => {
  time = new FakeTime();
  [warnings, lines, open] = [[], [], []];
});
afterEach(() => Promise.all(open.map((holder) => holder.close())));

async function load(environment: Record<string, string>, options: LoadKeyOptions = {}): Promise<KeyHolder> {
  const holder = await loadKey({
    environment,
    ...{ clock: time, timers: time, random: () => 0 },
    logger: { info: () => {}, warn: () => {} },
    records: (line) => void lines.push(line),
    onWarning: (warning) => void warnings.push(warning),
    ...options,
  });
  open.push(holder);
  return holder;
}

const codeOf = (loading: Promise<unknown>) =>
  loading.then(
    () => 'loaded',
    ({ code, message }) => {
      for (const value of VALUES) expect(message).not.toContain(value);
      return code;
    },
  );
const codes = () => warnings.map(({ code }) => code);

/** What follows from real files comes when it comes; not later than in 10 s. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); await sleep(2)) {
    if (Date.now() > end) throw new Error('it did not happen');
  }
}

describe('variables', () => {
  const all = { ...BY_VALUE, XXKK_API_PASSPHRASE: PASSPHRASE, XXKK_KEY_VERSION: versionId(4), XXKK_KEY_NAME: NAME };

  test('give a key with name and version, and are gone afterwards; what is not secret stays', async () => {
    const environment: Record<string, string> = { ...all, PATH: '/bin' };
    const { current } = await load(environment);
    expect({ ...current.toJSON(), values: [current.apiKey, current.apiSecret, current.passphrase] }).toMatchObject({
      ...{ keyName: NAME, keyVersion: versionId(4), exchange: 'xxkk', source: 'environment' },
      values: [API_KEY, API_SECRET, PASSPHRASE],
    });
    expect(environment).toEqual({ XXKK_KEY_VERSION: versionId(4), XXKK_KEY_NAME: NAME, PATH: '/bin' });
    expect(codes()).toEqual([]);
  });

  test('a second load finds nothing, and is told why', async () => {
    const environment = { ...all };
    await load(environment);
    const error = await load(environment).catch((thrown) => thrown);
    expect([error.code, error.message.includes('deleted when they have been read')]).toEqual([
      'CREDENTIALS_MISSING',
      true,
    ]);
  });

  test('stay when asked to, after a load that failed, and in an environment that cannot be changed', async () => {
    const kept = { ...all };
    await load(kept, { forgetVariables: false });
    expect(kept).toEqual(all);
    const bad = { ...all, XXKK_API_SECRET: `${API_SECRET}\n` };
    expect(await codeOf(load(bad))).toBe('CREDENTIALS_MALFORMED');
    expect(Object.keys(bad)).toHaveLength(5);
    await load(Object.freeze({ ...all }));
  });

  test('of another exchange', async () => {
    const { current } = await load(
      { MY_EXCHANGE_API_KEY: 'a', MY_EXCHANGE_API_SECRET: 'b' },
      { prefix: 'MY_EXCHANGE' },
    );
    expect(current.exchange).toBe('my-exchange');
  });

  test('without name and version: both are told once, and nothing is reported', async () => {
    const { current } = await load({ ...BY_VALUE });
    expect(current.keyVersion).toMatch(/^unversioned-[0-9a-f]{32}$/);
    expect(codes()).toEqual(['KEY_VERSION_UNKNOWN', 'KEY_NAME_UNKNOWN']);
    expect(lines).toEqual([]);
  });

  test('never change: no timer reads, and a refusal says what helps', async () => {
    const holder = await load({ ...all });
    await time.advance(30 * 24 * 3_600_000);
    expect(await holder.refused(ErrorClass.KEY_UNKNOWN, versionId(4))).toBe('unchanged');
    expect(await holder.refresh()).toBe('unchanged');
    expect(warnings).toEqual([
      { code: 'KEY_REFUSED_AND_CURRENT', message: expect.stringContaining('deploy it again') },
    ]);
    expect(warnings[0].message).toContain('XXKK_API_KEY and XXKK_API_SECRET');
  });
});

describe('the program can say it', () => {
  test('instead of the environment', async () => {
    const variables = { apiKey: 'OTHERKEY', apiSecret: 'OTHERSECRET', keyVersion: versionId(3) };
    const environment = { ...BY_VALUE };
    const { current } = await load(environment, { source: { variables }, keyName: NAME });
    expect([current.apiKey, current.keyName]).toEqual(['OTHERKEY', NAME]);
    expect(environment).toEqual(BY_VALUE);
  });

  test.each<[string, LoadKeyOptions]>([
    ['CREDENTIALS_MISSING', { source: {} }],
    ['CREDENTIALS_AMBIGUOUS', { source: { file: '/x', secretId: 'x' } }],
    ['CREDENTIALS_INCOMPLETE', { source: { variables: { apiKey: API_KEY, apiSecret: '' } } }],
    ['CREDENTIALS_MALFORMED', { source: { variables: { apiKey: API_KEY, apiSecret: ` ${API_SECRET}` } } }],
    ['LOADER_SETTING_MALFORMED', { source: { file: documentText() } }],
    ['LOADER_SETTING_MALFORMED', { keyName: 'trader' }],
    ['LOADER_SETTING_MALFORMED', { overlapHours: 0 }],
    ['LOADER_SETTING_MALFORMED', { overlapHours: 24.5 }],
    ['LOADER_SETTING_MALFORMED', { overlapHours: Number.NaN }],
    ['LOADER_SETTING_MALFORMED', { overlapHours: '24h' as never }],
    ['LOADER_PREFIX_MALFORMED', { prefix: 'xxkk' }],
  ])('%s: %j', async (code, options) => {
    expect(await codeOf(load({ ...BY_VALUE }, options))).toBe(code);
  });
});

describe('a secret', () => {
  const WITH_SECRET = { XXKK_SECRET_ID: SECRET };
  let service: SecretsService;
  beforeEach(async () => {
    service = await SecretsService.start();
  });
  afterEach(() => service.stop());
  const loadSecret = () => load(WITH_SECRET, { clients: { secretsManager: service.client() } });

  /** Lets time pass while the loader waits, and real requests come back. */
  async function pass<T>(loading: Promise<T>): Promise<T | Error> {
    let outcome: T | Error | undefined;
    loading.then(
      (value) => {
        outcome = value;
      },
      (error) => {
        outcome = error;
      },
    );
    const begin = time.now();
    while (outcome === undefined) {
      const asked = service.asked.length;
      await sleep(20);
      await settled();
      // only what sleeps: the limit of a request that is under way must not pass
      const [next] = time.pending;
      if (outcome === undefined && next && next.in < 20_000 && service.asked.length === asked)
        await time.advance(next.in);
      if (time.now() - begin > 60_000) throw new Error('it waits for more than a minute');
    }
    return outcome;
  }

  test('is read once at start', async () => {
    service.answer = give(documentText(), versionId(7));
    const { current } = await loadSecret();
    expect([current.keyVersion, current.source, service.asked.length]).toEqual([versionId(7), 'secrets-manager', 1]);
    expect(JSON.parse(lines[0])).toMatchObject({ keyName: NAME, keyVersion: versionId(7), source: 'secrets-manager' });
  });

  test('that cannot be reached at first is waited for', async () => {
    const begin = time.now();
    service.answer = (response, asked) => {
      const answer = service.asked.length < 4 ? refuse(503, 'ServiceUnavailable') : give(documentText(), versionId(7));
      answer(response, asked);
    };
    const holder = (await pass(loadSecret())) as KeyHolder;
    expect(holder.current.keyVersion).toBe(versionId(7));
    expect([time.now() - begin, service.asked.length, codes()]).toEqual([7_000, 4, ['SECRET_UNREADABLE']]);
  });

  test('that cannot be reached for 30 s is an error', async () => {
    const begin = time.now();
    service.answer = refuse(503, 'ServiceUnavailable');
    expect(await pass(loadSecret())).toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(time.now() - begin).toBeLessThanOrEqual(30_000);
    expect(service.asked.length).toBe(5);
    expect(time.pending).toEqual([]);
  });

  test.each<[string, string, Parameters<typeof give>[0] | [number, string]]>([
    ['SECRET_UNREADABLE', 'access is denied', [400, 'AccessDeniedException']],
    ['SECRET_UNREADABLE', 'there is none', [400, 'ResourceNotFoundException']],
    ['CREDENTIALS_PLACEHOLDER', 'it is the placeholder', '{"schema":1,"placeholder":true}'],
    ['KEY_DOCUMENT_MALFORMED', 'it is no document', API_SECRET],
    ['KEY_OF_OTHER_WORKLOAD', 'it is the key of another', documentText({ name: 'prod-trader-bot-b' })],
  ])('%s at once: %s', async (code, _, content) => {
    service.answer = typeof content === 'string' ? give(content, versionId(1)) : refuse(...content);
    expect(await codeOf(loadSecret())).toBe(code);
    expect(service.asked).toHaveLength(1);
    expect(time.pending).toEqual([]);
  });

  test('the name of the key and of the secret must both be right', async () => {
    service.answer = give(documentText(), versionId(1));
    const clients = { secretsManager: service.client() };
    expect(await codeOf(load({ ...WITH_SECRET, XXKK_KEY_NAME: 'dev-trader-bot-a' }, { clients }))).toBe(
      'KEY_OF_OTHER_ENVIRONMENT',
    );
    expect(await codeOf(load({ XXKK_SECRET_ID: 'mine', XXKK_KEY_NAME: NAME }, { clients }))).toBe('loaded');
  });

  test('1000 refusals at once are one request, and bring the new version', async () => {
    service.answer = give(documentText(), versionId(1));
    const holder = await loadSecret();
    service.answer = give(documentText({ apiKey: 'APIKEY0002' }), versionId(2));
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => holder.refused(ErrorClass.KEY_EXPIRED, versionId(1))),
    );
    expect([new Set(answers), service.asked.length]).toEqual([new Set(['changed']), 2]);
    expect(holder.current.apiKey).toBe('APIKEY0002');
  });
});

describe('a file that changes while it is held', () => {
  let folder: string;
  let file: string;
  let holder: KeyHolder;
  const put = (text: string, mode = 0o400) => {
    writeFileSync(`${file}.new`, text, { mode });
    chmodSync(`${file}.new`, mode);
    renameSync(`${file}.new`, file);
  };
  const SECOND = documentText({ versionId: versionId(2), apiKey: 'APIKEY0002', apiSecret: 'APISECRET0002' });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'key-'));
    file = path.join(folder, 'key.json');
    put(documentText());
    holder = await load({ XXKK_SECRET_FILE: file, XXKK_KEY_NAME: NAME });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** No look and no read is under way: only then may time pass, real files take what they take. */
  const isIdle = () => time.pending.some((timer) => timer.in <= 5_000);
  const look = async () => {
    await until(isIdle);
    await time.advance(5_000);
  };

  test('is noticed within 5 s, without a word from anybody', async () => {
    const rotated = jest.fn();
    holder.onRotate(rotated);
    put(SECOND);
    await time.advance(4_999);
    expect(holder.current.keyVersion).toBe(versionId(1));
    await time.advance(1);
    await until(() => holder.current.keyVersion === versionId(2));
    expect(holder.current.apiSecret).toBe('APISECRET0002');
    expect(rotated).toHaveBeenCalledTimes(1);
    expect(lines.map((line) => JSON.parse(line).keyVersion)).toEqual([versionId(1), versionId(2)]);
  });

  test.each<[string, string, () => void]>([
    ['KEY_DOCUMENT_MALFORMED', 'half written', () => put(SECOND.slice(0, 70))],
    ['KEY_DOCUMENT_MALFORMED', 'empty', () => put('')],
    ['CREDENTIALS_PLACEHOLDER', 'the placeholder', () => put('{"schema":1,"placeholder":true}')],
    ['SECRET_FILE_EXPOSED', 'open to all', () => put(SECOND, 0o644)],
    ['SECRET_FILE_UNREADABLE', 'deleted', () => unlinkSync(file)],
    ['KEY_OF_OTHER_WORKLOAD', 'the key of another workload', () => put(documentText({ name: 'prod-trader-bot-b' }))],
    [
      'KEY_OF_OTHER_ENVIRONMENT',
      'the key of another environment',
      () => put(documentText({ name: 'dev-trader-bot-a' })),
    ],
    ['KEY_OF_OTHER_EXCHANGE', 'the key of another exchange', () => put(documentText({ exchange: 'yykk' }))],
    ['SECRET_FILE_TOO_LARGE', 'too large', () => put(SECOND.padEnd(70_000))],
  ])('%s: %s keeps the old key, is told once, and is over when the file is right', async (code, _, spoil) => {
    spoil();
    for (let looks = 0; looks < 6; looks++) await look();
    await until(isIdle);
    expect([holder.current.keyVersion, codes()]).toEqual([versionId(1), [code]]);
    put(SECOND);
    await look();
    await until(() => holder.current.keyVersion === versionId(2));
    expect(codes()).toEqual([code]);
    for (const value of VALUES) expect(JSON.stringify(warnings)).not.toContain(value);
  });

  test('after a refusal it is read at once', async () => {
    put(SECOND);
    expect(await holder.refused(ErrorClass.KEY_UNKNOWN, versionId(1))).toBe('changed');
    expect(holder.current.keyVersion).toBe(versionId(2));
  });
});
