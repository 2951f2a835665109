// What a script does with hostile arguments, missing variables, other servers and configuration of curl: nothing gets out of its place.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { EndpointCategory } from '../../../../contract/exchange/endpoint-category';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { runCli } from '../support/run-cli';
import { type RecordingServer, startRecordingServer } from './support/recording-server';
import { ScriptFolder } from './support/script-run';

const { READ, TRADE } = EndpointCategory;
const ENV = { XXKK_API_KEY: 'the-key-0123456789', XXKK_API_SECRET: 'the-secret-0123456789' };

let server: RecordingServer;
let folder: ScriptFolder;
let order: string;
let post: string;
beforeAll(async () => {
  server = await startRecordingServer();
  folder = new ScriptFolder();
  order = await script('GET /v1/orders/{orderId}');
  post = await script('POST /v1/quotes');
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});
beforeEach(() => {
  server.requests.length = 0;
  server.answer = { status: 200 };
  folder.takeCalls();
});

async function script(request: string): Promise<string> {
  const endpoints = {
    'GET /v1/orders/{orderId}': READ,
    'GET /v1/orders/history': READ,
    'GET /v1/orders/all:open': READ,
    'POST /v1/quotes': READ,
    'DELETE /v1/{list}/{orderId}': TRADE,
  };
  const file = folder.write('exchange.json', JSON.stringify({ ...xxkkConfiguration(server.url), endpoints }));
  const { stdout } = await runCli(['curl', '-e', 'dev', '--exchange', 'xxkk', '--file', file, ...request.split(' ')]);
  return stdout;
}

const run = (text: string, args: readonly string[], env: Record<string, string> = {}, stdin = '') =>
  folder.run(text, args, { env: { ...ENV, ...env }, stdin });

const HOSTILE = [
  '"; touch pwned; "',
  "'; touch pwned; '",
  '$(touch pwned)',
  '`touch pwned`',
  '"\nurl = "http://127.0.0.1:1/"\noutput = "pwned',
  '\\"\\',
  'a&b=c#d?e',
  '../../v1/withdrawals',
  '%2e%2e%2f',
  '{a,b}[1-9]',
  '*',
  '@/etc/passwd',
  'é🔑',
  '\u0001\t\r',
];

test.each(HOSTILE)('argument %j stays where it belongs', async (value) => {
  const { code } = await run(order, ['--', value, `name=${value}`]);
  expect(code).toBe(0);
  const [{ pathAndQuery, headers }] = server.requests;
  expect(server.requests).toHaveLength(1);
  const { pathname, searchParams } = new URL(`http://h${pathAndQuery}`);
  expect(pathname.split('/')).toHaveLength(4);
  expect(decodeURIComponent(pathname.split('/')[3])).toBe(value);
  expect([...searchParams]).toEqual([['name', value]]);
  expect(headers['x-api-key']).toBe(ENV.XXKK_API_KEY);
  expect(folder.files()).not.toContain('pwned');
});

test('so does any argument', async () => {
  const value = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((text) => !text.includes('\0') && text !== '.' && text !== '..');
  await fc.assert(
    fc.asyncProperty(value, value, async (id, more) => {
      server.requests.length = 0;
      fc.pre(id !== 'history');
      await run(order, ['--', id, `name=${more}`]);
      const { pathname, searchParams } = new URL(`http://h${server.requests[0].pathAndQuery}`);
      expect([decodeURIComponent(pathname), [...searchParams]]).toEqual([`/v1/orders/${id}`, [['name', more]]]);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test.each([
  [['--', ''], 'not sent: orderId is empty or leads to another path'],
  [['--', '..'], 'not sent: orderId is empty or leads to another path'],
  [['--', '.'], 'not sent: orderId is empty or leads to another path'],
  [['history'], 'not sent: /v1/orders/history is another endpoint, with a script of its own'],
  [['all:open'], 'not sent: /v1/orders/all%3Aopen is another endpoint, with a script of its own'],
  [['1', 'name'], 'not sent: a parameter of the query must be name=value'],
  [['1', '=x'], 'not sent: a parameter of the query must be name=value'],
  [['1', 'a=1', 'a=2'], 'not sent: a parameter is there twice, or is one that this script adds itself'],
])('arguments %j: %s', async (args, message) => {
  const { code, stdout, stderr } = await run(order, args);
  expect([code, stdout, stderr, server.requests]).toEqual([1, '', `${message}\n`, []]);
  expect(folder.takeCalls()).not.toContain('<curl>');
});

test.each([
  [[], 'orderId is missing'],
  [['--yes', '1'], 'there is no such option'],
  [['-x'], 'there is no such option'],
])('usage %j: %s', async (args, message) => {
  const { code, stderr } = await run(order, args);
  expect([code, server.requests, folder.takeCalls()]).toEqual([2, [], '']);
  expect(stderr).toContain(message);
  expect(stderr).toContain('usage: sh get-v1-orders-orderid.sh orderId [name=value of the query ...]');
});

test('a body option without a file, and two arguments of a path', async () => {
  expect(await run(post, ['--body'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--body needs a file'),
  });
  const twoNames = await script('DELETE /v1/{list}/{orderId}');
  expect(await run(twoNames, ['--yes', 'a'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('orderId is missing'),
  });
  expect((await run(twoNames, ['--yes', 'a', 'b'])).code).toBe(0);
  expect(server.requests.map(({ method, pathAndQuery }) => [method, pathAndQuery])).toEqual([['DELETE', '/v1/a/b']]);
});

test.each([
  ['{', 'is not JSON in UTF-8'],
  ['[]', 'is not a JSON object'],
  ['{"a":NaN}', 'has NaN, which is not JSON'],
  ['{"a":1,"a":2}', 'not sent: a parameter is there twice'],
  ['{"a":"\\ud800"}', 'not sent: UnicodeEncodeError'],
  [`{"a":${'['.repeat(30_000)}}`, 'is not JSON in UTF-8'],
  [`{"a":"${'x'.repeat(65_536)}"}`, 'has more than 64 KiB'],
  [JSON.stringify({ a: '"'.repeat(30_000) }), 'too long for a line of the configuration of curl'],
])('a body %.20s', async (stdin, message) => {
  const { code, stderr } = await run(post, ['--body', '-'], {}, stdin);
  expect([code, server.requests]).toEqual([1, []]);
  expect(stderr).toContain(message);
});

test('a body that cannot be read, and one that is kept as it is written', async () => {
  const missing = await run(post, ['--body', 'nowhere.json']);
  expect([missing.code, missing.stderr]).toEqual([1, 'not sent: the body cannot be read: No such file or directory\n']);
  const text = '{ "price": 0.10, "size": 1e3, "id": 12345678901234567890, "x": [true, null, {"y": "\\u00e9\\n"}] }';
  expect((await run(post, ['--body', folder.write('body.json', text)])).code).toBe(0);
  expect(server.requests[0].body).toBe(
    '{"price":0.10,"size":1e3,"id":12345678901234567890,"x":[true,null,{"y":"é\\n"}]}',
  );
});

test.each(Object.keys(ENV))('%s unset or empty: nothing starts', async (name) => {
  for (const value of [undefined, '']) {
    const env: Record<string, string> = { ...ENV };
    if (value === undefined) delete env[name];
    else env[name] = value;
    for (const shell of [['dash'], ['bash']]) {
      const { code, stderr } = await folder.run(order, ['1'], { env, shell });
      expect([code === 0, server.requests, folder.takeCalls()]).toEqual([false, [], '']);
      expect(stderr).toContain(`${name}: is not set or not exported`);
      expect(stderr).not.toMatch(/the-(key|secret)/);
    }
  }
});

test('a key that would end its header', async () => {
  const { code, stderr } = await run(order, ['1'], { XXKK_API_KEY: 'key\nX-Other: 1' });
  expect([code, server.requests]).toEqual([1, []]);
  expect(stderr).toBe(
    'not sent: header X-API-KEY would hold something else than printable ASCII; a value of the key is the cause\n',
  );
});

test.each([
  'http://api.exchange.example',
  'https://api.exchange.example:8443',
  'http://127.0.0.1.evil.example',
  'http://127.1:80',
  'http://0.0.0.0:80',
  'file:///etc/passwd',
  'https://user:password@api.exchange.example',
  'https://api.exchange.example/?a',
  'https://api.exchange.example/#a',
  'https://api.exchange.example/../x',
  'https://api.exchange.example\nurl=x',
])('base URL %j', async (url) => {
  const { code, stderr } = await run(order, ['1'], { XXKK_API_BASE_URL: url });
  expect([code, folder.takeCalls().includes('<curl>')]).toEqual([1, false]);
  expect(stderr).toMatch(/^not sent: the base URL /);
  expect(stderr).not.toContain('password');
});

test('a base URL with a path, and without the variable', async () => {
  expect((await run(order, ['1'], { XXKK_API_BASE_URL: `${server.url}/gateway/` })).code).toBe(0);
  expect((await run(order, ['1'])).code).toBe(0);
  expect(server.requests.map(({ pathAndQuery }) => pathAndQuery)).toEqual(['/gateway/v1/orders/1', '/v1/orders/1']);
});

test('no redirect is followed, no .curlrc read, no proxy used, no keys of TLS written', async () => {
  server.answer = { status: 302, location: `${server.url}/elsewhere` };
  folder.write('.curlrc', 'location\nheader = "X-Other: 1"\nverbose\n');
  const trap = {
    http_proxy: 'http://127.0.0.1:1',
    ALL_PROXY: 'http://127.0.0.1:1',
    SSLKEYLOGFILE: path.join(folder.path, 'tls'),
  };
  const { code, stderr } = await run(order, ['1'], trap);
  expect([code, stderr]).toEqual([0, '']);
  expect(server.requests.map(({ pathAndQuery }) => pathAndQuery)).toEqual(['/v1/orders/1']);
  expect(server.requests[0].headers['x-other']).toBeUndefined();
});

test('a crash of python3 or curl leaves no memory with the key in a file', async () => {
  const commands = path.join(folder.path, 'limits');
  mkdirSync(commands);
  for (const name of ['curl', 'python3']) {
    const file = path.join(commands, name);
    writeFileSync(file, `#!/bin/sh\nulimit -c >&2\nPATH=\${PATH#*:}\nexec ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  const shell = ['bash', '-c', 'ulimit -S -c "$(ulimit -H -c)"; exec sh "$@"', 'bash'];
  const env = { ...ENV, PATH: `${commands}:${process.env.PATH}` };
  const { code, stderr } = await folder.run(order, ['1'], { env, shell });
  expect([code, stderr]).toEqual([0, '0\n0\n']);
});

test('a machine without Python sends nothing', async () => {
  const commands = path.join(folder.path, 'bare');
  mkdirSync(commands);
  for (const [name, real] of [['curl', path.join(folder.path, 'commands', 'curl')]])
    symlinkSync(real, path.join(commands, name));
  const { code, stderr } = await folder.run(order, ['1'], { env: { ...ENV, PATH: commands }, shell: ['/bin/sh'] });
  expect([code, server.requests]).toEqual([1, []]);
  expect(stderr).toContain('python3');
});
