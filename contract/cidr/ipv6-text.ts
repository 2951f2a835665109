// Which texts are an IPv6 address: hexadecimal groups, without a zone id and without a dotted IPv4 tail.
import * as ipaddr from 'ipaddr.js';
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { cidrAround } from './cidr';
import { refuseEmbeddedIpv4 } from './embedded-ipv4';
import { refuseMalformed } from './ipv4-text';
import { addressNumber } from './known-range';

/**
 * The address as ipaddr.js holds it.
 * @throws InputError `CIDR_ZONE_ID`, `CIDR_DOTTED_IPV6`, `CIDR_MALFORMED`, or the code of a range that carries IPv4
 * addresses; `given` is the text as the user wrote it.
 */
export function parseIpv6Text(address: string, given: string): ipaddr.IPv6 {
  const zone = address.indexOf('%');
  if (zone >= 0) {
    throw new InputError(
      'CIDR_ZONE_ID',
      `${quoted(given)} has the zone id ${quoted(address.slice(zone))}, which means something on one machine only; remove it`,
    );
  }
  if (address.includes('.')) return refuseDottedTail(address, given);
  if (!ipaddr.IPv6.isValid(address)) refuseMalformed(given);
  return ipaddr.IPv6.parse(address);
}

/** ipaddr.js reads `::1.2.3.4` as `::ffff:1.2.3.4`, and `010` as 10; so the tail is written in hexadecimal first. */
function refuseDottedTail(address: string, given: string): never {
  const tailStart = address.lastIndexOf(':') + 1;
  const tail = address.slice(tailStart);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) refuseMalformed(given);
  const [a, b, c, d] = ipaddr.IPv4.parse(tail).octets;
  const native = `${address.slice(0, tailStart)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  if (!ipaddr.IPv6.isValid(native)) refuseMalformed(given);
  const parsed = ipaddr.IPv6.parse(native);
  refuseEmbeddedIpv4(cidrAround(6, addressNumber(parsed), 128), given);
  throw new InputError(
    'CIDR_DOTTED_IPV6',
    `${quoted(given)} has its last 32 bits in dotted decimal; write the address '${parsed.toString()}'`,
  );
}
