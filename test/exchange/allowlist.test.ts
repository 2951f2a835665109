// Allowlists: the matching, and that the peer address of the socket decides.
import fc from 'fast-check';
import { isAllowed, isAllowlistEntry, peerAddress } from '../support/exchange/allowlist';
import { expectCode, MANAGER, STRANGER, TRADER, useExchange } from './fixture';

const start = useExchange();

test.each([
  ['203.0.113.7', true],
  ['203.0.113.0/24', true],
  ['0.0.0.0/0', true],
  ['2001:db8::1', true],
  ['2001:db8::/32', true],
  ['203.0.113', false],
  ['203.0.113.256', false],
  ['0x7f.1', false],
  ['010.0.0.1', false],
  ['203.0.113.0/33', false],
  ['203.0.113.0/', false],
  ['203.0.113.0/24/1', false],
  ['::ffff:203.0.113.7', false],
  ['::ffff:203.0.113.0/120', false],
  ['fe80::1%eth0', false],
  ['*', false],
  ['', false],
])('entry %j: %s', (entry, usable) => {
  expect(isAllowlistEntry(entry)).toBe(usable);
});

test.each([
  ['::ffff:127.0.7.1', '127.0.7.1'],
  ['fe80::1%lo', 'fe80::1'],
  ['127.0.7.1', '127.0.7.1'],
  [undefined, ''],
])('peer %j is %j', (address, peer) => {
  expect(peerAddress(address)).toBe(peer);
});

test('matching', () => {
  expect(isAllowed([], STRANGER)).toBe(true);
  expect(isAllowed(['203.0.113.0/24'], '203.0.113.255')).toBe(true);
  expect(isAllowed(['203.0.113.0/24'], '203.0.114.0')).toBe(false);
  expect(isAllowed(['2001:db8::/32'], '2001:db8:1::1')).toBe(true);
  expect(isAllowed(['2001:db8::/32'], '203.0.113.1')).toBe(false);
  expect(isAllowed(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
  expect(isAllowed(['0.0.0.0/0'], '')).toBe(false);
});

test('a single address allows itself and no other', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
      expect(isAllowed([one], other)).toBe(one === other);
    }),
  );
});

test('the address of the socket decides, whatever the headers say', async () => {
  const fixture = await start();
  const key = fixture.byHand({ ips: [TRADER, '127.0.8.0/24'] });
  expectCode(await fixture.read(key, TRADER), 'OK');
  expectCode(await fixture.read(key, '127.0.8.200'), 'OK');
  const refused = await fixture.read(key, STRANGER);
  expectCode(refused, 'IP_NOT_ALLOWED');
  expect(refused.msg).toContain(`request ip: ${STRANGER}`);
  const headers = { 'X-Forwarded-For': TRADER, 'X-Real-IP': TRADER, Forwarded: `for=${TRADER}` };
  expectCode(await fixture.client(key, STRANGER).call('GET', '/v1/account', { headers }), 'IP_NOT_ALLOWED');
});

test('keys are managed from the master key’s addresses only, and not with an unbound master key', async () => {
  const fixture = await start();
  const path = '/v1/sub-accounts/sub-1/api-keys';
  expectCode(await fixture.client(fixture.master, MANAGER).call('GET', path), 'OK');
  expectCode(await fixture.client(fixture.master, STRANGER).call('GET', path), 'IP_NOT_ALLOWED');
  const unbound = fixture.byHand({ account: 'master', permissions: ['Read', 'KeyManage'], ips: [] });
  expectCode(await fixture.client(unbound, STRANGER).call('GET', path), 'IP_NOT_ALLOWED');
  expectCode(await fixture.read(unbound, STRANGER), 'OK');
});

test('an exchange can forget its allowlists', async () => {
  const fixture = await start();
  const key = fixture.byHand({});
  fixture.control.configure({ enforceAllowlist: false });
  expectCode(await fixture.read(key, STRANGER), 'OK');
  fixture.control.configure({ enforceAllowlist: true });
  expectCode(await fixture.read(key, STRANGER), 'IP_NOT_ALLOWED');
});
