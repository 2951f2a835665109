// Which addresses are ours: ranges of both families, read again every five minutes, verdicts that follow the ranges.
import { parseCidr } from '../../../contract/cidr';
import { OurNetwork } from '../../../runtime/watch/our-network';
import { MINUTE, NOW, OURS, RANGES, THEIRS } from './support/pure-watch';

let ranges: readonly string[];
let reads: number;
let network: OurNetwork;
beforeEach(() => {
  ranges = RANGES;
  reads = 0;
  network = new OurNetwork(async () => {
    reads++;
    return ranges.map(parseCidr);
  });
});

test.each<[string, string, boolean]>([
  ['198.51.100.0', '198.51.100.0', true],
  ['198.51.100.255', '198.51.100.255', true],
  ['198.51.101.0', '198.51.101.0', false],
  ['198.51.99.255', '198.51.99.255', false],
  ['::ffff:198.51.100.7', '198.51.100.7', true],
  ['2001:db8:1:ffff::7', '2001:db8:1:ffff::/64', true],
  ['2001:db8:2::7', '2001:db8:2::/64', false],
  // compatible addresses are no IPv4 addresses
  ['::198.51.100.7', '::/64', false],
])('%s is of %s, ours: %s', async (address, origin, ours) => {
  await network.refresh(NOW);
  // the second time it is remembered
  for (let time = 0; time < 2; time++) expect(network.judge(address)).toEqual({ origin, ours });
});

test('of half a /64 only that half is ours, though the origin is one', async () => {
  ranges = ['2001:db8:1:2:8000::/65'];
  await network.refresh(NOW);
  expect(network.judge('2001:db8:1:2:8000::1')).toEqual({ origin: '2001:db8:1:2::/64', ours: true });
  expect(network.judge('2001:db8:1:2::1')).toEqual({ origin: '2001:db8:1:2::/64', ours: false });
});

test('what is no address has no verdict, asked for once or twice', async () => {
  await network.refresh(NOW);
  for (let time = 0; time < 2; time++) expect(network.judge('nowhere')).toBeUndefined();
});

test('nothing is ours before the allowlists have been read, or when there are none', async () => {
  expect(network.judge(OURS)?.ours).toBe(false);
  ranges = [];
  await network.refresh(NOW);
  expect(network.judge(OURS)?.ours).toBe(false);
});

test('the allowlists are read again after five minutes', async () => {
  expect(await network.refresh(NOW)).toBe(true);
  expect([await network.refresh(NOW + 5 * MINUTE - 1), reads]).toEqual([false, 1]);
  expect([await network.refresh(NOW + 5 * MINUTE), reads]).toEqual([false, 2]);
  ranges = [...RANGES, `${THEIRS}/32`];
  expect([network.judge(THEIRS)?.ours, network.judge(OURS)?.ours]).toEqual([false, true]);
  expect([await network.refresh(NOW + 10 * MINUTE), reads]).toEqual([true, 3]);
  expect(network.judge(THEIRS)?.ours).toBe(true);
  ranges = [`${THEIRS}/32`];
  expect(await network.refresh(NOW + 15 * MINUTE)).toBe(true);
  expect([network.judge(THEIRS)?.ours, network.judge(OURS)?.ours]).toEqual([true, false]);
});

test('a change that only moves a comma is a change', async () => {
  ranges = ['198.51.100.1/32', '1.2.3.4/32'];
  await network.refresh(NOW);
  ranges = ['198.51.100.1/32', '1.2.3.4/32'].reverse();
  expect(await network.refresh(NOW + 5 * MINUTE)).toBe(true);
});

test('a read that failed leaves what was known, and is tried again', async () => {
  await network.refresh(NOW);
  const before = ranges;
  ranges = ['no range'];
  await expect(network.refresh(NOW + 5 * MINUTE)).rejects.toThrow();
  expect(network.judge(OURS)?.ours).toBe(true);
  ranges = before;
  await network.refresh(NOW + 5 * MINUTE);
  expect(reads).toBe(3);
});

test('verdicts stay right when more addresses were judged than are remembered', async () => {
  await network.refresh(NOW);
  for (let index = 0; index < 10_001; index++) network.judge(`10.0.${index >> 8}.${index & 255}`);
  expect([network.judge('10.0.0.0')?.ours, network.judge(OURS)?.ours]).toEqual([false, true]);
});
