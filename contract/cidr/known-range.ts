// Ranges written in this source, read without the refusals that apply to ranges written by a user.
import * as ipaddr from 'ipaddr.js';
import { type Cidr, cidrAround } from './cidr';

/** A range that is a constant of this library, e.g. `2002::/16`, which `parseCidr` refuses from a user. */
export function knownRange(text: string): Cidr {
  const [address, prefixLength] = ipaddr.parseCIDR(text);
  return cidrAround(address.kind() === 'ipv4' ? 4 : 6, addressNumber(address), prefixLength);
}

/** An address that ipaddr.js has parsed, as a number. */
export function addressNumber(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
