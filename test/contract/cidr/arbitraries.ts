// Which ranges the properties are tried on: any of both families, and many that touch each other.
import fc from 'fast-check';
import { type Cidr, cidrAround } from '../../../contract/cidr';
import { EMBEDDING_RANGES } from '../../../contract/cidr/embedded-ipv4';
import { containsCidr } from '../../../contract/cidr/relations';

export const anyIpv4 = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefixLength]) => cidrAround(4, address, prefixLength));

/** Without those inside a range that carries IPv4 addresses, which no text stands for. */
export const anyIpv6 = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      fc
        .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), { minLength: 8, maxLength: 8 })
        .map((groups) => groups.reduce((number, group) => (number << 16n) | group, 0n)),
    ),
    fc.integer({ min: 0, max: 128 }),
  )
  .map(([address, prefixLength]) => cidrAround(6, address, prefixLength))
  .filter((cidr) => !EMBEDDING_RANGES.some(({ range }) => containsCidr(range, cidr)));

export const anyCidr: fc.Arbitrary<Cidr> = fc.oneof(anyIpv4, anyIpv6);

/** Ranges within 198.51.100.0/26: many are siblings, duplicates, or contain one another. */
export const smallIpv4 = fc
  .tuple(fc.bigInt({ min: 0n, max: 63n }), fc.integer({ min: 26, max: 32 }))
  .map(([offset, prefixLength]) => cidrAround(4, 0xc6336400n + offset, prefixLength));

/** Ranges of both families that lie close together. */
export const closeCidr: fc.Arbitrary<Cidr> = fc.oneof(
  smallIpv4,
  fc
    .tuple(fc.bigInt({ min: 0n, max: 15n }), fc.integer({ min: 44, max: 48 }))
    .map(([index, prefixLength]) => cidrAround(6, (0x20010db8n << 96n) | (index << 80n), prefixLength)),
  anyCidr,
);
