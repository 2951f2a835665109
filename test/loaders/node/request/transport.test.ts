// Answers that are none, or cannot be used: each has its error, its record, and nothing of the request in it.

import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { UrlEncoding } from '../../../../contract/exchange/signing-template';
import { readRecord } from '../../../../contract/watch';
import { NoAnswerError } from '../../../../loaders/node/request';
import { HERE, ORDER, useTraders, version } from './support/trader';

const start = useTraders();

const json = (status: number, body: unknown, headers = {}): RequestListener => {
  return (_, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
};
/** Answers with these bytes, whatever was asked. */
async function rawServer(text: string, end: 'end' | 'destroy' = 'end') {
  const server = createServer((socket) => {
    socket.once('data', () => (end === 'end' ? socket.end(text) : socket.write(text, () => socket.destroy())));
    socket.on('error', () => undefined);
  });
  server.listen(0, HERE);
  await once(server, 'listening');
  return { url: `http://${HERE}:${(server.address() as AddressInfo).port}`, stop: () => void server.close() };
}

describe('no answer', () => {
  test('nobody listens', async () => {
    const { trader, exchange } = await start.at({});
    await exchange.stop();
    const error = await trader.failure(
      trader.client.fetch('/v1/orders', { method: 'POST', body: ORDER, query: { a: 'hidden-value' } }),
    );
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(error).toMatchObject({ code: 'EXCHANGE_UNREACHABLE', reason: 'ECONNREFUSED' });
    expect(error.message).toBe(
      "exchange 'xxkk' gave no answer to 'POST /v1/orders' (ECONNREFUSED); whether it was carried out is not known, so ask the exchange before sending it again",
    );
    expect(error.cause).toBeUndefined();
    expect(error.stack).not.toContain('hidden-value');
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 0, endpoint: '/v1/orders' }]);
    expect(trader.records[0].exchangeCode).toBeUndefined();
    expect(trader.secrets.reads).toBe(1);
  });

  test.each([
    ['drop', 'UND_ERR_SOCKET'],
    ['reset', 'ECONNRESET'],
  ] as const)('%s: the order may have been carried out, and is not sent again', async (kind, reason) => {
    const { exchange, trader } = await start.at({});
    exchange.control.inject({ operation: 'placeOrder', stage: 'after', action: { kind } });
    const order = { method: 'POST', body: ORDER, idempotent: true };
    expect(await trader.failure(trader.client.fetch('/v1/orders', order))).toMatchObject({
      code: 'EXCHANGE_UNREACHABLE',
      reason,
    });
    expect(exchange.control.orders()).toHaveLength(1);
    expect(trader.records).toHaveLength(1);
  });

  test('within the time of the request', async () => {
    const { exchange, trader } = await start.at({ outage: { mode: 'hang' } });
    const error = await trader.failure(trader.client.fetch('/v1/account', { timeoutMs: 1_500 }));
    expect(error).toMatchObject({ code: 'EXCHANGE_UNREACHABLE', reason: 'ANSWER_TIMEOUT' });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 0 }]);
    expect(exchange.control.journal()).toHaveLength(1);
  });

  test('within the time of the client', async () => {
    const { trader } = await start.at({ outage: { mode: 'hang' } }, { timeoutMs: 50 });
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ reason: 'ANSWER_TIMEOUT' });
  });

  test('while the body comes drop by drop', async () => {
    const { trader } = await start.atServer((_, response) => {
      response.writeHead(200);
      const drops = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drops));
    });
    const error = await trader.failure(trader.client.fetch('/v1/account', { timeoutMs: 1_500 }));
    expect(error).toMatchObject({ code: 'EXCHANGE_ANSWER_UNUSABLE', reason: 'ANSWER_TIMEOUT' });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 200 }]);
  });

  test('the caller does not want it any more: its own reason, and a record, because it was sent', async () => {
    const { trader } = await start.at({ outage: { mode: 'hang' } });
    const abort = new AbortController();
    const reason = new Error('the market has closed');
    const request = trader.failure(trader.client.fetch('/v1/account', { signal: abort.signal }));
    setTimeout(() => abort.abort(reason), 30);
    expect(await request).toBe(reason);
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 0 }]);
  });

  test('the caller goes while the key is read again: not sent again', async () => {
    const { exchange, trader, key } = await start.at({});
    const abort = new AbortController();
    exchange.control.deleteKeyByHand(key.id);
    trader.secrets.send = () => {
      abort.abort(new Error('gone'));
      return new Promise(() => undefined);
    };
    expect((await trader.failure(trader.client.fetch('/v1/account', { signal: abort.signal }))).message).toBe('gone');
    expect(exchange.control.journal()).toHaveLength(1);
  });

  test('the key is read again for longer than the request has: the refusal comes back', async () => {
    const { exchange, trader, key } = await start.at({});
    exchange.control.deleteKeyByHand(key.id);
    trader.secrets.send = () => new Promise(() => undefined);
    const response = await trader.client.fetch('/v1/account', { timeoutMs: 2_000 });
    expect([response.outcome, exchange.control.journal().length]).toEqual(['key-unknown', 1]);
  });

  test('a fetch that ignores its signal is left behind', async () => {
    const { trader } = await start.at({}, { fetch: () => new Promise(() => undefined), timeoutMs: 30 });
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ reason: 'ANSWER_TIMEOUT' });
  });

  test.each<[string, unknown]>([
    ['text', 'XkTestKey'],
    ['nothing', undefined],
    [
      'an error that quotes the request',
      new TypeError('Headers.append: "not-a-real-secret-0001" is an invalid header value'),
    ],
    ['an error with a code that is none', Object.assign(new Error(), { code: 'signature=abc' })],
    ['an error that is its own cause', selfCaused()],
  ])('a fetch that throws %s', async (_, thrown) => {
    const { trader } = await start.at({}, { fetch: () => Promise.reject(thrown) });
    const error = await trader.failure(trader.client.fetch('/v1/account'));
    expect(error).toMatchObject({ code: 'EXCHANGE_UNREACHABLE', reason: 'NO_ANSWER' });
    expect(error.cause).toBeUndefined();
  });
});

test.each<[string, () => unknown, string]>([
  ['nothing', () => undefined, 'NO_ANSWER'],
  ['an object', () => ({}), 'STATUS_UNKNOWN'],
  ['an error as an answer', () => Response.error(), 'STATUS_UNKNOWN'],
  [
    'a body that fails',
    () => new Response(new ReadableStream({ pull: () => Promise.reject('not-a-real') })),
    'ANSWER_CUT_OFF',
  ],
  ['a body of text', () => ({ status: 200, statusText: '', headers: {}, body: ['{"code":0}'] }), 'ANSWER_CUT_OFF'],
])('a fetch that gives %s', async (_, answer, reason) => {
  const { trader } = await start.at({}, { fetch: async () => answer() as Response });
  expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ name: 'LoaderError', reason });
  expect(trader.records).toMatchObject([{ outcome: 'transient' }]);
});

function selfCaused(): Error {
  const error = new Error('round');
  error.cause = error;
  return error;
}

describe('an answer that cannot be used', () => {
  test.each([301, 302, 303, 307, 308])('a redirect, %i: not followed, not shown', async (status) => {
    let asked = 0;
    const { trader } = await start.atServer((_, response) => {
      asked += 1;
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
    const error = await trader.failure(trader.client.fetch('/v1/account'));
    expect(error).toMatchObject({ code: 'EXCHANGE_ANSWER_UNUSABLE', reason: 'REDIRECT' });
    expect(error.message).not.toContain('elsewhere');
    expect(trader.records).toMatchObject([{ outcome: 'transient', status }]);
    expect(asked).toBe(1);
  });

  test('304', async () => {
    const { trader } = await start.atServer((_, response) => void response.writeHead(304).end());
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({ reason: 'REDIRECT' });
  });

  test.each<[string, Buffer, object]>([
    ['as it is', Buffer.alloc(2_000_000, 32), {}],
    ['as a small archive', gzipSync(Buffer.alloc(50_000_000, 32)), { 'content-encoding': 'gzip' }],
  ])('a huge one, %s', async (_, body, headers) => {
    const { trader } = await start.atServer((__, response) => void response.writeHead(200, { ...headers }).end(body));
    expect(await trader.failure(trader.client.fetch('/v1/account'))).toMatchObject({
      code: 'EXCHANGE_ANSWER_UNUSABLE',
      reason: 'ANSWER_TOO_LARGE',
    });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 200 }]);
  });

  test('one byte more than may be', async () => {
    const text = '{"code":0}';
    const { trader } = await start.atServer(json(200, text), { maxAnswerBytes: text.length });
    expect((await trader.client.fetch('/v1/account')).outcome).toBe('ok');
    const { trader: other } = await start.atServer(json(200, text), { maxAnswerBytes: text.length - 1 });
    expect(await other.failure(other.client.fetch('/v1/account'))).toMatchObject({ reason: 'ANSWER_TOO_LARGE' });
  });

  test.each<[string, string, string]>([
    ['cut off in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"code":0', 'ANSWER_CUT_OFF'],
    ['cut off in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"co', 'ANSWER_CUT_OFF'],
    [
      'no archive, although it says so',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n{"code":0}',
      'ANSWER_CUT_OFF',
    ],
  ])('%s', async (_, text, reason) => {
    const server = await rawServer(text);
    const { trader } = await start.atServer(json(200, ''), { baseUrl: server.url });
    const error = await trader.failure(trader.client.fetch('/v1/account'));
    server.stop();
    expect(error).toMatchObject({ code: 'EXCHANGE_ANSWER_UNUSABLE', reason });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 200 }]);
  });

  test.each([600, 799, 999])('status %i, which means nothing', async (status) => {
    const server = await rawServer(`HTTP/1.1 ${status} Odd\r\nContent-Length: 10\r\n\r\n{"code":0}`);
    const { trader } = await start.atServer(json(200, ''), { baseUrl: server.url });
    const error = await trader.failure(trader.client.fetch('/v1/account'));
    server.stop();
    expect(error).toMatchObject({ code: 'EXCHANGE_ANSWER_UNUSABLE', reason: 'STATUS_UNKNOWN' });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 0 }]);
  });

  test.each<[string, string]>([
    ['cut off in its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['nothing', ''],
  ])('%s is none', async (_, text) => {
    const server = await rawServer(text);
    const { trader } = await start.atServer(json(200, ''), { baseUrl: server.url });
    const error = await trader.failure(trader.client.fetch('/v1/account'));
    server.stop();
    expect(error).toMatchObject({ code: 'EXCHANGE_UNREACHABLE', reason: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/) });
    expect(trader.records).toMatchObject([{ outcome: 'transient', status: 0 }]);
  });
});

describe('answers of every kind', () => {
  test.each<[string, number, unknown, string, string | undefined]>([
    ['JSON that is cut off', 200, '{"code":0', 'transient', undefined],
    ['a page with 200', 200, '<html>', 'transient', undefined],
    ['a page with 503', 503, '<html>', 'transient', undefined],
    ['a page with 429', 429, '<html>', 'rate-limit', undefined],
    ['nothing', 200, '', 'transient', undefined],
    ['a refusal with 200', 200, { code: 10010 }, 'blocked-ip', '10010'],
    ['a code that nobody knows', 418, { code: 4711 }, 'rejected', '4711'],
    ['a code that repeats the key', 400, { code: 'XkTestKey0001' }, 'rejected', 'WITHHELD'],
    ['a code that repeats the secret', 400, { code: 'not-a-real-secret-0001' }, 'rejected', 'WITHHELD'],
    ['bytes that are no text', 200, '\u{fffd}\u{0}', 'transient', undefined],
  ])('%s', async (_, status, body, outcome, exchangeCode) => {
    const { trader } = await start.atServer(json(status, body));
    const response = await trader.client.fetch('/v1/account');
    expect([response.status, response.outcome, response.exchangeCode]).toEqual([status, outcome, exchangeCode]);
    expect(await response.text()).toBe(typeof body === 'string' ? body : JSON.stringify(body));
    expect(trader.records).toMatchObject([{ status, outcome }]);
    expect(trader.records[0].exchangeCode).toBe(exchangeCode);
    expect(trader.secrets.reads).toBe(1);
  });

  test.each([204, 205])('%i, where success needs no code', async (status) => {
    const change = (full: object) => ({ ...full, envelope: { codePath: 'code', messagePath: 'msg' } }) as never;
    const { trader } = await start.atServer((_, response) => void response.writeHead(status).end(), { change });
    const response = await trader.client.fetch('/v1/account');
    expect([response.status, response.outcome, response.body, await response.text()]).toEqual([status, 'ok', null, '']);
    expect(response.clone().status).toBe(status);
  });

  test('headers as they were given, also those given twice', async () => {
    const { trader } = await start.atServer((_, response) => {
      response.writeHead(
        200,
        'Völlig OK',
        [
          ['X-A', '1'],
          ['X-A', '2'],
          ['Retry-After', '3'],
        ].flat(),
      );
      response.end('{"code":0}');
    });
    const { headers, statusText } = await trader.client.fetch('/v1/account');
    expect([headers.get('x-a'), headers.get('retry-after'), statusText]).toEqual(['1, 2', '3', '']);
  });

  test('requests that authenticate by a header alone', async () => {
    const seen: unknown[] = [];
    const change = ({ signing: _none, ...rest }: { signing?: unknown }) =>
      ({ ...rest, headers: { 'X-API-KEY': '{key}', 'X-API-SECRET': '{secret}' } }) as never;
    const { trader } = await start.atServer(
      (request, response) => {
        seen.push([request.url, request.headers['x-api-key'], request.headers['content-type']]);
        request.on('data', (chunk) => seen.push(String(chunk)));
        request.on('end', () => response.end('{"code":0}'));
      },
      { change },
    );
    const init = { method: 'POST', body: { a: 1, b: undefined }, query: { n: 1, none: undefined, text: 'ä&' } };
    expect((await trader.client.fetch('/v1/orders', init)).outcome).toBe('ok');
    expect(seen).toEqual([['/v1/orders?n=1&text=%C3%A4%26', 'XkTestKey0001', 'application/json'], '{"a":1}']);
    const wrong = { method: 'POST', headers: { 'x-api-secret': 'mine' } };
    expect(await trader.failure(trader.client.fetch('/v1/orders', wrong))).toMatchObject({ code: 'REQUEST_MALFORMED' });
  });
});

test.each(Object.values(UrlEncoding))('what is sent is what was signed, byte for byte: %s', async (urlEncoding) => {
  let seen = '';
  const change = (full: { signing?: object }) => ({ ...full, signing: { ...full.signing, urlEncoding } }) as never;
  const { trader } = await start.atServer(
    (request, response) => {
      seen = `${request.method} ${request.url}`;
      response.end('{"code":0}');
    },
    {
      change,
      fetch: (url, init) =>
        globalThis.fetch(url, { ...init, headers: { ...init.headers, 'X-Url': url.replace(/^http:\/\/[^/]+/, '') } }),
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }), { maxKeys: 4 }),
      async (query) => {
        const { outcome } = await trader.client.fetch('/v1/account', { query });
        expect(outcome).toBe('ok');
        const url = new URL(seen.slice(4), 'http://host');
        expect(`${url.pathname}${url.search}`).toBe(seen.slice(4));
        expect(Object.fromEntries(url.searchParams)).toEqual({ ...query });
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever an exchange answers: a response or an error of ours, one readable record, nothing of the key', async () => {
  let answer = { status: 200, body: '' };
  const { trader } = await start.atServer((_, response) => void response.writeHead(answer.status).end(answer.body));
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .record({ code: fc.oneof(fc.string(), fc.integer(), fc.jsonValue()), msg: fc.string() })
      .map((body) => JSON.stringify(body)),
    fc.constantFrom('XkTestKey0001', 'not-a-real-secret-0001', 'a-real-secret').map((code) => JSON.stringify({ code })),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 200, max: 599 }), text, async (status, body) => {
      answer = { status, body };
      const before = trader.lines.length;
      await trader.client.fetch('/v1/account').then(
        async (response) => expect([response.status, response.keyVersion]).toEqual([status, version(1)]),
        (error) => expect(error).toBeInstanceOf(NoAnswerError),
      );
      const [line, ...more] = trader.lines.slice(before);
      expect(typeof readRecord(line)).toBe('object');
      expect(more).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
