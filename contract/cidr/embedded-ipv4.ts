// Which IPv6 ranges carry IPv4 addresses: an exchange never sees them as a source, so a user who wrote one means IPv4.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import type { Cidr } from './cidr';
import { knownRange } from './known-range';
import { containsCidr } from './relations';

/** An IPv6 range whose addresses stand for IPv4 addresses. */
export interface EmbeddingRange {
  readonly code: string;
  readonly range: Cidr;
  readonly name: string;
  /** Why its addresses are of no use, to follow "which". */
  readonly why: string;
}

/** `::` and `::1` lie in the IPv4-compatible range but are the unspecified and the loopback address. */
const NOT_COMPATIBLE = knownRange('::/127');

/** Every such range of the IANA registry of special-purpose IPv6 addresses, and the deprecated compatible one. */
export const EMBEDDING_RANGES: readonly EmbeddingRange[] = [
  embedding('CIDR_IPV4_MAPPED', '::ffff:0:0/96', 'an IPv4-mapped address', 'never travels on a network'),
  embedding('CIDR_IPV4_TRANSLATED', '::ffff:0:0:0/96', 'an IPv4-translated address', 'exists inside translators only'),
  embedding('CIDR_NAT64', '64:ff9b::/96', 'a NAT64 address', 'is translated to IPv4 before it reaches an exchange'),
  embedding('CIDR_NAT64', '64:ff9b:1::/48', 'a NAT64 address', 'is translated to IPv4 before it reaches an exchange'),
  embedding('CIDR_6TO4', '2002::/16', 'a 6to4 address', 'is an IPv4 tunnel that no AWS service uses'),
  embedding('CIDR_TEREDO', '2001::/32', 'a Teredo address', 'is an IPv4 tunnel that no AWS service uses'),
  embedding('CIDR_IPV4_COMPATIBLE', '::/96', 'an IPv4-compatible address', 'is deprecated and not routed'),
];

/**
 * Refuses a range inside one that carries IPv4 addresses.
 * @throws InputError with the code of the range, e.g. `CIDR_IPV4_MAPPED`.
 */
export function refuseEmbeddedIpv4(cidr: Cidr, given: string): void {
  if (containsCidr(NOT_COMPATIBLE, cidr)) return;
  const embedding = EMBEDDING_RANGES.find(({ range }) => containsCidr(range, cidr));
  if (embedding === undefined) return;
  const { code, name, range, why } = embedding;
  throw new InputError(
    code,
    `${quoted(given)} is ${name} (${range.text}), which ${why}; write the IPv4 address that the exchange sees`,
  );
}

function embedding(code: string, range: string, name: string, why: string): EmbeddingRange {
  return { code, range: knownRange(range), name, why };
}
