import fc from 'fast-check';
import {
  addressCount,
  compareCidrs,
  containsCidr,
  lastAddress,
  overlaps,
  parseCidr,
  sameCidr,
} from '../../../contract/cidr';
import { closeCidr } from './arbitraries';

const contains = (outer: string, inner: string) => containsCidr(parseCidr(outer), parseCidr(inner));

test.each([
  ['203.0.113.0/24', '203.0.113.10', true],
  ['203.0.113.0/24', '203.0.113.0/24', true],
  ['203.0.113.10', '203.0.113.0/24', false],
  ['203.0.113.0/24', '203.0.112.0/24', false],
  ['0.0.0.0/0', '::/0', false],
  ['::/0', '0.0.0.0/0', false],
  ['2600::/16', '2600:1f18::/64', true],
])('%s contains %s: %s', (outer, inner, expected) => {
  expect(contains(outer, inner)).toBe(expected);
});

test('sorted: IPv4 before IPv6, then by address, then the larger range', () => {
  const sorted = [
    '9.0.0.0/8',
    '10.0.0.0/8',
    '10.0.0.0/16',
    '10.0.0.0/32',
    '10.1.0.0/16',
    '::/0',
    '2600::/16',
    '2600::/32',
  ];
  const shuffled = [...sorted].reverse().map(parseCidr).sort(compareCidrs);
  expect(shuffled.map((cidr) => cidr.text)).toEqual(sorted);
});

test('the same range however it is written', () => {
  expect(sameCidr(parseCidr('2600:0::1'), parseCidr('2600:0:0:0:0:0:0:1/128'))).toBe(true);
  expect(sameCidr(parseCidr('0.0.0.0/1'), parseCidr('::/1'))).toBe(false);
});

test('compare is a total order', () => {
  fc.assert(
    fc.property(closeCidr, closeCidr, closeCidr, (a, b, c) => {
      expect(compareCidrs(a, a)).toBe(0);
      expect(Math.sign(compareCidrs(a, b)) + Math.sign(compareCidrs(b, a))).toBe(0);
      expect(compareCidrs(a, b) === 0).toBe(a.text === b.text);
      if (compareCidrs(a, b) <= 0 && compareCidrs(b, c) <= 0) expect(compareCidrs(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('contains is a partial order', () => {
  fc.assert(
    fc.property(closeCidr, closeCidr, closeCidr, (a, b, c) => {
      expect(containsCidr(a, a)).toBe(true);
      if (containsCidr(a, b) && containsCidr(b, a)) expect(sameCidr(a, b)).toBe(true);
      if (containsCidr(a, b) && containsCidr(b, c)) expect(containsCidr(a, c)).toBe(true);
      if (containsCidr(a, b)) expect(addressCount(a) >= addressCount(b)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('two ranges overlap exactly when their intervals do', () => {
  fc.assert(
    fc.property(closeCidr, closeCidr, (a, b) => {
      const share = a.family === b.family && a.first <= lastAddress(b) && b.first <= lastAddress(a);
      expect(overlaps(a, b)).toBe(share);
      expect(overlaps(b, a)).toBe(share);
    }),
    { numRuns: 500 },
  );
});
