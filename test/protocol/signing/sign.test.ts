// What holds for every template: a function of its input, every signed part matters, nothing leaks, nothing odd is sent.
import fc from 'fast-check';
import { InputError } from '../../../contract/errors';
import {
  BodyFormat,
  EmptyBody,
  NonceFormat,
  ParameterPlace,
  QueryOrder,
  type SigningTemplate,
  TimestampFormat,
  UrlEncoding,
} from '../../../contract/exchange/signing-template';
import { sign } from '../../../protocol/signing/sign';
import type { SigningClock, SigningCredentials, UnsignedRequest } from '../../../protocol/signing/signing';
import { base64Secret, credentials, fields, stopped, text, time, unambiguousText } from './arbitraries';
import { EXCHANGES, templateOf } from './templates';

const KEYS = {
  apiKey: 'the-api-key',
  apiSecret: Buffer.from('the-api-secret').toString('base64'),
  passphrase: 'the-passphrase',
};
const NOW = 1_795_341_600_123;
const NONCES: Record<NonceFormat, string> = {
  [NonceFormat.UNIX_MILLISECONDS]: '1795341600123',
  [NonceFormat.UNIX_MICROSECONDS]: '1795341600123000',
  [NonceFormat.UUID]: '01234567-89ab-4def-8123-456789abcdef',
  [NonceFormat.HEX]: '0123456789abcdef0123456789abcdef',
};
const CLOCK: SigningClock = { now: () => NOW, nonce: (format) => NONCES[format] };
const REQUEST: UnsignedRequest = {
  method: 'POST',
  host: 'api.xxkk.example',
  path: '/v1/keys',
  body: { label: 'xk_1' },
};
const TEMPLATE = {
  tokens: ['timestamp', 'method', 'path', '?query', 'body'],
  hash: 'sha256',
  encoding: 'hex',
  timestamp: { format: TimestampFormat.UNIX_MILLISECONDS },
  headers: { 'X-API-KEY': '{key}', 'X-TIMESTAMP': '{timestamp}', 'X-SIGNATURE': '{signature}' },
} as SigningTemplate;

const templates = EXCHANGES.map((exchange) => ({ exchange, template: templateOf(exchange) }));

/** The refusal of a call; fails if there is none. */
function refusalOf(call: () => unknown): InputError {
  try {
    call();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const signed = (
  changes: Partial<SigningTemplate>,
  request: Partial<UnsignedRequest> = {},
  keys: SigningCredentials = KEYS,
) => sign({ ...TEMPLATE, ...changes }, { ...REQUEST, ...request }, keys, CLOCK);

/** Where an exchange has its parameters: the one place whose signature covers them. */
const PLACES: Readonly<Record<string, 'query' | 'body'>> = {
  bitfinex: 'body',
  kraken: 'body',
  htx: 'query',
  mexc: 'query',
};

/** A request with parameters where the exchange signs them. */
function requestFor(exchange: string, given: Record<string, string>, inQuery: boolean): UnsignedRequest {
  const query = PLACES[exchange] === undefined ? inQuery : PLACES[exchange] === 'query';
  return {
    ...REQUEST,
    method: query ? 'GET' : 'POST',
    body: query ? undefined : given,
    query: query ? given : undefined,
  };
}

const material = fc.tuple(credentials, base64Secret).map(([drawn, apiSecret]) => ({ ...drawn, apiSecret }));

describe.each(templates)('$exchange', ({ exchange, template }) => {
  const inputs = [fields(unambiguousText), fc.boolean(), material, time] as const;

  test('the same input gives the same request, and is not changed', () => {
    fc.assert(
      fc.property(...inputs, (given, inQuery, keys, now) => {
        const request = requestFor(exchange, given, inQuery);
        const before = JSON.stringify([template, request, keys]);
        const clock = (): SigningClock => ({ now: () => now, nonce: (format) => NONCES[format] });
        const frozen = Object.freeze({ ...request, body: request.body && Object.freeze({ ...request.body }) });

        expect(sign(template, request, keys, clock())).toEqual(
          sign(template, frozen, Object.freeze({ ...keys }), clock()),
        );
        expect(JSON.stringify([template, request, keys])).toBe(before);
      }),
    );
  });

  test('what is sent can be sent: one line of ASCII but for the body, and a URL that no client rewrites', () => {
    fc.assert(
      fc.property(...inputs, (given, inQuery, keys, now) => {
        const request = requestFor(exchange, given, inQuery);
        const sent = sign(template, request, keys, { now: () => now, nonce: (format) => NONCES[format] });
        const url = new URL(`https://${request.host}${sent.pathAndQuery}`);

        expect(`${url.pathname}${url.search}`).toBe(sent.pathAndQuery);
        for (const [name, value] of Object.entries(sent.headers))
          expect(new Headers([[name, value]]).get(name)).toBe(value);
        expect(
          () => new Request(url, { method: sent.method, body: sent.body, headers: { ...sent.headers } }),
        ).not.toThrow();
        // A text survives UTF-8 if and only if no half of a surrogate pair is in it.
        expect(Buffer.from(sent.body ?? '').toString('utf8')).toBe(sent.body ?? '');
        expect(JSON.stringify(sent)).not.toContain(keys.apiSecret);
      }),
    );
  });

  test('every part that is signed changes the signature', () => {
    const signatureOf = (
      request: UnsignedRequest,
      keys: SigningCredentials,
      now: number,
      nonce: Record<NonceFormat, string>,
    ) => {
      const sent = sign(template, request, keys, { now: () => now, nonce: (format) => nonce[format] });
      const { name, place } = template.signatureParameter ?? {};
      if (name === undefined) {
        const headers = Object.entries(template.headers ?? {}).filter(([, value]) => value.includes('{signature}'));
        return headers.map(([header]) => /(?<=sig=)[^,]+|^[^ ]+$/.exec(sent.headers[header])?.[0]).join();
      }
      const from =
        place === ParameterPlace.QUERY || sent.body === undefined ? sent.pathAndQuery.split('?')[1] : sent.body;
      return new URLSearchParams(from).get(name);
    };
    const otherNonces = Object.fromEntries(
      Object.entries(NONCES).map(([format, nonce]) => [format, nonce.replace(/.$/, nonce.endsWith('1') ? '2' : '1')]),
    ) as Record<NonceFormat, string>;
    const direct = template.tokens.concat(template.payloadHash?.tokens ?? []);
    const signs = (...names: string[]) => names.some((name) => direct.includes(name));
    const added = (token: string) => (template.parameters ?? []).some(({ value }) => value.includes(`{${token}}`));

    fc.assert(
      fc.property(...inputs, fc.tuple(unambiguousText, unambiguousText), (given, inQuery, keys, now, [a, b]) => {
        const request = requestFor(exchange, { ...given, changed: a }, inQuery);
        const { method } = request;
        const original = signatureOf(request, keys, now, NONCES);
        expect(original).toMatch(
          template.encoding === 'hex' ? /^([0-9a-f]{2}){32,64}$/ : /^[A-Za-z0-9+/]{42,88}={0,2}$/,
        );
        const changes: [boolean, UnsignedRequest, SigningCredentials, number, Record<NonceFormat, string>][] = [
          [a !== b, requestFor(exchange, { ...given, changed: b }, inQuery), keys, now, NONCES],
          [true, requestFor(exchange, { ...given, changed: a, another: '' }, inQuery), keys, now, NONCES],
          [signs('path', 'pathAndQuery'), { ...request, path: `${request.path}/x` }, keys, now, NONCES],
          [signs('method'), { ...request, method: method === 'GET' ? 'DELETE' : 'PUT' }, keys, now, NONCES],
          [signs('host'), { ...request, host: 'other.xxkk.example' }, keys, now, NONCES],
          [signs('timestamp') || added('timestamp'), request, keys, now + 1000, NONCES],
          [signs('nonce') || added('nonce'), request, keys, now, otherNonces],
          [signs('key') || added('key'), request, { ...keys, apiKey: `${keys.apiKey}x` }, now, NONCES],
          [true, request, { ...keys, apiSecret: `AAAA${keys.apiSecret}` }, now, NONCES],
        ];
        for (const [matters, other, otherKeys, otherNow, nonces] of changes) {
          const changed = signatureOf(other, otherKeys, otherNow, nonces);
          if (matters) expect(changed).not.toBe(original);
        }
      }),
    );
  });

  test('no message holds a credential or a value, whatever is wrong', () => {
    const wrong = fc.constantFrom<
      (request: UnsignedRequest, keys: SigningCredentials) => [UnsignedRequest, SigningCredentials, SigningClock]
    >(
      (request, keys) => [{ ...request, path: `/keys/${keys.apiKey}?x=${keys.apiSecret}` }, keys, CLOCK],
      (request, keys) => [{ ...request, path: `/${keys.apiKey}/../${keys.apiSecret}` }, keys, CLOCK],
      (request, keys) => [{ ...request, host: `${keys.apiKey}@${keys.apiSecret}` }, keys, CLOCK],
      (request, keys) => [{ ...request, query: { value: `${keys.apiSecret}\ud800` } }, keys, CLOCK],
      (request, keys) => [{ ...request, query: { value: [keys.apiSecret] as unknown as string } }, keys, CLOCK],
      (request, keys) => [{ ...request, method: 'POST', body: { value: { [keys.apiSecret]: 1n } } }, keys, CLOCK],
      (request, keys) => [{ ...request, method: keys.apiSecret as 'GET' }, keys, CLOCK],
      (request, keys) => [request, { ...keys, apiKey: `${keys.apiKey}\r\nX-Other: 1` }, CLOCK],
      (request, keys) => [request, { ...keys, apiKey: `${keys.apiKey}é`, passphrase: `${keys.passphrase}\n` }, CLOCK],
      (request, keys) => [request, { ...keys, apiSecret: '' }, CLOCK],
      (request, keys) => [request, { ...keys, apiSecret: `${keys.apiSecret}!` }, CLOCK],
      (request, keys) => [request, { ...keys, passphrase: undefined }, CLOCK],
      (request, keys) => [request, keys, { now: () => Number.NaN, nonce: () => keys.apiSecret }],
    );
    let thrown = 0;
    fc.assert(
      fc.property(...inputs, wrong, (given, inQuery, keys, _now, make) => {
        const [request, used, clock] = make(requestFor(exchange, given, inQuery), keys);
        try {
          sign(template, request, used, clock);
        } catch (error) {
          thrown += 1;
          expect(error).toBeInstanceOf(InputError);
          const { code, message, stack } = error as InputError;
          expect(code).toMatch(/^SIGNING_[A-Z_]+$/);
          for (const secret of [keys.apiKey, keys.apiSecret, keys.passphrase]) {
            expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain(secret);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(thrown).toBeGreaterThan(100);
  });
});

test('tokens that are unknown are refused, wherever they are', () => {
  const known =
    /^(timestamp|key|recvWindow|nonce|passphrase|method|host|path|\??query|pathAndQuery|\??rawQuery|body|payloadHash|signature)$/;
  const unknown = fc
    .oneof(fc.stringMatching(/^[a-zA-Z?]{1,12}$/), fc.constantFrom('', 'toString', '__proto__', 'Timestamp', ' body'))
    .filter((name) => !known.test(name));
  fc.assert(
    fc.property(unknown, fc.constantFrom('tokens', 'payloadHash', 'headers', 'parameters'), (name, where) => {
      const payloadHash = { tokens: [name], hash: 'sha256', encoding: 'hex' } as SigningTemplate['payloadHash'];
      const places: Record<string, Partial<SigningTemplate>> = {
        tokens: { tokens: [...TEMPLATE.tokens, name] },
        payloadHash: { tokens: ['payloadHash'], payloadHash },
        headers: { headers: { ...TEMPLATE.headers, 'X-OTHER': `v={${name}}` } },
        parameters: { parameters: [{ name: 'other', value: `{${name}}`, place: ParameterPlace.QUERY }] },
      };
      expect(refusalOf(() => signed(places[where])).code).toMatch(/^SIGNING_(TOKEN_UNKNOWN|SECRET_TOKEN)$/);
    }),
  );
});

test('a template with several problems names them all', () => {
  const { code, message } = refusalOf(() => signed({ tokens: ['tiemstamp'], headers: { Host: '{nonce}' } }));
  expect(code).toBe('SIGNING_TOKEN_UNKNOWN');
  expect(message).toContain(
    "the signing template cannot be used, 6 problems: (1) at '/tokens/0': 'tiemstamp' is no token here",
  );
  expect(message).toContain("did you mean 'timestamp'?");
});

describe('requests that are refused', () => {
  const rawQuery = { tokens: ['rawQuery'], timestamp: undefined, headers: { K: '{key}', S: '{signature}' } };
  const self: Record<string, unknown> = {};
  self.self = self;

  test.each<[string, Partial<SigningTemplate>, Partial<UnsignedRequest>, string]>([
    ['method', {}, { method: 'TRACE' as 'GET' }, 'the method is none of GET, POST, PUT, PATCH, DELETE'],
    ['host with a path', {}, { host: 'a.example/b' }, 'the host is not a host name, with a port or without'],
    [
      'path without slash',
      {},
      { path: 'v1' },
      "the path does not begin with '/' or has a character that must be percent-encoded",
    ],
    [
      'path with a query',
      {},
      { path: '/v1?a=1' },
      "the path does not begin with '/' or has a character that must be percent-encoded",
    ],
    [
      'path with a line break',
      {},
      { path: '/v1\r\n' },
      "the path does not begin with '/' or has a character that must be percent-encoded",
    ],
    ['path that is resolved', {}, { path: '/v1/../v2' }, "the path has a segment '.' or '..'"],
    ['path that is resolved, encoded', {}, { path: '/v1/%2E%2e/v2' }, "the path has a segment '.' or '..'"],
    [
      'GET with a body',
      {},
      { method: 'GET' },
      'GET carries no body; send the fields in the query or use another method',
    ],
    [
      'body that is a list',
      {},
      { body: [1] as unknown as Record<string, unknown> },
      'query and body are objects, from names to values',
    ],
    [
      'body that JSON does not have',
      {},
      { body: { n: 1n } },
      'the body has a value that JSON does not have, or refers to itself',
    ],
    [
      'infinity',
      {},
      { body: { deep: [{ n: Number.POSITIVE_INFINITY }] } },
      'the body has a value that JSON does not have, or refers to itself',
    ],
    ['circle', {}, { body: self }, 'the body has a value that JSON does not have, or refers to itself'],
    ['half a surrogate pair', {}, { query: { a: '\ud800' } }, "parameter 'a' of the query has half a surrogate pair"],
    ['no name', {}, { query: { '': '1' } }, 'the query has a parameter without a name'],
    [
      'null in a query',
      {},
      { query: { a: null as unknown as string } },
      "parameter 'a' of the query is no text, finite number or boolean",
    ],
    [
      'object in a form',
      { body: { format: BodyFormat.FORM } },
      { body: { a: {} } },
      "parameter 'a' of the body is no text, finite number or boolean",
    ],
    [
      'ambiguous raw query',
      rawQuery,
      { query: { a: '1&b=2' } },
      "parameter 'a' has '&', '=' or a control character in it, and the exchange signs the query before encoding; such a request has two meanings",
    ],
    [
      'ambiguous name in a raw query',
      rawQuery,
      { query: { 'a=1': '' } },
      "parameter 'a=1' has '&', '=' or a control character in it, and the exchange signs the query before encoding; such a request has two meanings",
    ],
    [
      'parameter twice',
      { parameters: [{ name: 'label', value: '{key}', place: ParameterPlace.BODY }] },
      {},
      "parameter 'label' is in the body twice; leave it to the signing template or remove it there",
    ],
    [
      'parameter of the query twice',
      { parameters: [{ name: 'id', value: '{key}', place: ParameterPlace.QUERY }] },
      { query: { id: 1 } },
      "parameter 'id' is in the query twice; leave it to the signing template or remove it there",
    ],
    [
      'signature twice',
      { signatureParameter: { name: 'label', place: ParameterPlace.BODY_OR_QUERY } },
      {},
      "parameter 'label' is in the body twice; leave it to the signing template or remove it there",
    ],
    [
      'GET where the template has a body',
      { signatureParameter: { name: 's', place: ParameterPlace.BODY } },
      { method: 'GET', body: undefined },
      'GET carries no body, and the signing template puts a parameter there; use another method',
    ],
  ])('%s', (_, template, request, problem) => {
    const { code, message } = refusalOf(() => signed(template, request));
    expect({ code, message }).toEqual({
      code: 'SIGNING_REQUEST_UNUSABLE',
      message: `the request cannot be signed: ${problem}`,
    });
  });
});

describe('keys that are refused', () => {
  const plain = {
    passphrase: 'plain',
    headers: { ...TEMPLATE.headers, P: '{passphrase}' },
  } as Partial<SigningTemplate>;

  test.each<[string, Partial<SigningTemplate>, Partial<SigningCredentials>, string, RegExp]>([
    ['no secret', {}, { apiSecret: '' }, 'SIGNING_CREDENTIALS_UNUSABLE', /^the API secret is empty$/],
    [
      'not base64',
      { secretEncoding: 'base64' } as object,
      { apiSecret: 'a-b_' },
      'SIGNING_CREDENTIALS_UNUSABLE',
      /^the API secret is not base64,/,
    ],
    [
      'base64 cut off',
      { secretEncoding: 'base64' } as object,
      { apiSecret: 'YWJj Z' },
      'SIGNING_CREDENTIALS_UNUSABLE',
      /^the API secret is not base64,/,
    ],
    [
      'not hexadecimal',
      { secretEncoding: 'hex' } as object,
      { apiSecret: '0g' },
      'SIGNING_CREDENTIALS_UNUSABLE',
      /^the API secret is not hexadecimal,/,
    ],
    [
      'no passphrase',
      plain,
      { passphrase: undefined },
      'SIGNING_CREDENTIALS_UNUSABLE',
      /^the exchange wants a passphrase, and the key has none/,
    ],
    ['line break', {}, { apiKey: 'key\r\nX-Evil: 1' }, 'SIGNING_HEADER_ILLEGAL', /^header 'X-API-KEY' would be empty/],
    ['not ASCII', plain, { passphrase: 'pässword' }, 'SIGNING_HEADER_ILLEGAL', /^header 'P' would be empty/],
    ['blank at the end', {}, { apiKey: 'key ' }, 'SIGNING_HEADER_ILLEGAL', /^header 'X-API-KEY' would be empty/],
    ['empty', {}, { apiKey: '' }, 'SIGNING_HEADER_ILLEGAL', /^header 'X-API-KEY' would be empty/],
  ])('%s', (_, template, keys, code, message) => {
    expect(refusalOf(() => signed(template, {}, { ...KEYS, ...keys }))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('what can be written', () => {
  test.each([
    [TimestampFormat.UNIX_SECONDS, '1795341600'],
    [TimestampFormat.UNIX_MILLISECONDS, '1795341600999'],
    [TimestampFormat.UNIX_MICROSECONDS, '1795341600999000'],
    [TimestampFormat.UNIX_NANOSECONDS, '1795341600999000000'],
    [TimestampFormat.ISO_8601_SECONDS, '2026-11-22T10:00:00Z'],
    [TimestampFormat.ISO_8601_MILLISECONDS, '2026-11-22T10:00:00.999Z'],
    [TimestampFormat.ISO_8601_SECONDS_NO_ZONE, '2026-11-22T10:00:00'],
  ])('time as %s', (format, expected) => {
    // A fraction of a millisecond is dropped.
    const clock = stopped(1_795_341_600_999.9, '');
    expect(sign({ ...TEMPLATE, timestamp: { format } }, REQUEST, KEYS, clock).headers['X-TIMESTAMP']).toBe(expected);
  });

  test.each(Object.values(NonceFormat))('nonce as %s, and none that does not fit', (format) => {
    const template = { ...TEMPLATE, nonce: { format }, headers: { ...TEMPLATE.headers, 'X-NONCE': '{nonce}' } };
    expect(sign(template, REQUEST, KEYS, CLOCK).headers['X-NONCE']).toBe(NONCES[format]);
    expect(refusalOf(() => sign(template, REQUEST, KEYS, stopped(NOW, 'x\r\ny'))).code).toBe('SIGNING_CLOCK_UNUSABLE');
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800_000])('no time: %d', (now) => {
    expect(refusalOf(() => sign(TEMPLATE, REQUEST, KEYS, stopped(now, ''))).code).toBe('SIGNING_CLOCK_UNUSABLE');
  });

  test('time and nonce are asked for once a request', () => {
    const clock = { now: jest.fn(() => NOW), nonce: jest.fn(() => '1795341600123') };
    sign(templateOf('kraken'), REQUEST, KEYS, clock);
    sign(TEMPLATE, REQUEST, KEYS, clock);
    expect([clock.now.mock.calls.length, clock.nonce.mock.calls.length]).toEqual([1, 1]);
  });

  test('a query in order, of numbers and booleans, without what is undefined', () => {
    const query = { b: 2, a: true, B: '', c: undefined };
    expect(signed({}, { query }).pathAndQuery).toBe('/v1/keys?b=2&a=true&B=');
    expect(signed({ queryOrder: QueryOrder.SORTED }, { query }).pathAndQuery).toBe('/v1/keys?B=&a=true&b=2');
  });

  test('a query as RFC 3986 has it, and as forms do', () => {
    fc.assert(
      fc.property(fields(text), (query) => {
        for (const urlEncoding of Object.values(UrlEncoding)) {
          const sent = signed({ urlEncoding }, { query }).pathAndQuery.split('?')[1] ?? '';
          expect(Object.fromEntries(new URLSearchParams(sent))).toEqual(query);
          expect(sent).toMatch(urlEncoding === 'form' ? /^[\w.*+%&=-]*$/ : /^[\w.~%&=-]*$/);
        }
      }),
    );
  });

  test('a host with a port, in lower case', () => {
    const template = { headers: { ...TEMPLATE.headers, 'X-HOST': '{host}' } };
    expect(signed(template, { host: 'API.xxkk.example:8443' }).headers['X-HOST']).toBe('api.xxkk.example:8443');
    expect(signed(template, { host: '[::1]:8443' }).headers['X-HOST']).toBe('[::1]:8443');
  });

  test.each([
    [BodyFormat.JSON, EmptyBody.OMIT, 'POST', undefined],
    [BodyFormat.JSON, EmptyBody.SEND, 'POST', '{}'],
    [BodyFormat.FORM, EmptyBody.SEND, 'PUT', ''],
    [BodyFormat.JSON, EmptyBody.SEND, 'DELETE', undefined],
    [BodyFormat.JSON, EmptyBody.SEND, 'GET', undefined],
  ] as const)('%s, %s when empty, %s', (format, empty, method, expected) => {
    const { body, headers } = signed({ body: { format, empty } }, { method, body: {} });
    expect(body).toBe(expected);
    expect('Content-Type' in headers).toBe(expected !== undefined);
  });

  test('a body of DELETE, and the content type that the template wants', () => {
    const headers = { ...TEMPLATE.headers, 'content-type': 'application/json; charset=utf-8' };
    const sent = signed({ headers }, { method: 'DELETE' });
    expect(sent.body).toBe('{"label":"xk_1"}');
    expect(sent.headers).toEqual(expect.objectContaining({ 'content-type': 'application/json; charset=utf-8' }));
    expect(sent.headers).not.toHaveProperty('Content-Type');
  });

  test('a signature in a JSON body and in a query, encoded', () => {
    const both = {
      encoding: 'base64',
      headers: { K: '{key}' },
      timestamp: undefined,
      tokens: ['path'],
    } as Partial<SigningTemplate>;
    const signature = '4tA5p1ooYxHIEVJ7dLNY8LwH7DELBSF8FpGbAhMqPZE=';
    const parameter = (place: ParameterPlace) => ({ ...both, signatureParameter: { name: 'sign', place } });
    const inBody = signed(parameter(ParameterPlace.BODY)).body ?? '';
    expect(Object.keys(JSON.parse(inBody))).toEqual(['label', 'sign']);
    expect(JSON.parse(inBody).sign).toHaveLength(signature.length);
    expect(signed(parameter(ParameterPlace.QUERY)).pathAndQuery).toBe(
      `/v1/keys?sign=${encodeURIComponent(JSON.parse(inBody).sign)}`,
    );
  });

  test('a member named __proto__ is a member', () => {
    const body = JSON.parse('{"__proto__":"a","constructor":"b"}');
    expect(signed({}, { body }).body).toBe('{"__proto__":"a","constructor":"b"}');
  });
});
