// The control surface: the same in the process and over HTTP, out of reach for the exchange's callers.
import { LoopbackExchange, remoteControl } from '../support/exchange';
import { CONTROL_METHODS } from '../support/exchange/control';
import { expectCode, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();

test('over HTTP a person makes a key, a test looks and breaks things', async () => {
  const fixture = await start();
  const control = remoteControl(fixture.exchange.controlUrl);
  const key = await control.createKeyByHand({ account: 'sub-1', label: 'mine', permissions: ['Read'], ips: [TRADER] });
  expectCode(await fixture.read(key), 'OK');
  expect(await control.liveKeys({ label: 'mine' })).toEqual(fixture.control.liveKeys({ label: 'mine' }));
  expect(await control.journal()).toEqual(fixture.control.journal());
  await control.loseResponse('createKey');
  await expect(fixture.create()).rejects.toThrow();
  expect(await control.liveKeys({ account: 'sub-1' })).toHaveLength(2);
  await control.editKeyByHand(key.id, { ips: [STRANGER] });
  expectCode(await fixture.read(key), 'IP_NOT_ALLOWED');
  expect(await control.advanceClock(60_000)).toBe(fixture.clock.ms + 60_000);
  expectCode(await fixture.read(key, STRANGER), 'OK');
  await control.configure({ clockOffsetMs: 60_000 });
  expectCode(await fixture.read(key, STRANGER), 'CLOCK');
  await control.outage('503');
  expect((await fixture.read(key, STRANGER)).status).toBe(503);
  await control.outage(null);
  expect(await control.settings()).toEqual({ ...fixture.control.settings(), outage: null, clockOffsetMs: 60_000 });
});

test('every method is there', async () => {
  const fixture = await start();
  const control = remoteControl(fixture.exchange.controlUrl);
  expect(Object.keys(control).sort()).toEqual([...CONTROL_METHODS].sort());
  expect(CONTROL_METHODS).toEqual(expect.arrayContaining(['keys', 'issuedSecrets', 'inject', 'configure']));
});

test('what is wrong is said, in both', async () => {
  const fixture = await start();
  const control = remoteControl(fixture.exchange.controlUrl);
  const noAccount = { account: 'sub-9', label: 'a', permissions: ['Read'] } as const;
  const message = 'unknown account sub-9, expected one of master, sub-1';
  expect(() => fixture.control.createKeyByHand(noAccount)).toThrow(message);
  await expect(control.createKeyByHand(noAccount)).rejects.toThrow(message);
  await expect(control.loseResponse('create' as never)).rejects.toThrow('unknown operation "create"');
  await expect(control.addSubAccount('a/b')).rejects.toThrow('account a/b is not');
  await expect(control.addSubAccount('master')).rejects.toThrow('master is the master account');
  const byHand = { account: 'sub-1', label: 'a b', permissions: ['Read'] } as const;
  await expect(control.createKeyByHand(byHand)).rejects.toThrow('label must be');
  await expect(control.advanceClock(-1)).rejects.toThrow('cannot advance by -1 ms');
});

test.each([
  [{ listLag: 1 }, 'listLag'],
  [{ listLagMs: -1 }, '/listLagMs'],
  [{ listLagMs: '1' }, '/listLagMs'],
  [{ passphrase: 'base64' }, '/passphrase must be equal to one of the allowed values: none,plain,hmac'],
  [{ codes: { NOPE: 1 } }, 'NOPE'],
  [{ httpStatus: { OK: 99 } }, '/httpStatus/OK'],
  [{ rateLimits: [{ per: 'key', capacity: 0, refillPerSecond: 1 }] }, '/rateLimits/0/capacity'],
  [{ mfaOperations: ['login'] }, '/mfaOperations/0'],
  [{ outage: { mode: 'flood' } }, '/outage'],
])('settings %j are refused', async (settings, part) => {
  const fixture = await start();
  const before = fixture.control.settings();
  expect(() => fixture.control.configure(settings as never)).toThrow(part);
  expect(fixture.control.settings()).toBe(before);
  await expect(LoopbackExchange.start({ settings: settings as never })).rejects.toThrow(part);
});

test('the exchange’s callers cannot reach it, nor can who does not know its URL', async () => {
  const { exchange } = await start();
  const control = new URL(exchange.controlUrl);
  const post = (url: string) => fetch(url, { method: 'POST', body: '[]' }).then(({ status }) => status);
  expect(control.origin).not.toBe(exchange.url);
  expect(await post(`${exchange.controlUrl}/keys`)).toBe(200);
  expect(await post(`${exchange.url}${control.pathname}/keys`)).toBe(404);
  expect(await post(`${control.origin}/__control/keys`)).toBe(404);
  expect(await post(`${control.origin}/__control/${'0'.repeat(32)}/keys`)).toBe(404);
  expect(await post(`${exchange.controlUrl}/constructor`)).toBe(404);
  expect(await post(`${exchange.controlUrl}/`)).toBe(404);
  const get = await fetch(`${exchange.controlUrl}/issuedSecrets`);
  expect(get.status).toBe(404);
  const noArray = await fetch(`${exchange.controlUrl}/keys`, { method: 'POST', body: '{}' });
  expect([noArray.status, await noArray.json()]).toEqual([
    400,
    { error: 'body must be the JSON array of the arguments' },
  ]);
});

test('a port in use is an error, and leaves no listener behind', async () => {
  const { exchange } = await start();
  const port = Number(new URL(exchange.url).port);
  await expect(LoopbackExchange.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(LoopbackExchange.start({ controlPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
