import { isIP, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { formatCidr, parseCidr, sameCidr } from '../../../contract/cidr';
import { codeOf, refusalOf } from '../refusal';
import { anyCidr } from './arbitraries';

describe('a range is read as', () => {
  test.each([
    ['203.0.113.10', '203.0.113.10/32'],
    ['203.0.113.16/28', '203.0.113.16/28'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2600:1f18::1', '2600:1f18::1/128'],
    ['2600:1F18:0:0:0:0:0:0/64', '2600:1f18::/64'],
    ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['::', '::/128'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['::/127', '::/127'],
    ['fe80::/10', 'fe80::/10'],
  ])('%s as %s', (text, canonical) => {
    expect(parseCidr(text).text).toBe(canonical);
  });

  test('an immutable object', () => {
    const cidr = parseCidr('203.0.113.16/28');
    expect(cidr).toEqual({ family: 4, first: 0xcb007110n, prefixLength: 28, text: '203.0.113.16/28' });
    expect(Object.isFrozen(cidr)).toBe(true);
  });
});

const MALFORMED =
  "is not an IP address or CIDR range; write one such as '203.0.113.10', '203.0.113.0/28' or '2600:1f18::/64'";
const FOUR_OCTETS = "write four decimal octets such as '203.0.113.10'";
const IPV4_INSTEAD = 'write the IPv4 address that the exchange sees';

describe('refused is', () => {
  test.each([
    ['', 'CIDR_MALFORMED', `'' ${MALFORMED}`],
    ['/24', 'CIDR_MALFORMED', `'/24' ${MALFORMED}`],
    ['bybit.com', 'CIDR_MALFORMED', `'bybit.com' ${MALFORMED}`],
    ['1.2.3.4.5', 'CIDR_MALFORMED', `'1.2.3.4.5' ${MALFORMED}`],
    ['1..2.3', 'CIDR_MALFORMED', `'1..2.3' ${MALFORMED}`],
    ['1.2.3.4/24/24', 'CIDR_MALFORMED', `'1.2.3.4/24/24' ${MALFORMED}`],
    ['1.2.3.-4', 'CIDR_MALFORMED', `'1.2.3.-4' ${MALFORMED}`],
    ['1.2.3.4,5.6.7.8', 'CIDR_MALFORMED', `'1.2.3.4,5.6.7.8' ${MALFORMED}`],
    ['1.2.3.\u0664', 'CIDR_MALFORMED', `'1.2.3.\\u0664' ${MALFORMED}`],
    [':::', 'CIDR_MALFORMED', `':::' ${MALFORMED}`],
    ['1:2:3', 'CIDR_MALFORMED', `'1:2:3' ${MALFORMED}`],
    ['1::2::3', 'CIDR_MALFORMED', `'1::2::3' ${MALFORMED}`],
    ['12345::', 'CIDR_MALFORMED', `'12345::' ${MALFORMED}`],
    ['1:2:3:4:5:6:7:8::', 'CIDR_MALFORMED', `'1:2:3:4:5:6:7:8::' ${MALFORMED}`],
    ['[2600::1]', 'CIDR_MALFORMED', `'[2600::1]' ${MALFORMED}`],
    ['::ffff:1.2.3', 'CIDR_MALFORMED', `'::ffff:1.2.3' ${MALFORMED}`],
    ['::ffff:010.2.3.4', 'CIDR_MALFORMED', `'::ffff:010.2.3.4' ${MALFORMED}`],
    ['1::2::1.2.3.4', 'CIDR_MALFORMED', `'1::2::1.2.3.4' ${MALFORMED}`],
    ['010.0.0.1', 'CIDR_OCTAL', `'010.0.0.1' has the octet '010', which some tools read as octal; ${FOUR_OCTETS}`],
    ['1.2.3.08/32', 'CIDR_OCTAL', `'1.2.3.08/32' has the octet '08', which some tools read as octal; ${FOUR_OCTETS}`],
    ['10.1', 'CIDR_SHORTENED', `'10.1' has 2 octets of 4; ${FOUR_OCTETS}`],
    ['10.0.1/24', 'CIDR_SHORTENED', `'10.0.1/24' has 3 octets of 4; ${FOUR_OCTETS}`],
    ['0x7f.1', 'CIDR_HEX', `'0x7f.1' has a hexadecimal octet; ${FOUR_OCTETS}`],
    ['0X7F000001', 'CIDR_HEX', `'0X7F000001' has a hexadecimal octet; ${FOUR_OCTETS}`],
    ['2130706433', 'CIDR_DECIMAL', `'2130706433' is a single number, not an address; ${FOUR_OCTETS}`],
    ['10/8', 'CIDR_DECIMAL', `'10/8' is a single number, not an address; ${FOUR_OCTETS}`],
    ['1.2.3.256', 'CIDR_OCTET_OUT_OF_RANGE', `'1.2.3.256' has the octet '256', allowed are 0 to 255; ${FOUR_OCTETS}`],
    [' 1.2.3.4', 'CIDR_WHITESPACE', "' 1.2.3.4' has whitespace in it; remove it, one range per entry"],
    ['1.2.3.4\n', 'CIDR_WHITESPACE', "'1.2.3.4\\u000a' has whitespace in it; remove it, one range per entry"],
    ['1.2.3.4 /32', 'CIDR_WHITESPACE', "'1.2.3.4 /32' has whitespace in it; remove it, one range per entry"],
    [
      'fe80::1%eth0',
      'CIDR_ZONE_ID',
      "'fe80::1%eth0' has the zone id '%eth0', which means something on one machine only; remove it",
    ],
    [
      '1.2.3.4/33',
      'CIDR_PREFIX_OUT_OF_RANGE',
      "'1.2.3.4/33' has the prefix length '33', which is more than IPv4 has bits; write a whole number from 0 to 32",
    ],
    [
      '::1/129',
      'CIDR_PREFIX_OUT_OF_RANGE',
      "'::1/129' has the prefix length '129', which is more than IPv6 has bits; write a whole number from 0 to 128",
    ],
    [
      '1.2.3.4/-1',
      'CIDR_PREFIX_SIGN',
      "'1.2.3.4/-1' has the prefix length '-1', which has a sign; write a whole number from 0 to 32",
    ],
    [
      '1.2.3.4/+32',
      'CIDR_PREFIX_SIGN',
      "'1.2.3.4/+32' has the prefix length '+32', which has a sign; write a whole number from 0 to 32",
    ],
    [
      '10.0.0.0/08',
      'CIDR_PREFIX_LEADING_ZERO',
      "'10.0.0.0/08' has the prefix length '08', which has a leading zero; write a whole number from 0 to 32",
    ],
    [
      '0.0.0.0/00',
      'CIDR_PREFIX_LEADING_ZERO',
      "'0.0.0.0/00' has the prefix length '00', which has a leading zero; write a whole number from 0 to 32",
    ],
    [
      '10.0.0.0/255.0.0.0',
      'CIDR_PREFIX_MALFORMED',
      "'10.0.0.0/255.0.0.0' has the prefix length '255.0.0.0', which is not a number; write a whole number from 0 to 32",
    ],
    [
      '1.2.3.4/',
      'CIDR_PREFIX_MALFORMED',
      "'1.2.3.4/' has the prefix length '', which is not a number; write a whole number from 0 to 32",
    ],
    [
      '10.0.0.5/24',
      'CIDR_HOST_BITS_SET',
      "'10.0.0.5/24' has host bits set; write '10.0.0.0/24' for the range or '10.0.0.5/32' for the address",
    ],
    [
      '2600:1F18::1/64',
      'CIDR_HOST_BITS_SET',
      "'2600:1F18::1/64' has host bits set; write '2600:1f18::/64' for the range or '2600:1f18::1/128' for the address",
    ],
    [
      '2600::1.2.3.4',
      'CIDR_DOTTED_IPV6',
      "'2600::1.2.3.4' has its last 32 bits in dotted decimal; write the address '2600::102:304'",
    ],
    [
      '::ffff:1.2.3.4',
      'CIDR_IPV4_MAPPED',
      `'::ffff:1.2.3.4' is an IPv4-mapped address (::ffff:0:0/96), which never travels on a network; ${IPV4_INSTEAD}`,
    ],
    [
      '::FFFF:102:304/128',
      'CIDR_IPV4_MAPPED',
      `'::FFFF:102:304/128' is an IPv4-mapped address (::ffff:0:0/96), which never travels on a network; ${IPV4_INSTEAD}`,
    ],
    [
      '::1.2.3.4',
      'CIDR_IPV4_COMPATIBLE',
      `'::1.2.3.4' is an IPv4-compatible address (::/96), which is deprecated and not routed; ${IPV4_INSTEAD}`,
    ],
    [
      '::2',
      'CIDR_IPV4_COMPATIBLE',
      `'::2' is an IPv4-compatible address (::/96), which is deprecated and not routed; ${IPV4_INSTEAD}`,
    ],
    [
      '::ffff:0:102:304',
      'CIDR_IPV4_TRANSLATED',
      `'::ffff:0:102:304' is an IPv4-translated address (::ffff:0:0:0/96), which exists inside translators only; ${IPV4_INSTEAD}`,
    ],
    [
      '64:ff9b::1.2.3.4',
      'CIDR_NAT64',
      `'64:ff9b::1.2.3.4' is a NAT64 address (64:ff9b::/96), which is translated to IPv4 before it reaches an exchange; ${IPV4_INSTEAD}`,
    ],
    [
      '64:ff9b:1::/64',
      'CIDR_NAT64',
      `'64:ff9b:1::/64' is a NAT64 address (64:ff9b:1::/48), which is translated to IPv4 before it reaches an exchange; ${IPV4_INSTEAD}`,
    ],
    [
      '2002:102:304::/48',
      'CIDR_6TO4',
      `'2002:102:304::/48' is a 6to4 address (2002::/16), which is an IPv4 tunnel that no AWS service uses; ${IPV4_INSTEAD}`,
    ],
    [
      '2001:0:102:304::',
      'CIDR_TEREDO',
      `'2001:0:102:304::' is a Teredo address (2001::/32), which is an IPv4 tunnel that no AWS service uses; ${IPV4_INSTEAD}`,
    ],
  ])('%j with %s', (text, code, message) => {
    expect(refusalOf(() => parseCidr(text))).toEqual({ code, message });
  });

  test('a text that is too long to repeat in full', () => {
    expect(refusalOf(() => parseCidr('x'.repeat(10_000))).message).toBe(`'${'x'.repeat(80)}...' ${MALFORMED}`);
  });
});

describe('for any range', () => {
  test('its text is read as the same range', () => {
    fc.assert(
      fc.property(anyCidr, (cidr) => {
        expect(sameCidr(parseCidr(formatCidr(cidr)), cidr)).toBe(true);
      }),
    );
  });

  test('normalising is idempotent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        fc.pre(codeOf(() => parseCidr(address)) === undefined);
        const once = parseCidr(address).text;
        expect(parseCidr(once).text).toBe(once);
      }),
    );
  });

  test('an IPv6 address is written as URLs write it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(codeOf(() => parseCidr(address)) === undefined);
        expect(`[${parseCidr(address).text.replace('/128', '')}]`).toBe(new URL(`http://[${address}]`).hostname);
      }),
    );
  });
});

describe('for any text', () => {
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdfxF:::...%/- '), maxLength: 24 }),
    fc
      .array(fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('00', '0x1', '')), { maxLength: 5 })
      .map((octets) => octets.join('.')),
    fc.array(fc.constantFrom('0', '1', 'ffff', '', '00001', 'g'), { maxLength: 9 }).map((groups) => groups.join(':')),
  );

  test('what is read, the runtime takes for an address of the same family', () => {
    fc.assert(
      fc.property(text, (given) => {
        if (codeOf(() => parseCidr(given)) !== undefined) return;
        expect(isIP(given.split('/')[0])).toBe(parseCidr(given).family);
      }),
      { numRuns: 2000 },
    );
  });

  test('what the runtime takes for an IPv4 address is read', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(codeOf(() => parseCidr(given)) === undefined || !isIPv4(given)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
