// The exchange as a process of its own: it works the same, and ends with whoever started it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ExchangeClient, type ExchangeProcess, startExchangeProcess } from '../support/exchange';
import { expectCode, STRANGER, TRADER } from './fixture';

const ROOT = path.join(__dirname, '..', '..');
const running: ExchangeProcess[] = [];
const children: ChildProcess[] = [];

function spawnMain() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/exchange/main.ts'], { cwd: ROOT });
  children.push(child);
  return child;
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((exchange) => exchange.stop()));
});

test('a key made over the control URL is checked against the caller’s address', async () => {
  const exchange = await startExchangeProcess({ subAccounts: ['desk'], settings: { activationDelayMs: 60_000 } });
  running.push(exchange);
  const key = await exchange.control.createKeyByHand({
    account: 'desk',
    label: 'one',
    permissions: ['Read', 'SpotTrade'],
    ips: [TRADER],
    activationDelayMs: 60_000,
  });
  const read = (from: string) => new ExchangeClient({ url: exchange.url, credentials: key, from });
  expectCode(await read(TRADER).call('GET', '/v1/account'), 'KEY_NOT_ACTIVE_YET');
  await exchange.control.advanceClock(60_000);
  expectCode(await read(TRADER).call('GET', '/v1/account'), 'OK');
  expectCode(await read(STRANGER).call('GET', '/v1/account'), 'IP_NOT_ALLOWED');
  expect((await exchange.control.journal()).map(({ peer }) => peer)).toEqual([TRADER, TRADER, STRANGER]);
  expect(await exchange.stop()).toBe(0);
  await expect(read(TRADER).call('GET', '/v1/account')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('SIGTERM ends it in order', async () => {
  const child = spawnMain();
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
  child.stdin.write('{}\n');
  const [line] = await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) });
  expect(JSON.parse(String(line))).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/__control\/[0-9a-f]{32}$/),
  });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test.each([
  ['nonsense', 'expected a JSON object'],
  ['[]', 'expected a JSON object'],
  ['{"prot":1}', 'unknown option prot'],
  ['{"settings":{"keyQuotas":1}}', 'keyQuotas'],
])('options %s: exit 2', async (options, message) => {
  const child = spawnMain();
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  child.stdin.end(`${options}\n`);
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(errors).toContain(message);
});

test('a start that fails says why', async () => {
  await expect(startExchangeProcess({ settings: { keyQuota: -1 } })).rejects.toThrow(
    'the loopback exchange ended with 2: unusable settings: /keyQuota must be >= 0',
  );
});
