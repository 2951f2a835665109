import fc from 'fast-check';
import { addressCount, addressText, cidrAround, formatCidr, lastAddress, parseCidr } from '../../../contract/cidr';
import { anyCidr } from './arbitraries';

test.each([
  ['203.0.113.10', 1n],
  ['203.0.113.0/28', 16n],
  ['0.0.0.0/0', 2n ** 32n],
  ['2600::1', 1n],
  ['2600::/64', 2n ** 64n],
  ['::/0', 2n ** 128n],
])('%s holds %s addresses', (text, count) => {
  expect(addressCount(parseCidr(text))).toBe(count);
});

test('the last address of a range', () => {
  expect(addressText(4, lastAddress(parseCidr('203.0.113.16/28')))).toBe('203.0.113.31');
  expect(addressText(6, lastAddress(parseCidr('2600::/64')))).toBe('2600::ffff:ffff:ffff:ffff');
});

test('the range around an address has no host bits', () => {
  expect(cidrAround(4, 0xcb00711fn, 28).text).toBe('203.0.113.16/28');
  expect(formatCidr(cidrAround(6, 1n, 0))).toBe('::/0');
});

test('from the first to the last address there are as many as the range holds', () => {
  fc.assert(
    fc.property(anyCidr, (cidr) => {
      expect(lastAddress(cidr) - cidr.first + 1n).toBe(addressCount(cidr));
      expect(cidrAround(cidr.family, lastAddress(cidr), cidr.prefixLength)).toEqual(cidr);
    }),
  );
});
