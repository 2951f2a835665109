// Scripts against the loopback exchange, which checks signature, time and address: what is sent is accepted, and nobody else sees the key.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EndpointCategory } from '../../../../contract/exchange/endpoint-category';
import type { ExchangeConfiguration } from '../../../../contract/exchange/exchange-configuration';
import { PassphraseMode } from '../../../../contract/exchange/signing-template';
import { LoopbackExchange } from '../../../support/exchange';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { runCli } from '../support/run-cli';
import { commandLines, environmentsOfCurl, type RunOptions, ScriptFolder } from './support/script-run';

const ENDPOINTS = {
  'GET /v1/account': EndpointCategory.READ,
  'GET /v1/positions': EndpointCategory.READ,
  'POST /v1/orders': EndpointCategory.TRADE,
  'DELETE /v1/orders/{orderId}': EndpointCategory.TRADE,
  'POST /v1/withdrawals': EndpointCategory.WITHDRAW,
};

let exchange: LoopbackExchange;
let folder: ScriptFolder;
let key: { readonly apiKey: string; readonly apiSecret: string };
let env: Record<string, string>;
/** What could be seen while the exchange worked on a request. */
let seen: string[];
let environments: string[];

beforeAll(async () => {
  exchange = await LoopbackExchange.start({
    onRequest: () => {
      seen.push(...commandLines());
      environments.push(...environmentsOfCurl());
    },
  });
  folder = new ScriptFolder();
});
afterAll(async () => {
  await exchange.stop();
  folder.remove();
});
function newKey() {
  return exchange.control.createKeyByHand({
    account: 'sub-1',
    label: 'by_hand',
    permissions: ['Read', 'SpotTrade'],
    ips: ['127.0.0.1'],
    ...(exchange.control.settings().passphrase !== 'none' && { passphrase: 'my-phrase!' }),
  });
}

beforeEach(() => {
  seen = [];
  environments = [];
  folder.takeCalls();
  exchange.control.configure({ passphrase: 'none' });
  exchange.control.clearJournal();
  key = newKey();
  env = { XXKK_API_KEY: key.apiKey, XXKK_API_SECRET: key.apiSecret };
});

const configuration = (change: Partial<ExchangeConfiguration> = {}): ExchangeConfiguration => ({
  ...xxkkConfiguration(exchange.url),
  endpoints: ENDPOINTS,
  ...change,
});

async function script(request: string, change?: Partial<ExchangeConfiguration>): Promise<string> {
  const file = folder.write('exchange.json', JSON.stringify(configuration(change)));
  const { code, stdout, stderr } = await runCli([
    'curl',
    '-e',
    'dev',
    '--exchange',
    'xxkk',
    '--file',
    file,
    ...request.split(' '),
  ]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function run(text: string, args: readonly string[] = [], options: RunOptions = {}) {
  return folder.run(text, args, { ...options, env: { ...env, ...options.env } });
}

const codes = () => exchange.control.journal().map(({ operation, code }) => [operation, code]);

test.each([['sh'], ['dash'], ['bash'], ['bash --posix'], ['sh -x'], ['bash -xv']])(
  'a signed read with %s',
  async (shell) => {
    const { code, stdout, stderr } = await run(await script('GET /v1/account'), [], { shell: shell.split(' ') });
    expect(stdout).toContain('"balances"');
    expect(code).toBe(0);
    expect(codes()).toEqual([['account', 0]]);
    // `-v` prints the script as it is read, which holds nothing secret
    if (!shell.includes('v')) expect(stderr).toBe('');
    expect(seen.some((line) => line.includes('curl') && line.includes('--config -'))).toBe(true);
    expect(folder.takeCalls()).toMatch(/<python3>\n[\s\S]*<curl>\n-q\n/);
  },
);

test('neither process list, nor arguments, nor environment of curl, nor output, nor files show the key or what it made', async () => {
  const calls: string[] = [];
  const printed: string[] = [];
  for (const [request, ...args] of [['GET /v1/account'], ['inspect'], ['POST /v1/orders', '--yes', '--body', '-']]) {
    const stdin = JSON.stringify({ symbol: 'BTCUSDT', side: 'Buy', qty: '1' });
    const { code, stdout, stderr } = await run(await script(request), args, { stdin, shell: ['sh', '-x'] });
    expect(code).toBe(0);
    calls.push(folder.takeCalls());
    printed.push(stderr, ...(request === 'inspect' ? [] : [stdout]));
  }
  expect(codes()).toEqual([
    ['account', 0],
    ['inspectKey', 0],
    ['placeOrder', 0],
  ]);
  expect(environments).toHaveLength(3);
  const everything = [...seen, ...environments, ...calls, ...printed].join('\n');
  expect(everything).toContain('--config -');
  for (const secret of [key.apiKey, key.apiSecret]) expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/\b[0-9a-f]{64}\b/);
  expect(folder.files()).toEqual(['commands', 'exchange.json', 'script.sh']);
});

test('what is not signed needs no key and sends none', async () => {
  const text = await script('serverTime');
  expect(text).not.toContain('XXKK_API_KEY');
  const { code, stdout } = await folder.run(text, [], {});
  expect([code, JSON.parse(stdout).code]).toEqual([0, 0]);
});

test('a passphrase', async () => {
  exchange.control.configure({ passphrase: 'plain' });
  const { apiKey, apiSecret } = newKey();
  const { signing, operations } = xxkkConfiguration(exchange.url, { passphrase: PassphraseMode.PLAIN });
  const text = await script('GET /v1/account', { signing, operations });
  const without = await run(text);
  expect(without.code).not.toBe(0);
  expect(without.stderr).toContain('XXKK_API_PASSPHRASE');
  expect(codes()).toEqual([]);
  expect(
    (
      await run(text, [], {
        env: { XXKK_API_KEY: apiKey, XXKK_API_SECRET: apiSecret, XXKK_API_PASSPHRASE: 'my-phrase!' },
      })
    ).code,
  ).toBe(0);
  expect(codes()).toEqual([['account', 0]]);
  expect([...seen, folder.takeCalls()].join('\n')).not.toContain('my-phrase!');
});

test('a trade is sent with --yes only, and its body is a file or stdin', async () => {
  const text = await script('POST /v1/orders');
  const order = { symbol: 'BTC é"\\ \' $(id) `id`', side: 'Buy', qty: '1' };
  const file = folder.write('order.json', JSON.stringify({ ...order, symbol: 'BTCUSDT' }, null, 2));
  const refused = await run(text, ['--body', file]);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    'not sent: POST /v1/orders is of category trade; add --yes to send it\n',
  ]);
  expect(codes()).toEqual([]);
  expect(folder.takeCalls()).toBe('');
  const orders = exchange.control.orders().length;
  expect((await run(text, ['--yes', '--body', file])).code).toBe(0);
  // accepted as signed, refused as a symbol: the bytes arrived as they were signed
  const odd = await run(text, ['--yes', '--body', '-'], { stdin: JSON.stringify(order) });
  expect([odd.code, JSON.parse(odd.stdout).code]).toEqual([22, 10001]);
  const empty = await run(text, ['--yes']);
  expect([empty.code, JSON.parse(empty.stdout).code]).toEqual([22, 10001]);
  expect(exchange.control.orders()).toHaveLength(orders + 1);
});

test('where nothing is signed, the key is in its header', async () => {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers['x-api-key'], request.headers['x-api-secret']);
    seen.push(...commandLines());
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const text = await script('GET /v1/account', {
    signing: undefined,
    headers: { 'X-API-KEY': '{key}', 'X-API-SECRET': 'is {secret}' },
  });
  const { code } = await run(text, [], { env: { XXKK_API_BASE_URL: `http://127.0.0.1:${port}` } });
  server.close();
  expect([code, received]).toEqual([0, [key.apiKey, `is ${key.apiSecret}`]]);
  expect(seen.join('\n')).toContain('--config -');
  for (const secret of [key.apiKey, key.apiSecret])
    expect([...seen, folder.takeCalls()].join('\n')).not.toContain(secret);
});

test('an exchange that refuses makes the script fail, and shows the answer', async () => {
  const { code, stdout } = await run(await script('GET /v1/account'), [], { env: { XXKK_API_SECRET: 'another' } });
  expect([code, JSON.parse(stdout).code]).toEqual([22, 10004]);
});
