// What a CIDR range is once parsed: family, first address, prefix length, and the one text it is written as.
import * as ipaddr from 'ipaddr.js';

/** 4 for IPv4, 6 for IPv6. */
export type IpFamily = 4 | 6;

/** A range of IP addresses without host bits. Frozen. It holds a bigint: log and publish `text`, not the object. */
export interface Cidr {
  readonly family: IpFamily;
  /** The lowest address of the range as a number. */
  readonly first: bigint;
  /** In bits: 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly prefixLength: number;
  /** Canonical: always with a prefix length, IPv6 compressed and in lower case, e.g. `2001:db8::/32`. */
  readonly text: string;
}

/** Bits in an address: 32 for IPv4, 128 for IPv6. */
export function addressBits(family: IpFamily): number {
  return family === 4 ? 32 : 128;
}

/** How many addresses the range holds: 1 for a /32 or a /128. */
export function addressCount(cidr: Cidr): bigint {
  return 1n << BigInt(addressBits(cidr.family) - cidr.prefixLength);
}

/** The highest address of the range as a number. */
export function lastAddress(cidr: Cidr): bigint {
  return cidr.first + addressCount(cidr) - 1n;
}

/** The range of that prefix length around an address; its host bits are dropped. */
export function cidrAround(family: IpFamily, address: bigint, prefixLength: number): Cidr {
  const hostBits = BigInt(addressBits(family) - prefixLength);
  const first = (address >> hostBits) << hostBits;
  return Object.freeze({ family, first, prefixLength, text: `${addressText(family, first)}/${prefixLength}` });
}

/** The canonical text, always with a prefix length; `parseCidr(formatCidr(cidr))` is the same range. */
export function formatCidr(cidr: Cidr): string {
  return cidr.text;
}

/** One address in canonical text: dotted decimal, or RFC 5952. */
export function addressText(family: IpFamily, address: bigint): string {
  const bytes: number[] = [];
  for (let shift = addressBits(family) - 8; shift >= 0; shift -= 8) {
    bytes.push(Number((address >> BigInt(shift)) & 0xffn));
  }
  return ipaddr.fromByteArray(bytes).toString();
}
