// A key's life: activation, lags, expiry, last use, and what people do to it in the web pages.
import { DAY, MINUTE } from '../support/exchange';
import { expectCode, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();

test('activation delay', async () => {
  const fixture = await start({ settings: { activationDelayMs: 10 * MINUTE } });
  const { data } = await fixture.create();
  expect(data).toMatchObject({ state: 'active', activeFrom: fixture.clock.ms + 10 * MINUTE });
  expectCode(await fixture.read(data), 'KEY_NOT_ACTIVE_YET');
  fixture.clock.ms += 10 * MINUTE - 1;
  expectCode(await fixture.read(data), 'KEY_NOT_ACTIVE_YET');
  fixture.clock.ms += 1;
  expectCode(await fixture.read(data), 'OK');
  expectCode(await fixture.read(fixture.byHand({})), 'OK');
});

test('an exchange that says unknown for not active yet', async () => {
  const fixture = await start({ settings: { activationDelayMs: MINUTE, codes: { KEY_NOT_ACTIVE_YET: 10003 } } });
  const { data } = await fixture.create();
  expectCode(await fixture.read(data), 'KEY_UNKNOWN');
  fixture.clock.ms += MINUTE;
  expectCode(await fixture.read(data), 'OK');
});

test('a list that lags behind', async () => {
  const fixture = await start({ settings: { listLagMs: 5000 } });
  const { data } = await fixture.create();
  const ids = async () => (await fixture.manage('GET', '/sub-1/api-keys')).data.items.map(({ id }: never) => id);
  expect(await ids()).toEqual([]);
  expectCode(await fixture.manage('GET', `/sub-1/api-keys/${data.id}`), 'OK');
  fixture.clock.ms += 5000;
  expect(await ids()).toEqual([data.id]);
});

test('a deletion that takes a while', async () => {
  const fixture = await start({ settings: { revokeLagMs: 5000 } });
  const { data } = await fixture.create();
  expectCode(await fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`), 'OK');
  expectCode(await fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`), 'KEY_NOT_FOUND');
  expect(fixture.control.liveKeys({ account: 'sub-1' })).toEqual([]);
  expectCode(await fixture.read(data), 'OK');
  fixture.clock.ms += 5000;
  expectCode(await fixture.read(data), 'KEY_UNKNOWN');
});

test('the end of a key’s own life; it is still listed and can be deleted', async () => {
  const fixture = await start();
  const { data } = await fixture.create({ ttlDays: 1 });
  fixture.clock.ms += DAY - 1;
  expectCode(await fixture.read(data), 'OK');
  fixture.clock.ms += 1;
  expectCode(await fixture.read(data), 'KEY_EXPIRED');
  expect((await fixture.manage('GET', '/sub-1/api-keys')).data.items[0]).toMatchObject({ state: 'expired' });
  expect(fixture.control.liveKeys({ account: 'sub-1' })).toEqual([]);
  expectCode(await fixture.manage('DELETE', `/sub-1/api-keys/${data.id}`), 'OK');
});

test('a key without allowlist ends after 90 days; binding it saves it', async () => {
  const fixture = await start();
  const { data } = await fixture.create({ ips: [], ttlDays: 365 });
  expect(data.expiresAt).toBe(fixture.clock.ms + 90 * DAY);
  const bound = await fixture.manage('POST', `/sub-1/api-keys/${data.id}`, { permissions: ['Read'], ips: [TRADER] });
  expect(bound.data.expiresAt).toBe(fixture.clock.ms + 365 * DAY);
  fixture.clock.ms += 10 * DAY;
  const unbound = await fixture.manage('POST', `/sub-1/api-keys/${data.id}`, { permissions: ['Read'] });
  expect(unbound.data.expiresAt).toBe(fixture.clock.ms + 90 * DAY);
  fixture.clock.ms += 10 * DAY;
  const again = await fixture.manage('POST', `/sub-1/api-keys/${data.id}`, { permissions: ['Read'] });
  expect(again.data.expiresAt).toBe(unbound.data.expiresAt);
  fixture.clock.ms += 80 * DAY;
  expectCode(await fixture.read(data), 'KEY_EXPIRED');
  fixture.control.configure({ unboundKeyLifeMs: null });
  expectCode(await fixture.read(data), 'OK');
});

test('a shorter life of its own wins', async () => {
  const fixture = await start();
  const { data } = await fixture.create({ ips: [], ttlDays: 7 });
  expect(data.expiresAt).toBe(fixture.clock.ms + 7 * DAY);
});

test('last use: of requests that were signed right', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const lastUsedAt = async () => (await fixture.manage('GET', `/sub-1/api-keys/${data.id}`)).data.lastUsedAt;
  expect(await lastUsedAt()).toBeNull();
  await fixture.read(data, STRANGER);
  await fixture.read({ ...data, apiSecret: 'wrong' });
  expect(await lastUsedAt()).toBeNull();
  const used = fixture.clock.ms;
  await fixture.read(data);
  fixture.clock.ms += 1000;
  expect(await lastUsedAt()).toBe(used);
});

test('a clock that is wrong is wrong for signatures only', async () => {
  const fixture = await start();
  const [kept, gone] = [(await fixture.create()).data, (await fixture.create()).data];
  fixture.control.deleteKeyByHand(gone.id);
  fixture.control.configure({ clockOffsetMs: -DAY });
  expectCode(await fixture.read(kept), 'CLOCK');
  expectCode(await fixture.read(gone), 'KEY_UNKNOWN');
  expect(fixture.control.liveKeys({ account: 'sub-1' })).toEqual([
    { ...fixture.control.keys({ label: kept.label })[0] },
  ]);
});

test('time that passes at the exchange ages keys, and signatures stay good', async () => {
  const fixture = await start();
  const { data } = await fixture.create({ ttlDays: 1 });
  fixture.control.advanceClock(DAY - 1);
  expectCode(await fixture.read(data), 'OK');
  fixture.control.advanceClock(1);
  expectCode(await fixture.read(data), 'KEY_EXPIRED');
  expectCode(await fixture.read((await fixture.create({ ttlDays: 1 })).data), 'OK');
});

test('edits by a person', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const { control } = fixture;
  expect(control.editKeyByHand(data.id, { permissions: ['Read', 'Withdraw'] })).toMatchObject({ ips: [TRADER] });
  const withdrawal = { asset: 'USDT', amount: '1', address: 'T1' };
  expectCode(await fixture.client(data).call('POST', '/v1/withdrawals', { body: withdrawal }), 'OK');
  expect(control.editKeyByHand(data.id, { ips: [STRANGER] })).toMatchObject({ permissions: ['Read', 'Withdraw'] });
  expectCode(await fixture.read(data), 'IP_NOT_ALLOWED');
  control.editKeyByHand(data.id, { state: 'disabled' });
  expectCode(await fixture.read(data, STRANGER), 'KEY_DISABLED');
  control.editKeyByHand(data.id, { state: 'active', expiresAt: fixture.clock.ms });
  expectCode(await fixture.read(data, STRANGER), 'KEY_EXPIRED');
  control.deleteKeyByHand(data.id);
  expectCode(await fixture.read(data, STRANGER), 'KEY_UNKNOWN');
  expect(() => control.deleteKeyByHand(data.id)).toThrow(`no key with id ${data.id}, or already deleted`);
  expect(() => control.editKeyByHand('7', {})).toThrow('no key with id 7');
});
