// One request, one answer or none: real sockets, and every way in which an answer can be missing.
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseBaseUrl } from '../../../contract/exchange/base-url';
import {
  HTTP_LIMITS,
  HttpClient,
  type HttpLimits,
  type HttpRequest,
  NoAnswer,
} from '../../../runtime/exchange/http-client';
import { cutOff, hang, html, json, reset, ScriptedServer, switchProtocols, text } from './support/scripted-server';

const GET: HttpRequest = { method: 'GET', pathAndQuery: '/a?b=c', headers: { 'X-A': '1' }, hasEffect: false };
const POST: HttpRequest = { method: 'POST', pathAndQuery: '/a', headers: {}, body: '{"ä":1}', hasEffect: true };
const QUICK: HttpLimits = { ...HTTP_LIMITS, connectTimeout: 150, totalTimeout: 300 };

let server: ScriptedServer;
const open: HttpClient[] = [];
beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => server.stop());

function client(url = server.url, limits?: HttpLimits): HttpClient {
  const made = new HttpClient(parseBaseUrl(url), Date.now, limits);
  open.push(made);
  return made;
}

const failure = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(NoAnswer);
  return error.code;
};

test('sends method, path, query, headers and body as they are, and gives status and text', async () => {
  server.script(text(418, 'ä'));
  await expect(client().send(GET)).resolves.toEqual({ status: 418, text: 'ä' });
  await client().send(POST);
  expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/a?b=c', headers: { 'x-a': '1' }, body: '' });
  expect(server.seen[1]).toMatchObject({
    method: 'POST',
    url: '/a',
    body: '{"ä":1}',
    headers: { 'content-length': '8' },
  });
});

test.each([
  ['hangs', hang, 'ANSWER_TIMEOUT'],
  ['resets the connection', reset, 'ECONNRESET'],
  ['stops in the middle', cutOff, 'ECONNRESET'],
  ['changes the protocol instead', switchProtocols, 'CLOSED_UNANSWERED'],
  [
    'trickles for ever',
    (_: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    },
    'ANSWER_TIMEOUT',
  ],
  ['redirects', text(302, '', { location: 'http://127.0.0.1:1/' }), 'REDIRECT'],
  ['redirects for good, keeping the method', text(308, '', { location: '/other' }), 'REDIRECT'],
  ['is not modified', text(304, ''), 'REDIRECT'],
  ['sends too much', text(200, ' '.repeat(HTTP_LIMITS.maxBytes + 1)), 'ANSWER_TOO_LARGE'],
])('an exchange that %s has not answered', async (_, script, code) => {
  server.script(script);
  expect(await failure(client(server.url, QUICK).send(GET))).toBe(code);
  expect(server.seen).toHaveLength(1);
});

test('as much as is allowed is read', async () => {
  server.script(text(200, ' '.repeat(HTTP_LIMITS.maxBytes)));
  expect((await client().send(GET)).text).toHaveLength(HTTP_LIMITS.maxBytes);
});

test('a status page is an answer; what it means is for others to say', async () => {
  server.script(html(503));
  await expect(client().send(GET)).resolves.toMatchObject({ status: 503 });
});

test('nobody listens', async () => {
  const gone = await ScriptedServer.start();
  await gone.stop();
  expect(await failure(client(gone.url).send(GET))).toBe('ECONNREFUSED');
});

test('what HTTP cannot send is not sent', async () => {
  server.script(json(200, {}));
  expect(await failure(client().send({ ...GET, headers: { 'X-A': 'a\r\nX-B: b' } }))).toBe('ERR_INVALID_CHAR');
  expect(server.seen).toHaveLength(0);
});

test('a name that nothing answers to', async () => {
  expect(await failure(client('https://does-not-exist.invalid').send(GET))).toMatch(
    /^(ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT)$/,
  );
});

test.each([
  ['7', 7000],
  ['0', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['99999999999999', undefined],
])('Retry-After: %s', async (header, expected) => {
  server.script(json(429, {}, { 'retry-after': header }));
  expect((await client().send(GET)).retryAfter).toBe(expected);
});

test('Retry-After as a date', async () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const dated = new HttpClient(parseBaseUrl(server.url), () => now);
  open.push(dated);
  server.script(json(429, {}, { 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' }));
  expect((await dated.send(GET)).retryAfter).toBe(30_000);
  server.script(json(429, {}, { 'retry-after': 'Sun, 22 Nov 2020 10:00:30 GMT' }));
  expect((await dated.send(GET)).retryAfter).toBe(0);
});

test('reads share a connection, an effect has its own', async () => {
  const ports: (number | undefined)[] = [];
  server.script((_, response, socket) => {
    ports.push(socket.remotePort);
    response.end('{}');
  });
  const one = client();
  await one.send(GET);
  await one.send(GET);
  await one.send(POST);
  await one.send(POST);
  expect(new Set(ports).size).toBe(3);
  expect(ports[0]).toBe(ports[1]);
});

describe('a connection that never comes about', () => {
  let deaf: Server;
  beforeAll(async () => {
    // Accepts, and does not answer the TLS handshake.
    deaf = createServer();
    deaf.listen(0, '127.0.0.1');
    await once(deaf, 'listening');
  });
  afterAll(async () => {
    deaf.close();
  });

  test('is given up sooner than an answer', async () => {
    const { port } = deaf.address() as AddressInfo;
    const sockets: import('node:net').Socket[] = [];
    deaf.on('connection', (socket) => sockets.push(socket));
    const limits = { ...QUICK, totalTimeout: 20_000 };
    expect(await failure(client(`https://127.0.0.1:${port}`, limits).send(GET))).toBe('CONNECT_TIMEOUT');
    for (const socket of sockets) socket.destroy();
  });
});

test('a certificate nobody vouches for is refused, whatever the environment says', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  });
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('{}'),
  );
  try {
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`;
    // Node reads the variable of the process, which Jest hides from a test.
    const script = `
      const { HttpClient } = require('./runtime/exchange/http-client');
      const { parseBaseUrl } = require('./contract/exchange/base-url');
      const client = new HttpClient(parseBaseUrl('${url}'));
      const send = (request) => client.send(request).then(() => 'answered', ({ code }) => code);
      Promise.all([send(${JSON.stringify(GET)}), send(${JSON.stringify(POST)})]).then((codes) => console.log(codes.join()));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: path.join(__dirname, '..', '..', '..'),
      env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      timeout: 20_000,
    });
    expect(stdout.trim()).toBe('DEPTH_ZERO_SELF_SIGNED_CERT,DEPTH_ZERO_SELF_SIGNED_CERT');
  } finally {
    tls.close();
    tls.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
});
