// What the configured adapter makes of answers that no honest exchange gives: each is refused, none is taken for harmless.
import { ErrorClass } from '../../../contract/exchange/error-class';
import {
  AllowlistEntryFormat,
  AnswerListFormat,
  type ExchangeConfiguration,
  ExchangeMethod,
  RevocationSigner,
} from '../../../contract/exchange/exchange-configuration';
import { type ExchangeAdapter, ExchangeError } from '../../../runtime/exchange/adapter';
import { configuredExchange } from '../../../runtime/exchange/configured-exchange';
import { HTTP_LIMITS } from '../../../runtime/exchange/http-client';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { FakeClock } from './support/fake-clock';
import { hang, html, json, reset, ScriptedServer, text } from './support/scripted-server';

const KEY = { keyId: '77', apiKey: 'AKEYAKEYAKEY', apiSecret: 'SECRETSECRET' };
const FACTS = {
  id: '77',
  label: 'xk_1',
  permissions: ['Read', 'SpotTrade'],
  ips: ['203.0.113.1'],
  createdAt: 1_795_341_600_000,
};
const LISTED = { keyId: '77', label: 'xk_1', permissions: ['Read', 'SpotTrade'], allowlist: ['203.0.113.1'] };
const REQUEST = { label: 'xk_1', account: 'sub-1', permissions: ['read'], allowlist: ['203.0.113.1/32'] } as const;

let server: ScriptedServer;
beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterAll(() => server.stop());

type Change = (full: ExchangeConfiguration) => Partial<ExchangeConfiguration>;

function adapterOf(change: Change = () => ({})): ExchangeAdapter {
  const full = xxkkConfiguration(server.url);
  const httpLimits = { ...HTTP_LIMITS, totalTimeout: 300 };
  return configuredExchange({ ...full, ...change(full) }, { clock: new FakeClock(), httpLimits, variables: {} });
}

const data = (value: unknown) => json(200, { code: 0, data: value });
const page = (items: unknown, nextCursor: unknown = null) => data({ items, nextCursor });

async function refused(call: Promise<unknown>): Promise<ExchangeError> {
  const error = await call.then(
    (value) => expect(value).toBe('refused'),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  const said = `${error.message} ${JSON.stringify(error)}`;
  for (const secret of [KEY.apiKey, KEY.apiSecret, '203.0.113.1']) expect(said).not.toContain(secret);
  return error;
}

describe('inspect fails closed', () => {
  test.each<[string, unknown]>([
    ['no data', null],
    ['no permissions', { ...FACTS, permissions: undefined }],
    ['null for permissions', { ...FACTS, permissions: null }],
    ['a text for permissions', { ...FACTS, permissions: 'Read' }],
    ['an object for permissions', { ...FACTS, permissions: { Read: true } }],
    ['a number among the permissions', { ...FACTS, permissions: ['Read', 7] }],
    ['no allowlist', { ...FACTS, ips: undefined }],
    ['null for an allowlist', { ...FACTS, ips: null }],
    ['false for an allowlist', { ...FACTS, ips: false }],
    ['an object for an allowlist', { ...FACTS, ips: {} }],
    ['null in the allowlist', { ...FACTS, ips: ['203.0.113.1', null] }],
    ['a label that is no text', { ...FACTS, label: 5 }],
    ['an id that is no text', { ...FACTS, id: {} }],
    ['a time that is none', { ...FACTS, createdAt: 'yesterday' }],
    ['an end in seconds', { ...FACTS, expiresAt: 1_795_341_600 }],
  ])('%s', async (_, answer) => {
    server.script(data(answer));
    expect(await refused(adapterOf().inspect(KEY))).toMatchObject({
      errorClass: ErrorClass.CONFIG,
      exchangeCode: 'ANSWER_UNREADABLE',
      operation: 'inspect',
    });
  });

  test.each([
    ['*', []],
    ['', []],
    ['203.0.113.1,203.0.113.2', ['203.0.113.1', '203.0.113.2']],
  ])('allowlist %j with commas', async (ips, allowlist) => {
    server.script(data({ ...FACTS, ips, permissions: 'Read,SpotTrade' }));
    const withCommas = adapterOf(({ operations }) => {
      const formats = { permissionsFormat: AnswerListFormat.COMMA, allowlistFormat: AnswerListFormat.COMMA };
      const inspect = { ...operations.inspect, response: { ...operations.inspect.response, ...formats } };
      return { operations: { ...operations, inspect } };
    });
    expect(await withCommas.inspect(KEY)).toMatchObject({ permissions: ['Read', 'SpotTrade'], allowlist });
  });

  test('long ids keep their digits', async () => {
    server.script(text(200, '{"code":0,"data":{"id":9007199254740993123,"permissions":[],"ips":[]}}'));
    expect((await adapterOf().inspect(KEY)).keyId).toBe('9007199254740993123');
  });
});

describe('create: what is not certainly refused is unknown', () => {
  const made = { id: '5', apiKey: 'NEWKEYNEWKEY', apiSecret: 'NEWSECRET' };

  test.each<[string, ReturnType<typeof json>, ErrorClass]>([
    ['no secret', data({ ...made, apiSecret: undefined }), ErrorClass.TRANSIENT],
    ['an empty secret', data({ ...made, apiSecret: '' }), ErrorClass.TRANSIENT],
    ['a number for a secret', data({ ...made, apiSecret: 7 }), ErrorClass.TRANSIENT],
    ['a secret with a line break', data({ ...made, apiSecret: 'a\nb' }), ErrorClass.TRANSIENT],
    ['no key', data({ ...made, apiKey: null }), ErrorClass.TRANSIENT],
    ['no data', data(null), ErrorClass.TRANSIENT],
    ['an end that is no time', data({ ...made, expiresAt: 'soon' }), ErrorClass.TRANSIENT],
    ['a code that nobody explained, with HTTP 200', json(200, { code: 7, data: made }), ErrorClass.TRANSIENT],
    ['a code that nobody explained, with HTTP 400', json(400, { code: 7 }), ErrorClass.CONFIG],
    ['success with HTTP 500', json(500, { code: 0, data: made }), ErrorClass.TRANSIENT],
    ['a page', html(200), ErrorClass.TRANSIENT],
    ['a page with HTTP 403', html(403), ErrorClass.TRANSIENT],
    ['a redirect', text(307, '', { location: '/' }), ErrorClass.TRANSIENT],
    ['half an answer', text(200, '{"code":0,"data":{"apiKey":"NEWKEY'), ErrorClass.TRANSIENT],
    ['too much of an answer', text(200, ' '.repeat(2_000_000)), ErrorClass.TRANSIENT],
    ['no answer', hang, ErrorClass.TRANSIENT],
    ['a reset', reset, ErrorClass.TRANSIENT],
    ['a quota', json(400, { code: 33020 }), ErrorClass.KEY_QUOTA],
    ['429', json(429, { code: 7 }), ErrorClass.RATE_LIMIT],
  ])('%s', async (_, script, errorClass) => {
    server.script(script);
    const error = await refused(adapterOf().create(KEY, REQUEST));
    expect(error.errorClass).toBe(errorClass);
    expect(error.message).not.toMatch(/NEWKEY|NEWSECRET/);
    expect(server.seen).toHaveLength(1);
  });

  test('without an id of its own the API key is the id', async () => {
    server.script(data(made));
    const adapter = adapterOf(({ operations }) => {
      if (!operations.create) throw new Error('the configuration has no creation');
      const { keyId: _none, ...response } = operations.create.response;
      return { operations: { ...operations, create: { ...operations.create, response } } };
    });
    expect(await adapter.create(KEY, REQUEST)).toEqual({
      keyId: made.apiKey,
      apiKey: made.apiKey,
      apiSecret: made.apiSecret,
    });
  });

  test.each([
    [AllowlistEntryFormat.CIDR, ['203.0.113.1/32', '198.51.100.0/28']],
    [AllowlistEntryFormat.ADDRESS_OR_CIDR, ['203.0.113.1', '198.51.100.0/28']],
  ])('entries as %s', async (allowlistEntryFormat, ips) => {
    server.script(data(made));
    const allowlist = ['203.0.113.1/32', '198.51.100.0/28'];
    await adapterOf(() => ({ allowlistEntryFormat })).create(KEY, { ...REQUEST, allowlist });
    expect(JSON.parse(server.seen[0].body)).toEqual({ label: 'xk_1', permissions: ['Read'], ips });
  });

  test('a block where keys have single addresses is refused, not cut', async () => {
    server.script(data(made));
    const adapter = adapterOf(() => ({ allowlistEntryFormat: AllowlistEntryFormat.ADDRESS }));
    const error = await refused(adapter.create(KEY, { ...REQUEST, allowlist: ['198.51.100.0/28'] }));
    expect(error.exchangeCode).toBe('ALLOWLIST_BLOCK');
    expect(server.seen).toHaveLength(0);
  });

  test('a permission without a name is refused', async () => {
    server.script(data(made));
    const adapter = adapterOf(({ permissions: { read, manageKeys } }) => ({ permissions: { read, manageKeys } }));
    const error = await refused(adapter.create(KEY, { ...REQUEST, permissions: ['read', 'withdraw'] }));
    expect(error.exchangeCode).toBe('PERMISSION_NOT_MAPPED');
    expect(server.seen).toHaveLength(0);
  });
});

describe('list', () => {
  test.each<[string, ReturnType<typeof json>]>([
    ['no list', data({})],
    ['an object for a list', page({ 0: FACTS, length: 1 })],
    ['one item without an id', page([FACTS, { ...FACTS, id: undefined }])],
    ['one item with unreadable permissions', page([FACTS, { ...FACTS, id: '78', permissions: 'Read' }])],
    ['an item that is null', page([null])],
    ['an unreadable cursor', page([FACTS], { next: 2 })],
    ['the same page for ever', page([FACTS], '5')],
  ])('%s is refused as a whole', async (_, script) => {
    server.script(script);
    expect((await refused(adapterOf().list(KEY, 'sub-1'))).errorClass).toBe(ErrorClass.CONFIG);
  });

  test('a cursor that leads in a circle is noticed on the second round', async () => {
    server.script(page([FACTS], '5'));
    await refused(adapterOf().list(KEY, 'sub-1'));
    expect(server.seen).toHaveLength(2);
  });

  test('a list without end stops', async () => {
    let next = 0;
    server.script((request, response, socket) =>
      page([{ ...FACTS, id: String(next) }], String(++next))(request, response, socket),
    );
    const error = await refused(adapterOf().list(KEY, 'sub-1'));
    expect(error.message).toContain('100 pages');
    expect(server.seen).toHaveLength(100);
  });

  test('a key on two pages is one key; the cursor goes where it belongs', async () => {
    server.script(page([FACTS], 'a b'), page([FACTS, { ...FACTS, id: '78' }], 7), page([]));
    await expect(refused(adapterOf().list(KEY, 'sub-1'))).resolves.toMatchObject({ errorClass: ErrorClass.CONFIG });
    server.script(page([FACTS], 'a=b'), page([FACTS, { ...FACTS, id: '78' }], 7), page([]));
    expect((await adapterOf().list(KEY, 'sub 1/x')).map(({ keyId }) => keyId)).toEqual(['77', '78']);
    const path = '/v1/sub-accounts/sub%201%2Fx/api-keys?limit=100';
    expect(server.seen.map(({ url }) => url)).toEqual([path, `${path}&cursor=a%3Db`, `${path}&cursor=7`]);
  });

  test('an answer that is the list itself', async () => {
    server.script(json(200, [FACTS]));
    const adapter = adapterOf(({ operations, envelope }) => {
      if (!operations.list) throw new Error('the configuration has no list');
      return {
        envelope: { codePath: envelope.codePath },
        operations: { ...operations, list: { ...operations.list, itemsPath: '.', nextCursorPath: undefined } },
      };
    });
    expect(await adapter.list(KEY, 'sub-1')).toHaveLength(1);
  });
});

describe('restrict reads back', () => {
  const done = data({ ok: true });

  test.each<[string, unknown[], ErrorClass, string]>([
    ['nothing was taken', [FACTS], ErrorClass.CONFIG, 'RESTRICTION_NOT_TAKEN'],
    [
      'the allowlist was wiped',
      [{ ...FACTS, permissions: ['Read'], ips: [] }],
      ErrorClass.CONFIG,
      'RESTRICTION_NOT_TAKEN',
    ],
    [
      'the allowlist grew',
      [{ ...FACTS, permissions: ['Read'], ips: [...FACTS.ips, '203.0.113.9'] }],
      ErrorClass.CONFIG,
      'RESTRICTION_NOT_TAKEN',
    ],
    ['the key is not listed', [{ ...FACTS, id: '78' }], ErrorClass.TRANSIENT, 'KEY_NOT_LISTED'],
  ])('%s', async (_, items, errorClass, exchangeCode) => {
    server.script(done, page(items));
    expect(await refused(adapterOf().restrict(KEY, 'sub-1', LISTED))).toMatchObject({ errorClass, exchangeCode });
  });

  test('the full state is sent; an address is the same with and without its length', async () => {
    server.script(done, page([{ ...FACTS, permissions: [], ips: ['203.0.113.1/32'] }]));
    await adapterOf().restrict(KEY, 'sub-1', LISTED);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(JSON.parse(server.seen[0].body)).toEqual({ permissions: ['Read'], ips: ['203.0.113.1'] });
  });

  test('a quarantine of its own', async () => {
    const own = adapterOf(() => ({ quarantinePermissions: [] }));
    expect(own.isRestricted({ permissions: ['Read'], allowlist: [] })).toBe(false);
    expect(own.isRestricted({ permissions: [], allowlist: [] })).toBe(true);
  });
});

describe('revoke', () => {
  const unknown = json(200, { code: 10003 });
  const withoutList: Change = ({ operations: { list: _l, restrict: _r, ...operations } }) => ({ operations });

  test('an unknown key that the list still shows is not gone', async () => {
    server.script(unknown, page([FACTS]));
    expect((await refused(adapterOf().revoke(KEY, 'sub-1', KEY))).errorClass).toBe(ErrorClass.KEY_UNKNOWN);
  });

  test('an unknown key that the list does not show is gone', async () => {
    server.script(unknown, page([]));
    expect(await adapterOf().revoke(KEY, 'sub-1', KEY)).toBe('already-gone');
  });

  test('without a list the management key is probed', async () => {
    server.script(unknown, data({}));
    expect(await adapterOf(withoutList).revoke(KEY, 'sub-1', KEY)).toBe('already-gone');
    server.script(unknown, unknown);
    expect((await refused(adapterOf(withoutList).revoke(KEY, 'sub-1', KEY))).errorClass).toBe(ErrorClass.KEY_UNKNOWN);
    server.script(unknown, html(502));
    expect((await refused(adapterOf(withoutList).revoke(KEY, 'sub-1', KEY))).errorClass).toBe(ErrorClass.KEY_UNKNOWN);
  });

  test('a key that revokes itself and is unknown is gone', async () => {
    const itself = adapterOf(({ operations }) => ({
      operations: {
        ...operations,
        revoke: {
          method: ExchangeMethod.POST,
          path: '/v1/delete',
          signedBy: RevocationSigner.KEY,
          body: { key: '{apiKey}', passphrase: '{passphrase}' },
        },
      },
    }));
    expect(itself.capabilities.revokeSignedBy).toBe('key');
    server.script(unknown);
    expect(await itself.revoke(KEY, undefined, { keyId: '77', passphrase: 'p' })).toBe('already-gone');
    expect(JSON.parse(server.seen[0].body)).toEqual({ key: KEY.apiKey, passphrase: 'p' });
    server.script(data({}));
    expect((await refused(itself.revoke(KEY, undefined, { keyId: '77' }))).errorClass).toBe(ErrorClass.CONFIG);
    expect(server.seen).toHaveLength(0);
  });

  test('an empty answer is a success where no code is needed, else unknown', async () => {
    server.script(text(204, ''));
    const plain = adapterOf(() => ({ envelope: { codePath: 'label' } }));
    expect(await plain.revoke(KEY, 'sub-1', KEY)).toBe('revoked');
    expect((await refused(adapterOf().revoke(KEY, 'sub-1', KEY))).errorClass).toBe(ErrorClass.TRANSIENT);
    expect((await refused(plain.inspect(KEY))).errorClass).toBe(ErrorClass.TRANSIENT);
  });
});

describe('probe', () => {
  test('never throws for what an exchange or a network does', async () => {
    const cases = [
      hang,
      reset,
      html(200),
      text(200, 'null'),
      json(401, {}),
      text(301, '', { location: '/' }),
      json(200, { code: [] }),
    ];
    for (const script of cases) {
      server.script(script);
      expect((await adapterOf().probe(KEY)).result).not.toBe('OK');
    }
  });

  test('a code that repeats the key is not handed on', async () => {
    server.script(json(400, { code: `bad key ${KEY.apiKey}` }));
    expect(await adapterOf().probe(KEY)).toEqual({ result: ErrorClass.CONFIG, code: 'WITHHELD' });
    server.script(json(400, { code: 'x'.repeat(500) }));
    expect(await adapterOf().probe(KEY)).toEqual({ result: ErrorClass.CONFIG, code: 'WITHHELD' });
    server.script(json(400, { code: 'a\nb' }));
    expect(await adapterOf().probe(KEY)).toEqual({ result: ErrorClass.CONFIG, code: 'WITHHELD' });
  });

  test('a redirect is not followed', async () => {
    server.script(text(307, '', { location: `${server.url}/elsewhere` }));
    expect(await adapterOf().probe(KEY)).toEqual({ result: ErrorClass.TRANSIENT, code: 'REDIRECT' });
    expect(server.seen.every(({ url }) => url === '/v1/account')).toBe(true);
  });
});

describe('an exchange that wants no signature', () => {
  const headersOnly: Change = () => ({
    signing: undefined,
    headers: { 'X-API-KEY': '{key}', Authorization: 'Bearer {secret}' },
  });

  test('gets the headers, and a body as JSON', async () => {
    server.script(data({ id: '5', apiKey: 'NEWKEYNEWKEY', apiSecret: 'NEWSECRET' }));
    await adapterOf(headersOnly).create(KEY, REQUEST);
    const [{ headers, body }] = server.seen;
    expect(headers).toMatchObject({
      'x-api-key': KEY.apiKey,
      authorization: `Bearer ${KEY.apiSecret}`,
      'content-type': 'application/json',
    });
    expect(headers).not.toHaveProperty('x-signature');
    expect(JSON.parse(body).ips).toEqual(['203.0.113.1']);
  });

  test('a key that cannot be in a header is not sent', async () => {
    server.script(data({}));
    const adapter = adapterOf(headersOnly);
    for (const apiKey of ['', 'a\r\nX-Evil: 1', 'ä', ' a']) {
      expect(await adapter.probe({ ...KEY, apiKey })).toEqual({
        result: ErrorClass.CONFIG,
        code: 'EXCHANGE_HEADER_UNUSABLE',
      });
    }
    expect(server.seen).toHaveLength(0);
  });
});

test('the time is asked for without naming a key', async () => {
  server.script(json(401, { code: 10002 }), data({ serverTime: Date.parse('2026-11-22T10:00:30Z') }), data({}));
  expect(await adapterOf().probe(KEY)).toEqual({ result: 'OK' });
  expect(server.seen.map(({ url }) => url)).toEqual(['/v1/account', '/v1/time', '/v1/account']);
  expect(JSON.stringify(server.seen[1])).not.toMatch(/AKEY|x-signature/);
  const sent = server.seen.map(({ headers }) => Number(headers['x-timestamp']));
  expect(sent[2] - sent[0]).toBeGreaterThan(29_000);
});

test('a base URL with a path: the path is sent and signed', async () => {
  const full = xxkkConfiguration('https://api.xxkk.example');
  const variables = { XXKK_API_BASE_URL: `${server.url}/exchange/` };
  const adapter = configuredExchange(full, { clock: new FakeClock(), variables });
  server.script(data({}));
  expect(await adapter.probe(KEY)).toEqual({ result: 'OK' });
  expect(server.seen[0].url).toBe('/exchange/v1/account');
  expect(() => configuredExchange(full, { variables: { XXKK_API_BASE_URL: 'http://evil.example' } })).toThrow(
    /^environment variable XXKK_API_BASE_URL: base URL: .* without TLS/,
  );
});
