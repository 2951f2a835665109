// Which ranges no exchange can see as a source address, by kind, after the IANA special-purpose address registries.
import type { Cidr } from './cidr';
import { EMBEDDING_RANGES } from './embedded-ipv4';
import { knownRange } from './known-range';

/** A kind of address that is not on the public internet. */
export interface SpecialRange {
  /** The refusal's code, e.g. `ALLOWLIST_PRIVATE`. */
  readonly code: string;
  /** The kind as the message names it, e.g. `private`. */
  readonly kind: string;
  readonly range: Cidr;
}

/** The kind that environments other than production may use, since nobody owns these addresses. */
export const DOCUMENTATION = 'ALLOWLIST_DOCUMENTATION';

/** The kind that a local AWS API hands out as Elastic IPs. */
export const LOOPBACK = 'ALLOWLIST_LOOPBACK';

/** In the order they are named when a range touches several: the narrow kinds, then what surrounds them. */
export const SPECIAL_RANGES: readonly SpecialRange[] = [
  ...kind('ALLOWLIST_PRIVATE', 'private (RFC 1918)', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'),
  ...kind(LOOPBACK, 'loopback', '127.0.0.0/8', '::1/128'),
  ...kind('ALLOWLIST_LINK_LOCAL', 'link-local', '169.254.0.0/16', 'fe80::/10'),
  ...kind('ALLOWLIST_CGNAT', 'carrier-grade NAT', '100.64.0.0/10'),
  ...kind(DOCUMENTATION, 'documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  ...kind(DOCUMENTATION, 'documentation', '2001:db8::/32', '3fff::/20'),
  ...kind('ALLOWLIST_BENCHMARK', 'benchmark', '198.18.0.0/15', '2001:2::/48'),
  ...kind('ALLOWLIST_ORCHID', 'ORCHID and drone id', '2001:10::/28', '2001:20::/28', '2001:30::/28'),
  ...kind('ALLOWLIST_6TO4_RELAY', '6to4 relay anycast', '192.88.99.0/24'),
  ...kind('ALLOWLIST_AS112', 'AS112 name server', '192.31.196.0/24', '192.175.48.0/24'),
  ...kind('ALLOWLIST_AS112', 'AS112 name server', '2001:4:112::/48', '2620:4f:8000::/48'),
  ...kind('ALLOWLIST_AMT', 'automatic multicast tunneling', '192.52.193.0/24', '2001:3::/32'),
  ...EMBEDDING_RANGES.filter(({ code }) => code !== 'CIDR_IPV4_COMPATIBLE').flatMap(({ range }) =>
    kind('ALLOWLIST_IPV4_IN_IPV6', 'IPv4-in-IPv6', range.text),
  ),
  ...kind('ALLOWLIST_IETF_PROTOCOL', 'IETF protocol assignment', '192.0.0.0/24', '2001::/23'),
  ...kind('ALLOWLIST_UNIQUE_LOCAL', 'unique local', 'fc00::/7'),
  ...kind('ALLOWLIST_SITE_LOCAL', 'site-local (deprecated)', 'fec0::/10'),
  ...kind('ALLOWLIST_DISCARD', 'discard-only', '100::/64'),
  ...kind('ALLOWLIST_SEGMENT_ROUTING', 'segment routing', '5f00::/16'),
  ...kind('ALLOWLIST_MULTICAST', 'multicast', '224.0.0.0/4', 'ff00::/8'),
  ...kind('ALLOWLIST_UNSPECIFIED', 'unspecified', '0.0.0.0/8', '::/128'),
  ...kind('ALLOWLIST_BROADCAST', 'broadcast', '255.255.255.255/32'),
  ...kind('ALLOWLIST_RESERVED', 'reserved', '240.0.0.0/4', '::/3', '4000::/2', '8000::/1'),
];

function kind(code: string, name: string, ...ranges: string[]): SpecialRange[] {
  return ranges.map((range) => ({ code, kind: name, range: knownRange(range) }));
}
