// Which texts are a range of addresses: what any two tools would read the same way, and nothing else.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { addressBits, addressText, type Cidr, cidrAround, type IpFamily } from './cidr';
import { refuseEmbeddedIpv4 } from './embedded-ipv4';
import { parseIpv4Text, refuseMalformed } from './ipv4-text';
import { parseIpv6Text } from './ipv6-text';
import { addressNumber } from './known-range';

/**
 * Reads an IPv4 or IPv6 range; a bare address is a /32 or a /128. Says nothing about whether an exchange may see the
 * range: see `checkAllowlistEntry`.
 * @throws InputError `CIDR_WHITESPACE`, `CIDR_MALFORMED`, `CIDR_HEX`, `CIDR_OCTAL`, `CIDR_DECIMAL`, `CIDR_SHORTENED`,
 * `CIDR_OCTET_OUT_OF_RANGE`, `CIDR_ZONE_ID`, `CIDR_DOTTED_IPV6`, `CIDR_PREFIX_SIGN`, `CIDR_PREFIX_LEADING_ZERO`,
 * `CIDR_PREFIX_MALFORMED`, `CIDR_PREFIX_OUT_OF_RANGE`, `CIDR_HOST_BITS_SET`, or the code of an IPv6 range that carries
 * IPv4 addresses: `CIDR_IPV4_MAPPED`, `CIDR_IPV4_TRANSLATED`, `CIDR_IPV4_COMPATIBLE`, `CIDR_NAT64`, `CIDR_6TO4`,
 * `CIDR_TEREDO`.
 */
export function parseCidr(text: string): Cidr {
  if (/\s/.test(text)) {
    throw new InputError('CIDR_WHITESPACE', `${quoted(text)} has whitespace in it; remove it, one range per entry`);
  }
  const [address, prefix, ...more] = text.split('/');
  if (more.length > 0) refuseMalformed(text);
  const family: IpFamily = address.includes(':') ? 6 : 4;
  const parsed = family === 6 ? parseIpv6Text(address, text) : parseIpv4Text(address, text);
  const number = addressNumber(parsed);
  const cidr = cidrAround(family, number, prefixLengthOf(prefix, family, text));
  if (cidr.first !== number) {
    throw new InputError(
      'CIDR_HOST_BITS_SET',
      `${quoted(text)} has host bits set; write '${cidr.text}' for the range or ` +
        `'${addressText(family, number)}/${addressBits(family)}' for the address`,
    );
  }
  if (family === 6) refuseEmbeddedIpv4(cidr, text);
  return cidr;
}

function prefixLengthOf(prefix: string | undefined, family: IpFamily, given: string): number {
  const most = addressBits(family);
  if (prefix === undefined) return most;
  const refuse = (code: string, what: string): never => {
    throw new InputError(
      code,
      `${quoted(given)} has the prefix length ${quoted(prefix)}, ${what}; write a whole number from 0 to ${most}`,
    );
  };
  if (/^[+-]\d+$/.test(prefix)) refuse('CIDR_PREFIX_SIGN', 'which has a sign');
  if (!/^\d+$/.test(prefix)) refuse('CIDR_PREFIX_MALFORMED', 'which is not a number');
  if (/^0\d/.test(prefix)) refuse('CIDR_PREFIX_LEADING_ZERO', 'which has a leading zero');
  if (Number(prefix) > most) refuse('CIDR_PREFIX_OUT_OF_RANGE', `which is more than IPv${family} has bits`);
  return Number(prefix);
}
