// One origin for every spelling of an address: /64 of IPv6, the IPv4 address of a mapped one, nothing for what is no address.
import fc from 'fast-check';
import { containsCidr, parseCidr } from '../../../contract/cidr';
import { parseSourceAddress } from '../../../contract/watch/source-address';

const read = (text: string) => {
  const parsed = parseSourceAddress(text);
  return parsed && `${parsed.address.text} of ${parsed.origin}`;
};

test.each<[string, string]>([
  ['203.0.113.7', '203.0.113.7/32 of 203.0.113.7'],
  ['0.0.0.0', '0.0.0.0/32 of 0.0.0.0'],
  ['255.255.255.255', '255.255.255.255/32 of 255.255.255.255'],
  ['::ffff:203.0.113.7', '203.0.113.7/32 of 203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7/32 of 203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7/32 of 203.0.113.7'],
  ['::ffff:1.2.3.4', '1.2.3.4/32 of 1.2.3.4'],
  ['2001:db8:1:2::7', '2001:db8:1:2::7/128 of 2001:db8:1:2::/64'],
  ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:ffff:ffff:ffff:ffff/128 of 2001:db8:1:2::/64'],
  ['2001:db8:1:3::7', '2001:db8:1:3::7/128 of 2001:db8:1:3::/64'],
  ['::1', '::1/128 of ::/64'],
  // IPv4-compatible, not IPv4-mapped
  ['::1.2.3.4', '::102:304/128 of ::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107/128 of 64:ff9b::/64'],
  ['::fffe:1.2.3.4', '::fffe:102:304/128 of ::/64'],
])('%s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  ...['', 'nowhere', '203.0.113', '203.0.113.7.1', '203.0.113.256', '203.0.113.07', '0xcb.0.113.7', '3405803783'],
  ...[' 203.0.113.7', '203.0.113.7/32', '203.0.113.7:443', ':', ':::', '1::2::3', '2001:db8::/64', '[::1]'],
  ...['fe80::1%eth0', '::ffff:203.0.113.07', '::ffff:203.0.113', '::ffff:256.0.0.1', '1.2.3.4:5', '12345::'],
  ...['fe80::1%1.2.3.4', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3.4:5'],
])("'%s' is no address", (text) => {
  expect(parseSourceAddress(text)).toBeUndefined();
});

test('all addresses of a /64 are one origin, and of two /64 two', () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const groups = fc.array(group, { minLength: 4, maxLength: 4 });
  const text = (...parts: number[][]) =>
    parts
      .flat()
      .map((part) => part.toString(16))
      .join(':');
  // 2001::/16: no mapped address among them
  const network = groups.map(([, ...rest]) => [0x2001, ...rest]);
  fc.assert(
    fc.property(network, network, groups, groups, (one, other, low, high) => {
      const first = parseSourceAddress(text(one, low));
      expect(parseSourceAddress(text(one, high))?.origin).toBe(first?.origin);
      const same = one.every((part, index) => part === other[index]);
      expect(parseSourceAddress(text(other, low))?.origin === first?.origin).toBe(same);
    }),
    { numRuns: 50 },
  );
});

test('an IPv4 address is the same however it is carried, and lies in the same ranges', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      const dotted = `${a}.${b}.${c}.${d}`;
      const hex = [a, b, c, d].map((one) => one.toString(16).padStart(2, '0'));
      const plain = parseSourceAddress(dotted);
      expect(plain?.origin).toBe(dotted);
      expect(parseSourceAddress(`::ffff:${dotted}`)).toEqual(plain);
      expect(parseSourceAddress(`::ffff:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`)).toEqual(plain);
      expect(plain && containsCidr(parseCidr(`${dotted}/32`), plain.address)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
