// Permissions exactly as declared, allowlists that hold our addresses: everything else is refused.
import fc from 'fast-check';
import { parseCidr } from '../../../contract/cidr';
import { checkAddresses, checkPermissions } from '../../../runtime/keys/key-facts';

const facts = (permissions: readonly string[], allowlist: readonly string[]) => ({ permissions, allowlist });
const code = (check: () => unknown): string | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const names = fc.uniqueArray(fc.constantFrom('Read', 'SpotTrade', 'DerivTrade', 'Transfer', 'Withdraw', 'withdraw'));

test('permissions: accepted exactly when both sets are equal', () => {
  fc.assert(
    fc.property(names, names, (given, declared) => {
      const extra = given.some((name) => !declared.includes(name));
      const missing = declared.some((name) => !given.includes(name));
      const wanted = extra ? 'KEY_PERMISSIONS_EXCESSIVE' : missing ? 'KEY_PERMISSIONS_MISSING' : undefined;
      expect(code(() => checkPermissions('prod-bot-a', facts(given, []), declared))).toBe(wanted);
    }),
  );
});

const address = fc.tuple(fc.nat(3), fc.nat(255)).map(([c, d]) => `198.51.${c}.${d}`);

test('addresses: accepted exactly when each of ours is in some entry; what else is in them is a warning', () => {
  const entries = fc.array(
    fc.oneof(
      address,
      address.map((one) => `${one}/32`),
    ),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(entries, fc.uniqueArray(address, { minLength: 1, maxLength: 3 }), (allowlist, ours) => {
      const has = new Set(allowlist.map((entry) => entry.replace('/32', '')));
      const missing = ours.some((one) => !has.has(one));
      const cidrs = ours.map(parseCidr);
      let warnings: string[] = [];
      const refused = code(() => {
        warnings = checkAddresses('prod-bot-a', facts([], allowlist), cidrs);
      });
      expect(refused).toBe(missing ? 'KEY_ALLOWLIST_INCOMPLETE' : undefined);
      if (!missing) expect(warnings).toHaveLength([...has].every((one) => ours.includes(one)) ? 0 : 1);
    }),
  );
});

test.each([
  ['no entry', [], 'KEY_NOT_BOUND'],
  ['a star', ['*'], 'KEY_NOT_BOUND'],
  ['a star among others', ['198.51.100.1', '*'], 'KEY_NOT_BOUND'],
  ['all of IPv4', ['0.0.0.0/0'], 'KEY_NOT_BOUND'],
  ['all of IPv4 in two halves', ['0.0.0.0/1', '128.0.0.0/1'], 'KEY_NOT_BOUND'],
  ['all of IPv6 beside our address', ['198.51.100.1', '::/0'], 'KEY_NOT_BOUND'],
  ['a name', ['198.51.100.1', 'office.example'], 'KEY_ALLOWLIST_UNREADABLE'],
  ['a shortened address', ['198.51.100'], 'KEY_ALLOWLIST_UNREADABLE'],
  ['half of our block', ['198.51.100.0/25'], 'KEY_ALLOWLIST_INCOMPLETE'],
])('%s is refused', (_, allowlist, wanted) => {
  const ours = [parseCidr('198.51.100.0/24')];
  expect(code(() => checkAddresses('prod-bot-a', facts([], allowlist), ours))).toBe(wanted);
});

test('a block in two halves is our block; a wider one holds foreign addresses', () => {
  const ours = [parseCidr('198.51.100.0/24')];
  expect(checkAddresses('prod-bot-a', facts([], ['198.51.100.0/25', '198.51.100.128/25']), ours)).toEqual([]);
  expect(checkAddresses('prod-bot-a', facts([], ['198.51.0.0/16']), ours)).toEqual([
    expect.stringContaining('198.51.0.0/16'),
  ]);
});
