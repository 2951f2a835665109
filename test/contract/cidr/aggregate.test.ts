import fc from 'fast-check';
import { aggregateCidrs, type Cidr, type IpFamily, lastAddress, parseCidr } from '../../../contract/cidr';
import { anyCidr, closeCidr, smallIpv4 } from './arbitraries';

const aggregate = (...texts: string[]) => aggregateCidrs(texts.map(parseCidr)).map((cidr) => cidr.text);

test.each([
  [[], []],
  [['203.0.113.10'], ['203.0.113.10/32']],
  [['203.0.113.11', '203.0.113.10'], ['203.0.113.10/31']],
  [
    ['203.0.113.11', '203.0.113.12'],
    ['203.0.113.11/32', '203.0.113.12/32'],
  ],
  [['203.0.113.0/25', '203.0.113.128/25', '203.0.113.10'], ['203.0.113.0/24']],
  [['203.0.113.0/26', '203.0.113.64/26', '203.0.113.128/26', '203.0.113.192/26'], ['203.0.113.0/24']],
  [
    ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'],
    ['0.0.0.0/0', '::/0'],
  ],
  [['::', '::1'], ['::/127']],
  [
    ['2600:0:0:1::/64', '203.0.113.10', '2600::/64'],
    ['203.0.113.10/32', '2600::/63'],
  ],
])('%j becomes %j', (given, expected) => {
  expect(aggregate(...given)).toEqual(expected);
});

/** The addresses as the fewest intervals: sorted, disjoint, with a gap between any two. */
function intervals(cidrs: readonly Cidr[], family: IpFamily): [bigint, bigint][] {
  const union: [bigint, bigint][] = [];
  const sorted = cidrs.filter((cidr) => cidr.family === family).sort((a, b) => (a.first < b.first ? -1 : 1));
  for (const cidr of sorted) {
    const last = union.at(-1);
    if (last !== undefined && cidr.first <= last[1] + 1n) {
      if (lastAddress(cidr) > last[1]) last[1] = lastAddress(cidr);
    } else {
      union.push([cidr.first, lastAddress(cidr)]);
    }
  }
  return union;
}

/** How many ranges an interval needs: from the left, the largest aligned one that fits. */
function rangesNeeded([from, to]: [bigint, bigint]): number {
  let needed = 0;
  for (let next = from; next <= to; needed++) {
    let size = 1n;
    while (next % (size * 2n) === 0n && next + size * 2n - 1n <= to) size *= 2n;
    next += size;
  }
  return needed;
}

function addresses(cidrs: readonly Cidr[]): bigint[] {
  const all = new Set<bigint>();
  for (const cidr of cidrs) for (let next = cidr.first; next <= lastAddress(cidr); next++) all.add(next);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}

describe('for any list', () => {
  test('small ranges keep every address and gain none', () => {
    fc.assert(
      fc.property(fc.array(smallIpv4, { maxLength: 24 }), (cidrs) => {
        expect(addresses(aggregateCidrs(cidrs))).toEqual(addresses(cidrs));
      }),
    );
  });

  test('the intervals of addresses are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(closeCidr, anyCidr), { maxLength: 24 }), (cidrs) => {
        const aggregated = aggregateCidrs(cidrs);
        expect(intervals(aggregated, 4)).toEqual(intervals(cidrs, 4));
        expect(intervals(aggregated, 6)).toEqual(intervals(cidrs, 6));
      }),
    );
  });

  test('no shorter list covers the same addresses', () => {
    fc.assert(
      fc.property(fc.array(closeCidr, { maxLength: 24 }), (cidrs) => {
        const needed = [...intervals(cidrs, 4), ...intervals(cidrs, 6)].map(rangesNeeded).reduce((a, b) => a + b, 0);
        expect(aggregateCidrs(cidrs)).toHaveLength(needed);
      }),
    );
  });

  test('order and duplicates do not matter', () => {
    const shuffled = fc
      .array(closeCidr, { maxLength: 12 })
      .chain((cidrs) =>
        fc.tuple(fc.constant(cidrs), fc.shuffledSubarray([...cidrs, ...cidrs], { minLength: cidrs.length * 2 })),
      );
    fc.assert(
      fc.property(shuffled, ([cidrs, others]) => {
        expect(aggregateCidrs(others)).toEqual(aggregateCidrs(cidrs));
      }),
    );
  });

  test('what is aggregated cannot be aggregated further, and can be read again', () => {
    fc.assert(
      fc.property(fc.array(closeCidr, { maxLength: 24 }), (cidrs) => {
        const aggregated = aggregateCidrs(cidrs);
        expect(aggregateCidrs(aggregated)).toEqual(aggregated);
        expect(aggregated.map((cidr) => parseCidr(cidr.text))).toEqual(aggregated);
      }),
    );
  });
});
