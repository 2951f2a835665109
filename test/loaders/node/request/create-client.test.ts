// What a client is made of, each setting right and wrong; nothing is sent by one that does not fit its key.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ExchangeClientOptions, exchangeClient, type KeyHolder, loadKey } from '../../../../loaders/node';
import { ECHO_MODES, EchoService } from '../../../support/echo-service';
import { LoopbackExchange } from '../../../support/exchange';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { CountingSecrets, ENDPOINTS, HERE, READ } from './support/trader';

const CONFIGURATION = { ...xxkkConfiguration('https://api.xxkk.example'), endpoints: ENDPOINTS };
const PERMISSIONS = { XXKK_KEY_PERMISSIONS: 'read,trade' };
const SECRET = 'not-a-real-secret-4711';

let folder: string;
let exchange: LoopbackExchange;
let secrets: CountingSecrets;
const ends: (() => unknown)[] = [];
const warnings: string[] = [];
const logger = { info: () => undefined, warn: (_: string, { code }: { code: string }) => void warnings.push(code) };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'client-'));
  exchange = await LoopbackExchange.start();
});
afterAll(async () => {
  await exchange.stop();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  warnings.length = 0;
});

async function holder(named = true): Promise<KeyHolder> {
  const made = exchange.control.createKeyByHand({
    ...{ account: 'sub-1', label: 'bot', permissions: ['Read', 'SpotTrade'], ips: [HERE] },
  });
  exchange.control.clearJournal();
  secrets = new CountingSecrets();
  secrets.put(made);
  const given = { apiKey: made.apiKey, apiSecret: made.apiSecret, keyVersion: '4c8ab2f0-5c7e-4d3b-9a61-0e6a4e6f9d11' };
  const key = await loadKey({
    ...{ environment: {}, records: () => undefined, logger, clients: { secretsManager: secrets } },
    ...(named ? { source: { secretId: 'exchange-keys/prod/prod-trader-bot-a' } } : { source: { variables: given } }),
  });
  ends.push(
    () => exchange.control.deleteKeyByHand(made.id),
    () => key.close(),
  );
  return key;
}

async function make(options: Partial<ExchangeClientOptions>, lines: string[] = []) {
  const defaults = { environment: PERMISSIONS, configuration: CONFIGURATION, baseUrl: exchange.url, sourceIp: HERE };
  const key = options.key ?? (await holder());
  const client = await exchangeClient({ ...defaults, records: (line) => lines.push(line), logger, ...options, key });
  ends.push(() => client.close());
  return client;
}

async function refusal(options: Partial<ExchangeClientOptions>) {
  const error: Error & { code?: string } = await make(options).then(
    () => new Error('it was made'),
    (thrown) => thrown,
  );
  expect(error.name).toBe('LoaderError');
  expect(`${error.stack}`).not.toContain(SECRET);
  expect(exchange.control.journal()).toEqual([]);
  return error;
}

const file = async (content: unknown, mode = 0o644) => {
  const name = path.join(folder, `${Math.random()}.json`);
  await writeFile(name, typeof content === 'string' ? content : JSON.stringify(content));
  await chmod(name, mode);
  return name;
};
const ssmWith = (answer: () => unknown) => ({
  names: [] as string[],
  async send({ input }: { input: { Name: string } }) {
    this.names.push(input.Name);
    return answer();
  },
});

describe('the configuration', () => {
  test('from a file', async () => {
    const environment = { ...PERMISSIONS, XXKK_EXCHANGE_FILE: await file(CONFIGURATION) };
    const client = await make({ configuration: undefined, environment });
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
  });

  test('from a parameter', async () => {
    const ssm = ssmWith(() => ({ Parameter: { Value: JSON.stringify(CONFIGURATION) } }));
    const environment = { ...PERMISSIONS, XXKK_EXCHANGE_PARAMETER: '/exchange-keys/prod/exchange/xxkk' };
    const client = await make({ configuration: undefined, environment, clients: { ssm } });
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
    expect(ssm.names).toEqual(['/exchange-keys/prod/exchange/xxkk']);
  });

  test.each<[string, string, () => Promise<object> | object, RegExp]>([
    [
      'EXCHANGE_CONFIGURATION_UNREADABLE',
      'nowhere',
      () => ({}),
      /neither XXKK_EXCHANGE_FILE nor XXKK_EXCHANGE_PARAMETER is set/,
    ],
    [
      'LOADER_SETTING_MALFORMED',
      'at two places',
      () => ({ XXKK_EXCHANGE_FILE: 'a', XXKK_EXCHANGE_PARAMETER: 'b' }),
      /XXKK_EXCHANGE_PARAMETER is 'b'; unset it, or XXKK_EXCHANGE_FILE/,
    ],
    [
      'EXCHANGE_CONFIGURATION_UNREADABLE',
      'in no file',
      () => ({ XXKK_EXCHANGE_FILE: '/none/such.json' }),
      /file '\/none\/such.json' \(XXKK_EXCHANGE_FILE\): .* \(ENOENT\)/,
    ],
    ['EXCHANGE_CONFIGURATION_UNREADABLE', 'in a folder', () => ({ XXKK_EXCHANGE_FILE: folder }), /\(EISDIR\)/],
    [
      'EXCHANGE_CONFIGURATION_UNREADABLE',
      'in a huge file',
      async () => ({ XXKK_EXCHANGE_FILE: await file(' '.repeat(262_145)) }),
      /\(EFBIG\)/,
    ],
    [
      'EXCHANGE_CONFIGURATION_INVALID',
      'as YAML',
      async () => ({ XXKK_EXCHANGE_FILE: await file('name: xxkk') }),
      /is not JSON/,
    ],
    [
      'EXCHANGE_CONFIGURATION_INVALID',
      'with a key in it',
      async () => ({ XXKK_EXCHANGE_FILE: await file({ ...CONFIGURATION, apiSecret: SECRET }) }),
      /key 'apiSecret' is not known/,
    ],
    [
      'EXCHANGE_CONFIGURATION_INVALID',
      'without codes',
      async () => ({
        XXKK_EXCHANGE_FILE: await file({ ...CONFIGURATION, errors: [{ code: '1', errorClass: 'CONFIG' }] }),
      }),
      /EXCHANGE_ERROR_CLASSES_MISSING/,
    ],
    [
      'KEY_OF_OTHER_EXCHANGE',
      'of another exchange',
      async () => ({ XXKK_EXCHANGE_FILE: await file({ ...CONFIGURATION, name: 'yykk' }) }),
      /is of exchange 'yykk', and the key is of exchange 'xxkk'/,
    ],
  ])('%s: %s', async (code, _, variables, message) => {
    const error = await refusal({ configuration: undefined, environment: { ...PERMISSIONS, ...(await variables()) } });
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'that is not there',
      () => Promise.reject(Object.assign(new Error(SECRET), { name: 'ParameterNotFound' })),
      /parameter '\/a' \(XXKK_EXCHANGE_PARAMETER\): .* \(ParameterNotFound\)/,
    ],
    [
      'that may not be read',
      () => Promise.reject(Object.assign(new Error(SECRET), { name: 'AccessDeniedException' })),
      /\(AccessDeniedException\)/,
    ],
    ['that throws text', () => Promise.reject(SECRET), /\(unknown error\)/],
    ['without a value', () => ({}), /\(no value\)/],
  ])('a parameter %s', async (_, answer, message) => {
    const environment = { ...PERMISSIONS, XXKK_EXCHANGE_PARAMETER: '/a' };
    const error = await refusal({ configuration: undefined, environment, clients: { ssm: ssmWith(answer) } });
    expect([error.code, error.message]).toEqual(['EXCHANGE_CONFIGURATION_UNREADABLE', expect.stringMatching(message)]);
  });

  test('given by the program is checked as well', async () => {
    const wrong = { ...CONFIGURATION, baseUrl: 'http://api.xxkk.example' };
    expect(await refusal({ configuration: wrong })).toMatchObject({ code: 'EXCHANGE_CONFIGURATION_INVALID' });
    const program = { ...CONFIGURATION, notes: () => 'not-a-real-secret-0001' } as object as typeof CONFIGURATION;
    expect(await refusal({ configuration: program })).toMatchObject({
      code: 'EXCHANGE_CONFIGURATION_INVALID',
      message: 'option configuration: the configuration has a value that JSON does not have, such as a function',
    });
  });

  test('what becomes of objects of the program after the start changes nothing', async () => {
    const configuration = structuredClone(CONFIGURATION);
    const permissions = ['read'];
    const urls: string[] = [];
    const table: Record<string, typeof READ> = { 'GET /v1/account': READ };
    const client = await make({
      ...{ configuration, permissions, endpoints: table },
      fetch: async (url) => {
        urls.push(url);
        return new Response('{"code":0}');
      },
    });
    Object.assign(configuration, { baseUrl: 'https://evil.example', envelope: {}, errors: [], signing: undefined });
    permissions.push('trade', 'withdraw');
    table['POST /v1/orders'] = READ;
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
    expect(urls).toEqual([expect.not.stringContaining('evil')]);
    await expect(client.fetch('/v1/orders', { method: 'POST' })).rejects.toMatchObject({ code: 'ENDPOINT_UNKNOWN' });
    expect(() => client.require({ category: 'trade', endpoint: 'a' })).toThrow(/is for read;/);
  });
});

describe('settings', () => {
  test.each<[string, Partial<ExchangeClientOptions>, RegExp]>([
    ['KEY_PERMISSIONS_UNKNOWN', { environment: {} }, /set XXKK_KEY_PERMISSIONS, for example to 'read,trade'/],
    ['KEY_PERMISSIONS_UNKNOWN', { environment: { XXKK_KEY_PERMISSIONS: '' } }, /set XXKK_KEY_PERMISSIONS/],
    [
      'PERMISSION_UNKNOWN',
      { environment: { XXKK_KEY_PERMISSIONS: 'read, trade' } },
      /^XXKK_KEY_PERMISSIONS: permission ' trade'/,
    ],
    ['PERMISSION_TWICE', { permissions: ['read', 'read'] }, /^option permissions: /],
    ['PERMISSIONS_EMPTY', { permissions: [] }, /^option permissions: /],
    ['EXCHANGE_BASE_URL', { baseUrl: 'http://api.xxkk.example' }, /^option baseUrl: base URL: .* without TLS/],
    [
      'EXCHANGE_BASE_URL',
      { baseUrl: undefined, environment: { ...PERMISSIONS, XXKK_API_BASE_URL: 'https://a:b@c' } },
      /^XXKK_API_BASE_URL: /,
    ],
    ['ENDPOINT_MALFORMED', { endpoints: { '/v1': 'read' } as never }, /^option endpoints: /],
    ['ENDPOINT_CATEGORY_UNKNOWN', { endpoints: { 'GET /v1': 'admin' } as never }, /^option endpoints: /],
    ['ENDPOINT_AMBIGUOUS', { endpoints: { 'GET /{a}': 'read', 'GET /{b}': 'read' } as never }, /^option endpoints: /],
    ['LOADER_PREFIX_MALFORMED', { prefix: 'xxkk' }, /^option prefix: /],
    ['LOADER_SETTING_MALFORMED', { sourceIp: 'here' }, /^option sourceIp is 'here'; write an IPv4 or IPv6 address/],
    ['LOADER_SETTING_MALFORMED', { timeoutMs: 0 }, /^option timeoutMs is '0'; write a whole number above 0/],
    ['LOADER_SETTING_MALFORMED', { maxAnswerBytes: 1.5 }, /^option maxAnswerBytes is '1.5'/],
    [
      'EXCHANGE_BASE_URL',
      { sourceIp: undefined, environment: { ...PERMISSIONS, XXKK_ECHO_URL: 'http://echo.example' } },
      /^XXKK_ECHO_URL: /,
    ],
  ])('%s %#', async (code, options, message) => {
    const error = await refusal(options);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test('a key without a name, which no record could name', async () => {
    expect(await refusal({ key: await holder(false) })).toMatchObject({ code: 'KEY_NAME_UNKNOWN' });
  });

  test('a holder that is closed', async () => {
    const key = await holder();
    await key.close();
    expect(await refusal({ key })).toMatchObject({ code: 'LOADER_CLOSED' });
  });

  test('the base URL of the variable comes before that of the configuration', async () => {
    const environment = { ...PERMISSIONS, XXKK_API_BASE_URL: exchange.url };
    const client = await make({ baseUrl: undefined, environment });
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
  });

  test('without a table nothing may be called', async () => {
    const { endpoints: _none, ...configuration } = CONFIGURATION;
    const client = await make({ configuration });
    await expect(client.fetch('/v1/account')).rejects.toMatchObject({ code: 'ENDPOINT_UNKNOWN' });
  });

  test('another prefix', async () => {
    const client = await make({ prefix: 'MY_DESK', environment: { MY_DESK_KEY_PERMISSIONS: 'read' } });
    await expect(client.fetch('/v1/orders', { method: 'POST' })).rejects.toMatchObject({ code: 'PERMISSION_NOT_HELD' });
  });
});

describe('the address that requests leave from', () => {
  const addressesOf = (lines: string[]) => lines.map((line) => JSON.parse(line).sourceIp);

  test.each<[string, Partial<ExchangeClientOptions>, string]>([
    ['given', { sourceIp: '203.0.113.10' }, '203.0.113.10'],
    ['found by a function', { sourceIp: async () => '2001:db8::1' }, '2001:db8::1'],
    ['a function throws', { sourceIp: () => Promise.reject(new Error(SECRET)) }, '0.0.0.0'],
    [
      'a function throws at once',
      {
        sourceIp: () => {
          throw new Error(SECRET);
        },
      },
      '0.0.0.0',
    ],
    ['a function gives no address', { sourceIp: () => 'unknown' }, '0.0.0.0'],
    ['a function gives nothing', { sourceIp: (() => undefined) as never }, '0.0.0.0'],
    ['nothing says it', { sourceIp: undefined }, '0.0.0.0'],
  ])('%s', async (_, options, expected) => {
    const lines: string[] = [];
    const client = await make(options, lines);
    await client.fetch('/v1/account');
    expect(addressesOf(lines)).toEqual([expected]);
    expect(warnings.includes('SOURCE_ADDRESS_UNKNOWN')).toBe(expected === '0.0.0.0');
  });

  test.each(Object.keys(ECHO_MODES).filter((mode) => mode !== 'silent') as (keyof typeof ECHO_MODES)[])(
    'an echo service: %s',
    async (mode) => {
      const echo = await EchoService.start(ECHO_MODES[mode]);
      ends.push(() => echo.stop());
      const lines: string[] = [];
      const client = await make(
        { sourceIp: undefined, environment: { ...PERMISSIONS, XXKK_ECHO_URL: echo.url } },
        lines,
      );
      await client.fetch('/v1/account');
      const known: Record<string, string> = { ok: HERE, slow: HERE, otherAddress: '127.0.99.99', ipv6: '2001:db8::1' };
      expect(addressesOf(lines)).toEqual([known[mode] ?? '0.0.0.0']);
    },
  );

  test('is asked for again after a refused address and every hour, and no request waits for it', async () => {
    let now = Date.now();
    const timers: { callback: () => void; milliseconds: number; isOver: boolean }[] = [];
    const fake = {
      setTimeout: (callback: () => void, milliseconds: number) => {
        timers.push({ callback, milliseconds, isOver: false });
        return { timer: timers.length - 1 } as object;
      },
      clearTimeout: (timer: unknown) => {
        timers[(timer as { timer: number }).timer].isOver = true;
      },
    };
    let asked = 0;
    let address = '203.0.113.10';
    const lines: string[] = [];
    const client = await make(
      {
        timers: fake,
        clock: { now: () => now },
        sourceIp: () => {
          asked += 1;
          return asked === 2 ? new Promise(() => undefined) : address;
        },
        fetch: async () => new Response('{"code":10010}', { status: 403 }),
      },
      lines,
    );
    expect(asked).toBe(1);
    address = '203.0.113.11';
    await client.fetch('/v1/account');
    expect(asked).toBe(1);
    now += 60_000;
    // the second look never ends, and requests go on
    await client.fetch('/v1/account');
    await client.fetch('/v1/account');
    expect(asked).toBe(2);
    const hourly = timers.filter(({ milliseconds }) => milliseconds === 3_600_000).at(-1);
    expect(hourly?.isOver).toBe(false);
    hourly?.callback();
    await new Promise(setImmediate);
    expect(asked).toBe(3);
    await client.fetch('/v1/account');
    expect(addressesOf(lines)).toEqual(['203.0.113.10', '203.0.113.10', '203.0.113.10', '203.0.113.11']);
    client.close();
    expect(
      timers.filter(({ milliseconds, isOver }) => milliseconds === 3_600_000 && !isOver).length,
    ).toBeLessThanOrEqual(1);
  });

  test('an echo service that never answers holds the start for a few seconds only', async () => {
    const echo = await EchoService.start(ECHO_MODES.silent);
    ends.push(() => echo.stop());
    const client = await make({ sourceIp: undefined, environment: { ...PERMISSIONS, XXKK_ECHO_URL: echo.url } });
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
    expect(warnings).toContain('SOURCE_ADDRESS_UNKNOWN');
  });
});

describe('records', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
    ],
    ['rejects', () => Promise.reject(new Error(SECRET))],
  ])('a sink that %s harms no request, and is told once', async (_, sink) => {
    const client = await make({ records: sink as never });
    for (let sent = 0; sent < 3; sent++) expect((await client.fetch('/v1/account')).outcome).toBe('ok');
    await new Promise(setImmediate);
    expect(warnings).toEqual(['RECORD_SINK_FAILED']);
  });

  test('a logger that throws harms nobody either', async () => {
    const broken = {
      info: () => {
        throw new Error();
      },
      warn: () => {
        throw new Error();
      },
    };
    const client = await make({
      records: () => {
        throw new Error();
      },
      logger: broken,
      sourceIp: undefined,
    });
    expect((await client.fetch('/v1/account')).outcome).toBe('ok');
  });

  test('counted: the first at once, the others when the client is closed', async () => {
    const lines: string[] = [];
    const client = await make({ aggregate: true }, lines);
    for (let sent = 0; sent < 5; sent++) await client.fetch('/v1/account');
    expect(lines).toHaveLength(1);
    client.close();
    const counts = lines.map((line) => JSON.parse(line).count ?? 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(lines.length).toBeLessThanOrEqual(3);
  });

  test('counted: written when the process ends by itself, and its listener goes with the last client', async () => {
    const before = process.listenerCount('beforeExit');
    const lines: string[] = [];
    const clients = [await make({ aggregate: true }, lines), await make({ aggregate: true }, lines)];
    expect(process.listenerCount('beforeExit')).toBe(before + 1);
    for (let sent = 0; sent < 3; sent++) await clients[0].fetch('/v1/account');
    process.emit('beforeExit', 0);
    expect(lines.map((line) => JSON.parse(line).count ?? 1).reduce((sum, count) => sum + count, 0)).toBe(3);
    for (const client of clients) client.close();
    expect(process.listenerCount('beforeExit')).toBe(before);
  });

  test('counted: a request that is answered after the client was closed has its line at once', async () => {
    const lines: string[] = [];
    let answer = (_: Response) => {};
    const client = await make(
      {
        aggregate: true,
        fetch: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      },
      lines,
    );
    const send = async (between = () => {}) => {
      const request = client.fetch('/v1/account');
      await new Promise((resolve) => setImmediate(resolve));
      between();
      answer(new Response('{"code":0}'));
      await request;
    };
    await send();
    await send(() => client.close());
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['ok', 'ok']);
  });
});
