// Ways out over real sockets: who answers in any way is reached, who is silent is not.
import { spawn } from 'node:child_process';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import type { ClosedPath } from '../../../contract/verify';
import { PATH_MILLISECONDS, pathVerdict, tryPath } from '../../../runtime/verify/closed-path';

const to = (port: number, host = '127.0.0.1'): ClosedPath => ({ name: 'direct', host, port });
const judged = async (path: ClosedPath, milliseconds = PATH_MILLISECONDS) => {
  const { outcome, code } = pathVerdict(path, await tryPath(path, milliseconds));
  return `${outcome} ${code}`;
};

test('somebody listens', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await judged(to(port))).toBe('fail PATH_OPEN');
  expect(await judged(to(port, 'localhost'))).toBe('fail PATH_OPEN');
  server.close();
  await once(server, 'close');
  // the refusal came from there
  expect(await judged(to(port))).toBe('fail PATH_OPEN');
});

test('a name that nobody has', async () => {
  expect(await judged(to(443, 'nowhere.invalid'))).toBe('pass PATH_CLOSED');
});

test('a name server that never answers', async () => {
  const waits = jest.spyOn(dns, 'lookup').mockImplementation(() => new Promise<never>(() => undefined));
  expect(await tryPath(to(443, 'example.com'), 50)).toEqual(['TIMEOUT']);
  waits.mockRestore();
});

test('every address of a name is tried', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.2');
  await once(server, 'listening');
  const addresses = ['127.0.0.3', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  const found = jest.spyOn(dns, 'lookup').mockImplementation((async () => addresses) as unknown as typeof dns.lookup);
  const { port } = server.address() as AddressInfo;
  expect(await tryPath(to(port, 'two.example'))).toEqual(['ECONNREFUSED', 'CONNECTED']);
  found.mockRestore();
  server.close();
});

/** Listens, and is never there: once its queue is full, the kernel drops what arrives. */
const BUSY = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
});`;

test('silence', async () => {
  const child = spawn(process.execPath, ['-e', BUSY], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    for (let count = 0; count < 8; count++) {
      const socket = connect(Number(String(port)), '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await Promise.race([once(socket, 'connect'), new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    const attempts = await tryPath(to(Number(String(port))), 300);
    expect(attempts).toEqual(['TIMEOUT']);
    expect(pathVerdict(to(1), attempts)).toMatchObject({ outcome: 'pass', code: 'PATH_CLOSED' });
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  }
});

describe('the verdict', () => {
  const open = fc.constantFrom('CONNECTED', 'ECONNREFUSED', 'ECONNRESET');
  const closed = fc.constantFrom(
    ...['TIMEOUT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENETUNREACH', 'EHOSTUNREACH'],
    ...['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'EPERM'],
  );
  const strange = fc.constantFrom('EMFILE', 'NO_CODE', 'EPROTO', 'ENOBUFS');
  const outcome = (attempts: readonly string[]) => pathVerdict(to(80), attempts).outcome;

  test('one attempt that was answered is enough', () => {
    fc.assert(
      fc.property(open, fc.array(fc.oneof(open, closed, strange)), fc.nat(), (one, others, at) => {
        const attempts = [...others];
        attempts.splice(at % (others.length + 1), 0, one);
        expect(outcome(attempts)).toBe('fail');
      }),
    );
  });

  test('passes only when every attempt came to nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(closed, strange)), (attempts) => {
        const all =
          attempts.length > 0 && attempts.every((one) => !['EMFILE', 'NO_CODE', 'EPROTO', 'ENOBUFS'].includes(one));
        expect(outcome(attempts)).toBe(all ? 'pass' : 'unknown');
      }),
    );
  });

  test('says where and what', () => {
    expect(pathVerdict({ host: '2001:db8::1', port: 443 }, ['ENETUNREACH']).detail).toBe(
      'did not reach [2001:db8::1]:443 (ENETUNREACH)',
    );
  });
});
