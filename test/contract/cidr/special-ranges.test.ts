import fc from 'fast-check';
import * as ipaddr from 'ipaddr.js';
import {
  addressBits,
  addressText,
  type Cidr,
  checkAllowlistEntry,
  cidrAround,
  lastAddress,
} from '../../../contract/cidr';
import { SPECIAL_RANGES } from '../../../contract/cidr/special-ranges';
import { codeOf } from '../refusal';

const refuses = (cidr: Cidr) => codeOf(() => checkAllowlistEntry(cidr, { environment: 'prod' })) !== undefined;
const single = (family: 4 | 6, address: bigint) => cidrAround(family, address, addressBits(family));

/** Addresses anywhere, and at or next to an end of a special range. */
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((number) => single(4, number)),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((number) => single(6, number)),
  fc
    .tuple(fc.constantFrom(...SPECIAL_RANGES), fc.boolean(), fc.constantFrom(-1n, 0n, 1n))
    .map(([{ range }, low, step]) => ({
      family: range.family,
      number: (low ? range.first : lastAddress(range)) + step,
    }))
    .filter(({ family, number }) => number >= 0n && number < 1n << BigInt(addressBits(family)))
    .map(({ family, number }) => single(family, number)),
);

test('an address is refused exactly when ipaddr.js does not call it unicast, or it is no global IPv6 address', () => {
  fc.assert(
    fc.property(address, (cidr) => {
      const unicast = ipaddr.parse(addressText(cidr.family, cidr.first)).range() === 'unicast';
      const global = cidr.family === 4 || cidr.first >> 125n === 1n;
      expect(refuses(cidr)).toBe(!(unicast && global));
    }),
    { numRuns: 3000 },
  );
});

test.each(SPECIAL_RANGES.map(({ code, range }) => [range.text, code, range] as const))(
  '%s (%s): the range, its first, its last address and any range around it are refused',
  (_text, _code, range) => {
    expect(refuses(range)).toBe(true);
    expect(refuses(single(range.family, range.first))).toBe(true);
    expect(refuses(single(range.family, lastAddress(range)))).toBe(true);
    for (let prefixLength = range.prefixLength; prefixLength > 0; prefixLength--) {
      const policy = { environment: 'prod', minPrefixLengthV4: 1, minPrefixLengthV6: 1 };
      const around = cidrAround(range.family, range.first, prefixLength);
      expect(codeOf(() => checkAllowlistEntry(around, policy))).toMatch(/^ALLOWLIST_(?!PREFIX)/);
    }
  },
);
