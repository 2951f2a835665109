// Each check of a signed request, its code, and the order of the checks.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExchangeClient } from '../support/exchange';
import { expectCode, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();

test('the time is for everyone', async () => {
  const { exchange, clock } = await start({ settings: { clockOffsetMs: -3_600_000 } });
  const reply = await new ExchangeClient({ url: exchange.url, from: STRANGER }).call('GET', '/v1/time');
  expectCode(reply, 'OK');
  expect(reply.data).toEqual({ serverTime: clock.ms - 3_600_000 });
});

test.each(['X-API-KEY', 'X-TIMESTAMP', 'X-SIGNATURE'])('without %s', async (name) => {
  const fixture = await start();
  const reply = await fixture.client(fixture.byHand({})).call('GET', '/v1/account', { headers: { [name]: '' } });
  expectCode(reply, 'PARAMS');
  expect(reply.msg).toContain(name);
});

test('a key that never was, and one that is gone', async () => {
  const fixture = await start();
  const key = fixture.byHand({});
  expectCode(await fixture.read({ ...key, apiKey: `${key.apiKey}x` }), 'KEY_UNKNOWN');
  expectCode(await fixture.read({ ...key, apiKey: '__proto__' }), 'KEY_UNKNOWN');
  fixture.control.deleteKeyByHand(key.id);
  expectCode(await fixture.read(key), 'KEY_UNKNOWN');
});

test('a wrong secret', async () => {
  const fixture = await start();
  const key = fixture.byHand({});
  expectCode(await fixture.read({ ...key, apiSecret: fixture.byHand({}).apiSecret }), 'SIGNATURE');
});

/** What a client puts on the wire. */
async function headersSent(request: (url: string) => Promise<unknown>): Promise<Record<string, string>> {
  let seen: Record<string, unknown> = {};
  const tap = createServer((message, response) => {
    seen = message.headers;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(tap, 'listening');
  await request(`http://127.0.0.1:${(tap.address() as AddressInfo).port}`);
  tap.close();
  return Object.fromEntries(['x-api-key', 'x-timestamp', 'x-signature'].map((name) => [name, String(seen[name])]));
}

test('a signature belongs to one time, method, path, query and body', async () => {
  const fixture = await start();
  const credentials = fixture.byHand({ permissions: ['Read', 'SpotTrade', 'Withdraw'] });
  const order = { symbol: 'BTCUSDT', side: 'Buy', qty: '1', dryRun: true };
  const query = 'a=%20b';
  const signed = await headersSent((url) =>
    new ExchangeClient({ url, credentials, now: fixture.clock.now }).call('POST', '/v1/orders', { query, body: order }),
  );
  const replay = (change: { path?: string; query?: string; body?: object; headers?: Record<string, string> }) => {
    const { path = '/v1/orders', ...options } = { query, body: order, headers: {}, ...change };
    const headers = { ...signed, ...options.headers };
    return fixture.client(undefined).call('POST', path, { ...options, headers });
  };
  expectCode(await replay({}), 'OK');
  expectCode(await replay({ query: 'a=+b' }), 'SIGNATURE');
  expectCode(await replay({ query: '' }), 'SIGNATURE');
  expectCode(await replay({ body: { ...order, qty: '2' } }), 'SIGNATURE');
  expectCode(await replay({ path: '/v1/withdrawals' }), 'SIGNATURE');
  expectCode(await replay({ headers: { 'x-timestamp': String(fixture.clock.ms + 1) } }), 'SIGNATURE');
});

test.each([
  [undefined, -5000, 'OK'],
  [undefined, -5001, 'CLOCK'],
  [undefined, 999, 'OK'],
  [undefined, 1000, 'CLOCK'],
  [60_000, -60_000, 'OK'],
  [60_000, -60_001, 'CLOCK'],
  [1, -2, 'CLOCK'],
  [0, 0, 'PARAMS'],
  [60_001, 0, 'PARAMS'],
] as const)('window %s, %i ms off: %s', async (recvWindow, off, name) => {
  const fixture = await start();
  const key = fixture.byHand({});
  fixture.control.configure({ clockOffsetMs: -off });
  expectCode(await fixture.client(key, TRADER, { recvWindow }).call('GET', '/v1/account'), name);
});

test('a time that is none', async () => {
  const fixture = await start();
  const client = fixture.client(fixture.byHand({}));
  const headers = { 'X-TIMESTAMP': '1700000000' };
  expectCode(await client.call('GET', '/v1/account', { headers }), 'PARAMS');
});

test.each(['plain', 'hmac'] as const)('passphrase, %s', async (passphrase) => {
  const fixture = await start({ settings: { passphrase } });
  const key = fixture.byHand({ passphrase: 'correct-horse' });
  expectCode(await fixture.read(key), 'OK');
  expectCode(await fixture.read({ ...key, passphrase: 'wrong-horse' }), 'PASSPHRASE');
  const other = passphrase === 'plain' ? 'hmac' : 'plain';
  fixture.control.configure({ passphrase: other });
  const options = { url: fixture.exchange.url, credentials: key, from: TRADER, now: fixture.clock.now };
  expectCode(await new ExchangeClient({ ...options, passphrase }).call('GET', '/v1/account'), 'PASSPHRASE');
  expectCode(await new ExchangeClient(options).call('GET', '/v1/account'), 'PARAMS');
  const made = await fixture.create({ passphrase: 'of-the-new-key' });
  expectCode(made, 'OK');
  expect(made.text).not.toContain('of-the-new-key');
  expectCode(await fixture.create({}), 'PARAMS');
  expectCode(await fixture.read({ ...made.data, passphrase: 'of-the-new-key' }), 'OK');
});

test('a key made before passphrases were wanted has none that is right', async () => {
  const fixture = await start();
  const key = fixture.byHand({});
  fixture.control.configure({ passphrase: 'plain' });
  expectCode(await fixture.read({ ...key, passphrase: 'anything' }), 'PASSPHRASE');
});

test.each([
  ['GET', '/v1/account', 'SpotTrade'],
  ['GET', '/v1/positions', 'SpotTrade'],
  ['POST', '/v1/orders', 'DerivTrade'],
  ['POST', '/v1/withdrawals', 'Transfer'],
  ['GET', '/v1/sub-accounts/sub-1/api-keys', 'Withdraw'],
] as const)('%s %s with nothing but %s', async (method, path, permission) => {
  const fixture = await start();
  const key = fixture.byHand({ permissions: [permission] });
  expectCode(await fixture.client(key).call(method, path, { body: method === 'POST' ? {} : undefined }), 'PERMISSION');
});

test('every key may inspect itself', async () => {
  const fixture = await start();
  const key = fixture.byHand({ permissions: ['DerivTrade'], label: 'mine' });
  const reply = await fixture.client(key).call('GET', '/v1/user/api-key');
  expectCode(reply, 'OK');
  expect(reply.data).toEqual({
    id: key.id,
    apiKey: key.apiKey,
    account: 'sub-1',
    isMaster: false,
    label: 'mine',
    permissions: ['DerivTrade'],
    ips: [TRADER],
    state: 'active',
    createdAt: fixture.clock.ms,
    activeFrom: fixture.clock.ms,
    expiresAt: null,
    lastUsedAt: fixture.clock.ms,
  });
});

test('checks come in the published order', async () => {
  const fixture = await start({ settings: { activationDelayMs: 1000 } });
  const key = fixture.byHand({ permissions: [], activationDelayMs: 1000 });
  // Everything is wrong; each step makes one thing right.
  const client = (credentials = key, from = STRANGER) =>
    new ExchangeClient({ url: fixture.exchange.url, credentials, from, now: () => fixture.clock.ms - 10_000 });
  const wrong = { ...key, apiSecret: 'wrong' };
  fixture.control.configure({ mfaOperations: ['account'] });
  fixture.control.editKeyByHand(key.id, { state: 'disabled', expiresAt: fixture.clock.ms - 1 });
  expectCode(await client(wrong).call('GET', '/v1/account'), 'KEY_EXPIRED');
  fixture.control.editKeyByHand(key.id, { expiresAt: null });
  expectCode(await client(wrong).call('GET', '/v1/account'), 'KEY_DISABLED');
  fixture.control.editKeyByHand(key.id, { state: 'active' });
  expectCode(await client(wrong).call('GET', '/v1/account'), 'KEY_NOT_ACTIVE_YET');
  fixture.clock.ms += 1000;
  expectCode(await client(wrong).call('GET', '/v1/account'), 'IP_NOT_ALLOWED');
  expectCode(await client(wrong, TRADER).call('GET', '/v1/account'), 'CLOCK');
  expectCode(await fixture.read(wrong), 'SIGNATURE');
  expect(fixture.control.keys({ label: 'by_hand' }).find(({ id }) => id === key.id)?.lastUsedAt).toBeNull();
  expectCode(await fixture.read(key), 'MFA_REQUIRED');
  fixture.control.configure({ mfaOperations: [] });
  expectCode(await fixture.read(key), 'PERMISSION');
  expect(fixture.control.keys().find(({ id }) => id === key.id)?.lastUsedAt).toBe(fixture.clock.ms);
});
