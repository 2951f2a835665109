// The client at the loopback exchange: what is sent, what is refused before, what is recorded, and when the key is read again.
import { ErrorClass } from '../../../../contract/exchange/error-class';
import { PassphraseMode } from '../../../../contract/exchange/signing-template';
import { ambiguousConfiguration, xxkkConfiguration } from '../../../support/exchange-configuration';
import { ENDPOINTS, HERE, ORDER, useTraders, version } from './support/trader';

const start = useTraders();

describe('a request that is carried out', () => {
  test('a read: the answer as the exchange gave it, and one record', async () => {
    const { exchange, trader } = await start.at({});
    const response = await trader.client.fetch('/v1/account');
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.outcome, response.errorClass]).toEqual([200, true, 'ok', undefined]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.keyVersion).toBe(version(1));
    const copy = response.clone();
    expect([copy.outcome, copy.keyVersion]).toEqual(['ok', version(1)]);
    const body = await response.json();
    expect(body).toMatchObject({ code: 0, data: { account: 'sub-1' } });
    expect(await copy.json()).toEqual(body);
    expect(response.bodyUsed).toBe(true);
    expect(() => response.clone()).toThrow(TypeError);
    expect(trader.records).toEqual([
      {
        ...{ event: 'exchange.request', schema: 1, timestamp: expect.any(Number), keyName: 'prod-trader-bot-a' },
        ...{ keyId: trader.holder.current.fingerprint, keyVersion: version(1), exchange: 'xxkk', sourceIp: HERE },
        ...{ category: 'read', method: 'GET', endpoint: '/v1/account', status: 200, outcome: 'ok' },
        latencyMs: expect.any(Number),
      },
    ]);
    expect(exchange.control.journal()).toHaveLength(1);
  });

  test('an order, with a body, a query and headers of its own', async () => {
    const { exchange, trader } = await start.at({});
    const response = await trader.client.fetch('/v1/orders', {
      method: 'POST',
      body: { ...ORDER, clientOrderId: 'a-1', note: undefined },
      query: { a: 'b c&d=é', n: 1.5, yes: true, none: undefined },
      headers: { 'X-Request-Id': '4711', accept: 'application/json;q=1' },
    });
    expect(await response.json()).toMatchObject({ code: 0, data: { orderId: '1', clientOrderId: 'a-1' } });
    expect(exchange.control.orders()).toHaveLength(1);
    expect(trader.records).toMatchObject([
      { category: 'trade', method: 'POST', endpoint: '/v1/orders', outcome: 'ok' },
    ]);
  });

  test('with a passphrase', async () => {
    const change = ({ baseUrl }: { baseUrl: string }) => ({
      ...xxkkConfiguration(baseUrl, { passphrase: PassphraseMode.PLAIN }),
      endpoints: ENDPOINTS,
    });
    const { trader } = await start.at({ passphrase: 'plain' }, { change });
    expect((await trader.client.fetch('/v1/account')).outcome).toBe('ok');
  });

  test('the exchange said no for a reason of its business: rejected', async () => {
    const { trader } = await start.at({});
    const order = { method: 'POST', body: { ...ORDER, clientOrderId: 'twice' } };
    await trader.client.fetch('/v1/orders', order);
    const { outcome, errorClass, exchangeCode, status } = await trader.client.fetch('/v1/orders', order);
    expect([outcome, errorClass, exchangeCode, status]).toEqual(['rejected', undefined, '10014', 400]);
    expect(trader.records[1]).toMatchObject({ outcome: 'rejected', exchangeCode: '10014', status: 400 });
    expect(trader.secrets.reads).toBe(1);
  });
});

describe('refused before anything is sent', () => {
  const nothingSent = async (
    code: string,
    request: Parameters<Awaited<ReturnType<typeof start.at>>['trader']['client']['fetch']>,
    options = {},
  ) => {
    const { exchange, trader } = await start.at({}, options);
    const error = await trader.failure(trader.client.fetch(...request));
    expect(error).toMatchObject({ name: 'LoaderError', code });
    expect(exchange.control.journal()).toEqual([]);
    return { trader, error };
  };

  test('a category that the key is not for: recorded, so that the watch tells it', async () => {
    const { trader, error } = await nothingSent(
      'PERMISSION_NOT_HELD',
      ['/v1/orders', { method: 'POST', body: ORDER }],
      {
        permissions: ['read'],
      },
    );
    expect(error.message).toBe(
      "'POST /v1/orders' is of category 'trade', and key 'prod-trader-bot-a' is for read; use a key that is made for it",
    );
    expect(trader.records).toMatchObject([
      { outcome: 'refused-local', status: 0, category: 'trade', method: 'POST', endpoint: '/v1/orders', latencyMs: 0 },
    ]);
  });

  test('a withdrawal with a trading key', async () => {
    const withdrawal = { method: 'POST', body: { asset: 'BTC', amount: '1', address: 'x' } };
    await nothingSent('PERMISSION_NOT_HELD', ['/v1/withdrawals', withdrawal]);
  });

  test('an endpoint that is not in the table: no record, as nobody knows its category', async () => {
    const { trader } = await nothingSent('ENDPOINT_UNKNOWN', ['/v1/secrets']);
    expect(trader.lines).toEqual([]);
  });

  test.each([
    '/v1/orders/../withdrawals',
    '//evil.example/v1/account',
    '/v1/account?a=1',
    '/v1/account\r\nX-Evil: 1',
    'https://evil.example/',
  ])('the path %j', async (path) => void (await nothingSent('REQUEST_MALFORMED', [path])));

  test.each<[string, unknown]>([
    ['a body with GET', { body: { a: 1 } }],
    ['a body that is text', { method: 'POST', body: 'text' }],
    ['a body that is a list', { method: 'POST', body: [1] }],
    ['a body that is not plain', { method: 'POST', body: new Map() }],
    ['a body with NaN', { method: 'POST', body: { a: Number.NaN } }],
    ['a body with a circle', { method: 'POST', body: circle() }],
    ['a body with a BigInt', { method: 'POST', body: { a: 1n } }],
    ['a body with a function', { method: 'POST', body: { ...ORDER, qty: () => '0.001' } }],
    ['a body with a symbol', { method: 'POST', body: { ...ORDER, qty: Symbol('0.001') } }],
    ['a body that becomes text', { method: 'POST', body: { toJSON: () => 'text' } }],
    ['a body that becomes nothing', { method: 'POST', body: { toJSON: () => undefined } }],
    [
      'a body that quotes itself',
      {
        method: 'POST',
        body: {
          toJSON: () => {
            throw new Error('evil');
          },
        },
      },
    ],
    ['a body of a class', { method: 'POST', body: new (class Order {})() }],
    ['a query that is text', { query: 'a=1' }],
    ['a query with an object in it', { query: { a: {} } }],
    ['a query with infinity', { query: { a: Number.POSITIVE_INFINITY } }],
    ['a query with half a character', { query: { a: '\ud800' } }],
    ['a query with a character of which each has one half', { query: { '\ud83d': '\ude00' } }],
    ['a query with an empty name', { query: { '': 'a' } }],
    ['headers that are text', { headers: 'X-A: a' }],
    ['headers that are none', { headers: null }],
    ['headers that would be left out', { headers: new Map([['X-A', 'a']]) }],
    ['headers that differ in case only', { headers: { 'X-A': 'a', 'x-a': 'b' } }],
    ['a header with a line break', { headers: { 'X-A': 'a\r\nX-API-KEY: other' } }],
    ['a header with an umlaut', { headers: { 'X-A': 'ä' } }],
    ['a header that is no text', { headers: { 'X-A': 7 } }],
    ['a header without a name', { headers: { '': 'a' } }],
    ['a header with a blank in its name', { headers: { 'X A': 'a' } }],
    ['the header with the key', { headers: { 'x-api-key': 'other' } }],
    ['the header with the signature', { headers: { 'X-Signature': 'other' } }],
    ['the header with the time', { headers: new Headers({ 'X-TIMESTAMP': '1' }) }],
    ['the type of the body', { headers: { 'content-type': 'text/plain' } }],
    ['Host', { headers: { host: 'evil.example' } }],
    ['Content-Length', { headers: { 'Content-Length': '0' } }],
    ['Transfer-Encoding', { headers: { 'Transfer-Encoding': 'chunked' } }],
    ['Authorization', { headers: { Authorization: 'Basic abc' } }],
    ['Cookie', { headers: { Cookie: 'a=b' } }],
    ['another method behind the method', { headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
    ['another path behind the path', { headers: { 'X-Original-URL': '/v1/withdrawals' } }],
    ['an option of fetch that is not ours', { redirect: 'follow' }],
    ['a time limit of 0', { timeoutMs: 0 }],
    ['a time limit that is none', { timeoutMs: Number.NaN }],
    ['a time limit that is text', { timeoutMs: '5000' }],
    ['a signal that is none', { signal: {} }],
    ['a method that is none', { method: { toString: () => 'GET' } }],
    ['a Request', new Request('http://127.0.0.1/')],
    ['options that are none', null],
  ])('%s', async (_, init) => {
    const { method = 'GET' } = (init ?? {}) as { method?: string };
    const { error } = await nothingSent('REQUEST_MALFORMED', [
      method === 'POST' ? '/v1/orders' : '/v1/account',
      init as object,
    ]);
    expect(error.message).not.toMatch(/evil|: other|abc/);
  });

  test('options that are something else when they are looked at again', async () => {
    const { exchange, trader } = await start.at({});
    const once = (first: unknown, later: unknown) => {
      let reads = 0;
      return { enumerable: true, get: () => (reads++ === 0 ? first : later) };
    };
    const init = Object.defineProperties(
      {},
      {
        method: once('POST', 'GET'),
        body: once(
          Object.defineProperties(
            {},
            { symbol: once('BTCUSDT', '\ud800'), side: once('Buy', 'Sell'), qty: once('0.001', '1000') },
          ),
          {},
        ),
        query: once(Object.defineProperty({}, 'a', once('1', '2')), undefined),
        headers: once(Object.defineProperty({}, 'X-A', once('a', 'a\r\nX-API-KEY: other')), undefined),
        timeoutMs: once(5_000, Number.NaN),
        signal: once(undefined, {}),
        idempotent: once(false, true),
      },
    );
    const { outcome } = await trader.client.fetch('/v1/orders', init);
    expect(outcome).toBe('ok');
    const [sent, ...more] = exchange.control.journal();
    expect([more, sent.operation]).toEqual([[], 'placeOrder']);
  });

  test('a request that nobody wants any more', async () => {
    const { exchange, trader } = await start.at({});
    const reason = new Error('not now');
    const error = await trader.failure(trader.client.fetch('/v1/account', { signal: AbortSignal.abort(reason) }));
    expect(error).toBe(reason);
    expect([exchange.control.journal(), trader.lines]).toEqual([[], []]);
  });

  test('after close', async () => {
    const { trader } = await start.at({});
    trader.client.close();
    trader.client.close();
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ code: 'LOADER_CLOSED' });
    expect(() => trader.client.require({ category: 'read', endpoint: 'a' })).toThrow(
      expect.objectContaining({ code: 'LOADER_CLOSED' }),
    );
  });
});

function circle(): object {
  const it: Record<string, unknown> = {};
  it.it = it;
  return it;
}

describe('refused by the exchange', () => {
  test.each<[string, string, ErrorClass, number, object, object]>([
    ['unknown key', 'key-unknown', ErrorClass.KEY_UNKNOWN, 1, {}, { gone: true }],
    ['expired key', 'key-expired', ErrorClass.KEY_EXPIRED, 1, {}, { expired: true }],
    ['address', 'blocked-ip', ErrorClass.IP_NOT_ALLOWED, 0, {}, { from: ['127.0.7.1'] }],
    ['permission', 'permission', ErrorClass.PERMISSION, 0, {}, { exchangePermissions: ['SpotTrade'] }],
    ['second factor', 'mfa-required', ErrorClass.MFA_REQUIRED, 0, { mfaOperations: ['account'] }, {}],
    [
      'rate limit',
      'rate-limit',
      ErrorClass.RATE_LIMIT,
      0,
      { rateLimits: [{ per: 'key', capacity: 1, refillPerSecond: 0.001 }] },
      { before: 1 },
    ],
    ['not active yet', 'not-active-yet', ErrorClass.NOT_ACTIVE_YET, 0, {}, { inactive: true }],
    ['passphrase', 'passphrase', ErrorClass.PASSPHRASE, 1, { passphrase: 'plain' }, { wrongPhrase: true }],
    ['signature', 'signature', ErrorClass.SIGNATURE, 1, {}, { wrongSecret: true }],
  ])('%s', async (_, outcome, errorClass, reads, settings, how) => {
    const { gone, expired, before, inactive, wrongPhrase, wrongSecret, ...options } = how as Record<string, never>;
    const change = ({ baseUrl }: { baseUrl: string }) => ({
      ...xxkkConfiguration(baseUrl, wrongPhrase ? { passphrase: PassphraseMode.PLAIN } : {}),
      endpoints: ENDPOINTS,
    });
    const { exchange, trader, key } = await start.at(settings, { ...options, change });
    if (gone) exchange.control.deleteKeyByHand(key.id);
    if (expired) exchange.control.editKeyByHand(key.id, { expiresAt: 1 });
    if (inactive) {
      const other = {
        account: 'sub-1',
        label: 'new',
        permissions: ['Read'] as const,
        ips: [HERE],
        activationDelayMs: 60_000,
      };
      trader.put(exchange.control.createKeyByHand(other));
    }
    if (wrongPhrase) trader.put({ ...key, passphrase: 'another-phrase' });
    if (wrongSecret) trader.put({ ...key, apiSecret: 'not-the-right-one' });
    if (inactive || wrongPhrase || wrongSecret) await trader.holder.refresh();
    for (let sent = 0; sent < Number(before ?? 0); sent++) await trader.client.fetch('/v1/account');
    const first = trader.secrets.reads;
    for (let sent = 0; sent < 5; sent++) {
      const response = await trader.client.fetch('/v1/account');
      expect([response.outcome, response.errorClass]).toEqual([outcome, errorClass]);
      expect(trader.records.at(-1)).toMatchObject({ outcome, exchangeCode: response.exchangeCode });
    }
    // an unchanged version is no reason to ask again, and no request was repeated
    expect(trader.secrets.reads - first).toBe(reads);
    expect(exchange.control.journal({ operation: 'account' })).toHaveLength(5 + Number(before ?? 0));
  });

  test('an address that is refused 50 times at once: not one look at the secret', async () => {
    const { exchange, trader } = await start.at({}, { from: ['127.0.7.1'] });
    const responses = await Promise.all(Array.from({ length: 50 }, () => trader.client.fetch('/v1/account')));
    expect(new Set(responses.map(({ outcome }) => outcome))).toEqual(new Set(['blocked-ip']));
    expect([trader.secrets.reads, trader.refusals]).toEqual([1, 0]);
    expect(exchange.control.journal()).toHaveLength(50);
  });

  test('one code for key, address and permission: one look for each version', async () => {
    const change = ({ baseUrl }: { baseUrl: string }) => ({ ...ambiguousConfiguration(baseUrl), endpoints: ENDPOINTS });
    const { exchange, trader } = await start.at({ ambiguousAuth: true }, { from: ['127.0.7.1'], change });
    for (let sent = 0; sent < 5; sent++) {
      expect((await trader.client.fetch('/v1/account')).outcome).toBe('ambiguous-auth');
    }
    expect(trader.secrets.reads).toBe(2);
    expect(exchange.control.journal()).toHaveLength(5);
  });

  test('every answer with HTTP 200', async () => {
    const { trader } = await start.at({ alwaysHttp200: true }, { from: ['127.0.7.1'] });
    const { ok, status, outcome } = await trader.client.fetch('/v1/account');
    expect([ok, status, outcome]).toEqual([true, 200, 'blocked-ip']);
  });
});

describe('a new key', () => {
  const rotated = async () => {
    const all = await start.at({});
    const { exchange, trader, key } = all;
    const next = exchange.control.createKeyByHand({
      ...{ account: 'sub-1', label: 'next', permissions: ['Read', 'SpotTrade'], ips: [HERE] },
    });
    trader.put(next);
    exchange.control.deleteKeyByHand(key.id);
    return all;
  };

  test('a read that the old key cannot do any more is repeated with the new one', async () => {
    const { trader } = await rotated();
    const { outcome, keyVersion } = await trader.client.fetch('/v1/account');
    expect([outcome, keyVersion]).toEqual(['ok', version(2)]);
    expect(trader.records.map((record) => [record.outcome, record.keyVersion])).toEqual([
      ['key-unknown', version(1)],
      ['ok', version(2)],
    ]);
    expect(trader.records[0].keyId).not.toBe(trader.records[1].keyId);
  });

  test('an order is not repeated by itself, and the next one has the new key', async () => {
    const { exchange, trader } = await rotated();
    const order = { method: 'POST', body: ORDER };
    expect((await trader.client.fetch('/v1/orders', order)).outcome).toBe('key-unknown');
    expect(exchange.control.orders()).toEqual([]);
    expect((await trader.client.fetch('/v1/orders', order)).outcome).toBe('ok');
  });

  test('an order that the exchange carries out only once is repeated', async () => {
    const { exchange, trader } = await rotated();
    const order = { method: 'POST', body: { ...ORDER, clientOrderId: 'a-1' }, idempotent: true };
    expect((await trader.client.fetch('/v1/orders', order)).outcome).toBe('ok');
    expect(exchange.control.orders()).toHaveLength(1);
  });

  test('100 requests at once: one look at the secret, none fails', async () => {
    const { trader } = await rotated();
    const responses = await Promise.all(Array.from({ length: 100 }, () => trader.client.fetch('/v1/account')));
    expect(new Set(responses.map(({ outcome, keyVersion }) => `${outcome} ${keyVersion}`))).toEqual(
      new Set([`ok ${version(2)}`]),
    );
    expect(trader.secrets.reads).toBe(2);
  });

  test('requests all the time, and a rotation among them: none fails', async () => {
    const { exchange, trader, key } = await start.at({});
    const outcomes: string[] = [];
    let isOver = false;
    const bot = async () => {
      while (!isOver) outcomes.push((await trader.client.fetch('/v1/account')).outcome);
    };
    const bots = [bot(), bot(), bot()];
    const seen = () => outcomes.length;
    const until = async (count: number) => {
      while (seen() < count) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await until(20);
    trader.put(exchange.control.createKeyByHand({ account: 'sub-1', label: 'n', permissions: ['Read'], ips: [HERE] }));
    await until(40);
    exchange.control.deleteKeyByHand(key.id);
    await until(80);
    isOver = true;
    await Promise.all(bots);
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    expect(trader.records.at(-1)?.keyVersion).toBe(version(2));
  });

  test('a new key that is refused as well: no third attempt', async () => {
    const { exchange, trader, key } = await start.at({});
    trader.put({ apiKey: 'AnotherUnknownKey', apiSecret: 'another-secret-4711' });
    exchange.control.deleteKeyByHand(key.id);
    expect((await trader.client.fetch('/v1/account')).outcome).toBe('key-unknown');
    expect(exchange.control.journal()).toHaveLength(2);
  });

  test('Secrets Manager does not answer: the refusal comes back, and nothing storms', async () => {
    const { exchange, trader, key } = await start.at({});
    trader.secrets.isDown = true;
    exchange.control.deleteKeyByHand(key.id);
    for (let sent = 0; sent < 10; sent++)
      expect((await trader.client.fetch('/v1/account')).outcome).toBe('key-unknown');
    expect(trader.secrets.reads).toBeLessThanOrEqual(2);
  });
});

describe("the exchange's clock", () => {
  test.each([4 * 60_000, -4 * 60_000])('is %i ms from ours: its time is taken over, once', async (clockOffsetMs) => {
    const { exchange, trader } = await start.at({ clockOffsetMs });
    const order = { method: 'POST', body: ORDER };
    expect((await trader.client.fetch('/v1/orders', order)).outcome).toBe('ok');
    expect((await trader.client.fetch('/v1/account')).outcome).toBe('ok');
    expect(exchange.control.orders()).toHaveLength(1);
    expect(exchange.control.journal({ operation: 'time' })).toHaveLength(1);
    expect(trader.records.map(({ outcome }) => outcome)).toEqual(['clock-skew', 'ok', 'ok']);
    expect([trader.secrets.reads, trader.refusals]).toEqual([1, 0]);
  });

  test('many at once: it is asked once', async () => {
    const { exchange, trader } = await start.at({ clockOffsetMs: 60_000 });
    const responses = await Promise.all(Array.from({ length: 20 }, () => trader.client.fetch('/v1/account')));
    expect(responses.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(exchange.control.journal({ operation: 'time' })).toHaveLength(1);
  });

  test('is more than five minutes from ours: not taken over, and not asked for each request', async () => {
    const { exchange, trader } = await start.at({ clockOffsetMs: 6 * 60_000 });
    for (let sent = 0; sent < 5; sent++) expect((await trader.client.fetch('/v1/account')).outcome).toBe('clock-skew');
    expect(exchange.control.journal({ operation: 'time' })).toHaveLength(1);
    expect(trader.secrets.reads).toBe(1);
  });

  test('cannot be asked for: the refusal comes back', async () => {
    const change = (full: ReturnType<typeof xxkkConfiguration>) => {
      const { serverTime: _none, ...operations } = full.operations;
      return { ...full, operations };
    };
    const { exchange, trader } = await start.at({ clockOffsetMs: 60_000 }, { change });
    expect((await trader.client.fetch('/v1/account')).outcome).toBe('clock-skew');
    expect(exchange.control.journal()).toHaveLength(1);
  });
});

describe('a process that was frozen', () => {
  test('waits for the key before it signs', async () => {
    const { exchange, trader, key } = await start.at({});
    exchange.control.deleteKeyByHand(key.id);
    const other = exchange.control.createKeyByHand({
      ...{ account: 'sub-1', label: 'bot', permissions: ['Read', 'SpotTrade'], ips: [HERE] },
    });
    const ready = trader.holder.ready.bind(trader.holder);
    trader.holder.ready = async () => {
      trader.put(other);
      await trader.holder.refresh();
      return ready();
    };
    const response = await trader.client.fetch('/v1/orders', { method: 'POST', body: ORDER });
    expect([response.outcome, response.keyVersion]).toEqual(['ok', version(2)]);
    expect(trader.records).toMatchObject([{ outcome: 'ok', keyVersion: version(2) }]);
  });

  test('but no longer than the request has', async () => {
    const { trader } = await start.at({});
    trader.holder.ready = () => new Promise(() => undefined);
    const reason = new Error('not now');
    expect(await trader.failure(trader.client.fetch('/v1/account', { timeoutMs: 20 }))).toMatchObject({
      reason: 'ANSWER_TIMEOUT',
    });
    const controller = new AbortController();
    const request = trader.failure(trader.client.fetch('/v1/account', { signal: controller.signal }));
    controller.abort(reason);
    expect(await request).toBe(reason);
  });

  test('a holder that has been closed says so', async () => {
    const { trader } = await start.at({});
    await trader.holder.close();
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ code: 'LOADER_CLOSED' });
  });
});

test('1000 requests leave no listener on the signal of the caller', async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...about: Parameters<typeof add>) => {
    listeners++;
    add(...about);
  };
  signal.removeEventListener = (...about: Parameters<typeof remove>) => {
    listeners--;
    remove(...about);
  };
  const { trader } = await start.at({}, { fetch: async () => new Response('{"code":0}') });
  for (let sent = 0; sent < 1_000; sent++) await trader.client.fetch('/v1/account', { signal });
  expect(listeners).toBe(0);
});

describe('messages that the workload sends itself', () => {
  test('are checked before and recorded after', async () => {
    const { trader } = await start.at({}, { permissions: ['read'] });
    const { client } = trader;
    client.require({ category: 'read', endpoint: 'positions.subscribe' });
    client.record({ category: 'read', endpoint: 'positions.subscribe', outcome: 'ok', latencyMs: 3 });
    expect(() => client.require({ category: 'trade', endpoint: 'order.place' })).toThrow(
      expect.objectContaining({ code: 'PERMISSION_NOT_HELD' }),
    );
    const sent = { category: 'trade', endpoint: 'order.place', outcome: 'permission', exchangeCode: '10005' } as const;
    expect(() => client.record(sent)).toThrow(expect.objectContaining({ code: 'PERMISSION_NOT_HELD' }));
    expect(trader.records).toMatchObject([
      { method: 'WS', endpoint: 'positions.subscribe', outcome: 'ok', latencyMs: 3, status: 0 },
      { method: 'WS', endpoint: 'order.place', outcome: 'refused-local' },
      { method: 'WS', endpoint: 'order.place', outcome: 'permission', exchangeCode: '10005' },
    ]);
  });

  test('on a connection that the old key opened', async () => {
    const { exchange, trader } = await start.at({});
    const { current: key } = trader.holder;
    trader.put(exchange.control.createKeyByHand({ account: 'sub-1', label: 'n', permissions: ['Read'], ips: [HERE] }));
    await trader.holder.refresh();
    trader.client.record({ category: 'read', endpoint: 'a', outcome: 'ok', key });
    trader.client.record({ category: 'read', endpoint: 'a', outcome: 'ok' });
    expect(trader.records.map(({ keyVersion }) => keyVersion)).toEqual([version(1), version(2)]);
  });

  test('a code that is the key is withheld', async () => {
    const { trader, key } = await start.at({});
    trader.client.record({ category: 'read', endpoint: 'a', outcome: 'rejected', exchangeCode: key.apiKey });
    expect(trader.records[0].exchangeCode).toBe('WITHHELD');
  });

  test.each<[string, object]>([
    ['category', { category: 'admin' }],
    ['method', { method: 'SEND' }],
    ['endpoint', { endpoint: 'a?b=c' }],
    ['endpoint', { endpoint: undefined }],
    ['outcome', { outcome: 'fine' }],
    ['status', { status: 42 }],
    ['status', { status: 200.5 }],
    ['sentAt', { sentAt: Number.NaN }],
    ['latencyMs', { latencyMs: '3' }],
    ['exchangeCode', { exchangeCode: 7 }],
    ['key', { key: {} }],
  ])('%s is malformed: %j', async (field, wrong) => {
    const { trader } = await start.at({});
    const message = { category: 'read', endpoint: 'a', outcome: 'ok', ...wrong } as never;
    expect(() => trader.client.record(message)).toThrow(
      expect.objectContaining({ code: 'RECORD_MALFORMED', message: expect.stringContaining(`'${field}'`) }),
    );
    expect(trader.lines).toEqual([]);
  });
});
