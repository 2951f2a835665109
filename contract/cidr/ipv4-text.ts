// Which texts are an IPv4 address: four decimal octets only, since tools disagree on what every other form means.
import * as ipaddr from 'ipaddr.js';
import { InputError } from '../errors';
import { quoted } from '../quoted';

const FOUR_OCTETS = "write four decimal octets such as '203.0.113.10'";

/**
 * The address as a number.
 * @throws InputError `CIDR_HEX`, `CIDR_OCTAL`, `CIDR_DECIMAL`, `CIDR_SHORTENED`, `CIDR_OCTET_OUT_OF_RANGE` or
 * `CIDR_MALFORMED`; `given` is the text as the user wrote it.
 */
export function parseIpv4Text(address: string, given: string): ipaddr.IPv4 {
  const refuse = (code: string, what: string): never => {
    throw new InputError(code, `${quoted(given)} ${what}; ${FOUR_OCTETS}`);
  };
  const parts = address.split('.');
  if (parts.every((part) => /^(0x[0-9a-f]+|\d+)$/i.test(part))) {
    if (parts.some((part) => /^0x/i.test(part))) refuse('CIDR_HEX', 'has a hexadecimal octet');
    const octal = parts.find((part) => /^0\d/.test(part));
    if (octal !== undefined) refuse('CIDR_OCTAL', `has the octet '${octal}', which some tools read as octal`);
    if (parts.length === 1) refuse('CIDR_DECIMAL', 'is a single number, not an address');
    if (parts.length < 4) refuse('CIDR_SHORTENED', `has ${parts.length} octets of 4`);
    const large = parts.find((part) => Number(part) > 255);
    if (large !== undefined) refuse('CIDR_OCTET_OUT_OF_RANGE', `has the octet '${large}', allowed are 0 to 255`);
  }
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) refuseMalformed(given);
  return ipaddr.IPv4.parse(address);
}

/**
 * Refuses text that is neither an address nor a range.
 * @throws InputError `CIDR_MALFORMED`.
 */
export function refuseMalformed(given: string): never {
  throw new InputError(
    'CIDR_MALFORMED',
    `${quoted(given)} is not an IP address or CIDR range; write one such as '203.0.113.10', '203.0.113.0/28' or '2600:1f18::/64'`,
  );
}
