// What an address in a record is: one text for one origin, however the writer spelt it.
import * as ipaddr from 'ipaddr.js';
import { addressBits, type Cidr, cidrAround, type IpFamily } from '../cidr/cidr';
import { addressNumber } from '../cidr/known-range';

export interface SourceAddress {
  /** The one address. */
  readonly address: Cidr;
  /** `203.0.113.7`, or the /64 of an IPv6 address: whoever has one address of a /64 has all of them. */
  readonly origin: string;
}

const IPV6_ORIGIN_BITS = 64;

/** Undefined for what is no address. An IPv4-mapped IPv6 address is the IPv4 address. */
export function parseSourceAddress(text: string): SourceAddress | undefined {
  if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipv4(ipaddr.IPv4.parse(text)) : undefined;
  const native = withoutDottedTail(text);
  // a zone id means something on one machine only
  if (native === undefined || native.includes('%') || !ipaddr.IPv6.isValid(native)) return undefined;
  const parsed = ipaddr.IPv6.parse(native);
  if (parsed.isIPv4MappedAddress()) return ipv4(parsed.toIPv4Address());
  const address = single(6, parsed);
  return { address, origin: cidrAround(6, address.first, IPV6_ORIGIN_BITS).text };
}

function ipv4(parsed: ipaddr.IPv4): SourceAddress {
  return { address: single(4, parsed), origin: parsed.toString() };
}

function single(family: IpFamily, parsed: ipaddr.IPv4 | ipaddr.IPv6): Cidr {
  return cidrAround(family, addressNumber(parsed), addressBits(family));
}

/** ipaddr.js reads `::1.2.3.4` as `::ffff:1.2.3.4`, and `010` as 10; so the tail is written in hexadecimal first. */
function withoutDottedTail(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const tail = text.slice(start);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  const [a, b, c, d] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
