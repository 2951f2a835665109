// Creating, listing, changing and deleting keys with the master key.
import { expectCode, MANAGER, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();

test('create: a key that works, its secret shown once', async () => {
  const fixture = await start();
  const created = await fixture.create({ ttlDays: 30 });
  expectCode(created, 'OK');
  const { apiSecret, ...shown } = created.data;
  expect(shown).toMatchObject({ label: 'xk_0123456789', account: 'sub-1', isMaster: false, state: 'active' });
  expect(shown).toMatchObject({ permissions: ['Read', 'SpotTrade'], ips: [TRADER], lastUsedAt: null });
  expect(shown.expiresAt - shown.createdAt).toBe(30 * 86_400_000);
  expectCode(await fixture.read(created.data), 'OK');
  const later = await Promise.all([
    fixture.manage('GET', '/sub-1/api-keys'),
    fixture.manage('GET', `/sub-1/api-keys/${shown.id}`),
    fixture.manage('POST', `/sub-1/api-keys/${shown.id}`, { permissions: ['Read'], ips: [TRADER] }),
    fixture.client(created.data).call('GET', '/v1/user/api-key'),
  ]);
  for (const reply of later) {
    expectCode(reply, 'OK');
    expect(reply.text).toContain(shown.apiKey);
    expect(reply.text).not.toContain(apiSecret);
  }
});

test('create twice: two keys', async () => {
  const fixture = await start();
  const [one, two] = [await fixture.create(), await fixture.create()];
  expect(one.data.id).not.toBe(two.data.id);
  expect(one.data.apiKey).not.toBe(two.data.apiKey);
  expect(fixture.control.liveKeys({ account: 'sub-1', label: 'xk_0123456789' })).toHaveLength(2);
});

test.each([
  ['a label of 17', { label: 'a'.repeat(17) }],
  ['a label with a dash', { label: 'a-b' }],
  ['no label', { label: undefined }],
  ['no permissions', { permissions: [] }],
  ['permissions that are no list', { permissions: 'Read' }],
  ['an unknown permission', { permissions: ['read'] }],
  ['the permission to manage keys', { permissions: ['KeyManage'] }],
  ['an address that is none', { ips: ['localhost'] }],
  ['21 addresses', { ips: Array.from({ length: 21 }, (_, i) => `127.0.0.${i}`) }],
  ['a life of no days', { ttlDays: 0 }],
  ['a life of 366 days', { ttlDays: 366 }],
  ['half a day', { ttlDays: 0.5 }],
])('create refuses %s', async (_, body) => {
  const fixture = await start();
  expectCode(await fixture.create(body), 'PARAMS');
  expect(fixture.control.keys({ account: 'sub-1' })).toEqual([]);
});

test.each([[{ ips: undefined }], [{ ips: [] }], [{ ips: ['*'] }]])('create with %j is unbound', async (body) => {
  const fixture = await start();
  const created = await fixture.create(body);
  expect(created.data.ips).toEqual([]);
  expectCode(await fixture.read(created.data, STRANGER), 'OK');
  fixture.control.configure({ showUnboundAs: 'star' });
  expect((await fixture.manage('GET', `/sub-1/api-keys/${created.data.id}`)).data.ips).toEqual(['*']);
});

test.each(['{', '[]', 'null', '"text"'])('create with the body %s', async (body) => {
  const fixture = await start();
  const client = fixture.client(fixture.master, MANAGER);
  expectCode(await client.call('POST', '/v1/sub-accounts/sub-1/api-keys', { body }), 'PARAMS');
});

test('modify: what is omitted is wiped', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const path = `/sub-1/api-keys/${data.id}`;
  const readOnly = await fixture.manage('POST', path, { permissions: ['Read'], ips: [TRADER] });
  expect(readOnly.data).toMatchObject({ permissions: ['Read'], ips: [TRADER] });
  const unbound = await fixture.manage('POST', path, { permissions: ['Read'] });
  expect(unbound.data).toMatchObject({ permissions: ['Read'], ips: [] });
  expectCode(await fixture.read(data, STRANGER), 'OK');
  const nothing = await fixture.manage('POST', path, { ips: [TRADER] });
  expect(nothing.data).toMatchObject({ permissions: [], ips: [TRADER], label: 'xk_0123456789' });
  expectCode(await fixture.read(data), 'PERMISSION');
  expect((await fixture.manage('GET', path)).data).toEqual({ ...nothing.data, lastUsedAt: fixture.clock.ms });
});

test('modify: refused as a whole', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const path = `/sub-1/api-keys/${data.id}`;
  expectCode(await fixture.manage('POST', path, { permissions: ['Read'], ips: ['nowhere'] }), 'PARAMS');
  expectCode(await fixture.manage('POST', path, { permissions: ['Read'], ips: [], state: 'off' }), 'PARAMS');
  expect(fixture.control.keys({ account: 'sub-1' })[0]).toMatchObject({
    permissions: ['Read', 'SpotTrade'],
    ips: [TRADER],
  });
});

test('modify: disabled and enabled again; the state stays when omitted', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const full = { permissions: ['Read'], ips: [TRADER] };
  const path = `/sub-1/api-keys/${data.id}`;
  expect((await fixture.manage('POST', path, { ...full, state: 'disabled' })).data.state).toBe('disabled');
  expectCode(await fixture.read(data), 'KEY_DISABLED');
  expect((await fixture.manage('POST', path, full)).data.state).toBe('disabled');
  expect((await fixture.manage('POST', path, { ...full, state: 'active' })).data.state).toBe('active');
  expectCode(await fixture.read(data), 'OK');
});

test('delete: dead at once; a second time it is not found', async () => {
  const fixture = await start();
  const { data } = await fixture.create();
  const path = `/sub-1/api-keys/${data.id}`;
  const deleted = await fixture.manage('DELETE', path);
  expectCode(deleted, 'OK');
  expect(deleted.data).toEqual({ id: data.id });
  expectCode(await fixture.read(data), 'KEY_UNKNOWN');
  expectCode(await fixture.manage('DELETE', path), 'KEY_NOT_FOUND');
  expectCode(await fixture.manage('GET', path), 'KEY_NOT_FOUND');
  expectCode(await fixture.manage('POST', path, {}), 'KEY_NOT_FOUND');
  expect((await fixture.manage('GET', '/sub-1/api-keys')).data.items).toEqual([]);
  expect(fixture.control.keys({ account: 'sub-1' })[0]).toMatchObject({
    deletedAt: fixture.clock.ms,
    state: 'deleted',
  });
});

test('accounts are apart', async () => {
  const fixture = await start({ subAccounts: ['sub-1', 'sub-2'] });
  const { data } = await fixture.create();
  expectCode(await fixture.manage('GET', `/sub-2/api-keys/${data.id}`), 'KEY_NOT_FOUND');
  expectCode(await fixture.manage('DELETE', `/sub-2/api-keys/${data.id}`), 'KEY_NOT_FOUND');
  expectCode(await fixture.create({}, 'sub-3'), 'ACCOUNT_NOT_FOUND');
  expectCode(await fixture.manage('GET', '/master/api-keys'), 'ACCOUNT_NOT_FOUND');
  expect((await fixture.manage('GET', '/sub-2/api-keys')).data.items).toEqual([]);
  fixture.control.addSubAccount('sub-3');
  expectCode(await fixture.create({}, 'sub-3'), 'OK');
});

test('list: by pages, which do not shift when a key goes', async () => {
  const fixture = await start();
  for (const label of ['a', 'b', 'c', 'd', 'e']) await fixture.create({ label });
  const labels = (page: { data: { items: { label: string }[] } }) => page.data.items.map(({ label }) => label);
  const first = await fixture.manage('GET', '/sub-1/api-keys?limit=2');
  expect(labels(first)).toEqual(['a', 'b']);
  fixture.control.deleteKeyByHand(first.data.items[0].id);
  const second = await fixture.manage('GET', `/sub-1/api-keys?limit=2&cursor=${first.data.nextCursor}`);
  expect(labels(second)).toEqual(['c', 'd']);
  const third = await fixture.manage('GET', `/sub-1/api-keys?limit=2&cursor=${second.data.nextCursor}`);
  expect(labels(third)).toEqual(['e']);
  expect(third.data.nextCursor).toBeNull();
  expect(labels(await fixture.manage('GET', '/sub-1/api-keys'))).toEqual(['b', 'c', 'd', 'e']);
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x']) {
    expectCode(await fixture.manage('GET', `/sub-1/api-keys?${query}`), 'PARAMS');
  }
});

test('a full page at the end of the list announces no further one', async () => {
  const fixture = await start();
  for (const label of ['a', 'b']) await fixture.create({ label });
  expect((await fixture.manage('GET', '/sub-1/api-keys?limit=2')).data.nextCursor).toBeNull();
});

test('key quota, per account; deleting makes room, expiring does not', async () => {
  const fixture = await start({ subAccounts: ['sub-1', 'sub-2'], settings: { keyQuota: 2 } });
  const first = await fixture.create({ ttlDays: 1 });
  await fixture.create();
  expectCode(await fixture.create(), 'KEY_QUOTA');
  expectCode(await fixture.create({}, 'sub-2'), 'OK');
  fixture.clock.ms += 2 * 86_400_000;
  expectCode(await fixture.create(), 'KEY_QUOTA');
  expectCode(await fixture.manage('DELETE', `/sub-1/api-keys/${first.data.id}`), 'OK');
  expectCode(await fixture.create(), 'OK');
});

test('a second factor', async () => {
  const fixture = await start({ settings: { mfaOperations: ['createKey', 'modifyKey'] } });
  expectCode(await fixture.create(), 'MFA_REQUIRED');
  expect(fixture.control.keys({ account: 'sub-1' })).toEqual([]);
  expectCode(await fixture.manage('GET', '/sub-1/api-keys'), 'OK');
});
