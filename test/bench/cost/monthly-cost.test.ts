// The cost model: pure arithmetic over counts, usage and prices.
import fc from 'fast-check';
import { monthlyCost, sum } from '../../../bench/cost/monthly-cost';
import { PRICES, type PriceTable } from '../../../bench/cost/prices';
import type { ResourceCounts } from '../../../bench/cost/resource-counts';
import { TRAFFIC, usageOf } from '../../../bench/cost/usage';

const small = { gigabytes: 0.25, platformLines: true };
const COUNTS: ResourceCounts = {
  secrets: 11,
  ownKeys: 1,
  insideProbes: 2,
  kmsKeys: 2,
  alarms: 4,
  alarmMetrics: 7,
  compositeAlarms: 1,
  dashboards: 1,
  metricFilters: 2,
  eventRules: 5,
  advancedParameters: 0,
  functions: {
    Rotation: small,
    Caretaker: small,
    Detector: { ...small, gigabytes: 1 },
    Notifier: small,
    Heartbeat: small,
    EgressCheck: small,
    TradingGate: small,
    InsideProbe: small,
    OutsideProbe: small,
  },
};
const USAGE = usageOf(TRAFFIC.aggregated, 400);
const FREE = Object.fromEntries(Object.keys(PRICES).map((id) => [id, { usd: 0, per: 1 }])) as unknown as PriceTable;

const cost = (counts: Partial<ResourceCounts>, prices: Partial<PriceTable>, usage = USAGE) =>
  sum(monthlyCost({ ...COUNTS, ...counts }, usage, { ...FREE, ...prices }));

test.each<[keyof PriceTable, number]>([
  ['secret', 11],
  ['kmsKey', 2],
  ['alarmMetric', 7],
  ['compositeAlarm', 1],
  ['dashboard', 1],
  ['eventRule', 5],
])('%s is billed for each that is there', (id, quantity) => {
  expect(cost({}, { [id]: { usd: 3, per: 1 } })).toBeCloseTo(3 * quantity);
  expect(cost({}, { [id]: { usd: 3, per: 10 } })).toBeCloseTo(0.3 * quantity);
});

test('records: one of 400 bytes for each of ten keys and each minute, none for the management key', () => {
  const records = monthlyCost(COUNTS, USAGE, { ...FREE, logIngestion: { usd: 1e9, per: 1 } });
  expect(records.find(({ item }) => item === 'request records')?.usd).toBeCloseTo(10 * 43_800 * 400);
});

test("Lambda's own lines cost nothing where the template turns them off", () => {
  const prices = { logIngestion: { usd: 1e9, per: 1 } };
  const quiet = { ...COUNTS.functions, Detector: { gigabytes: 1, platformLines: false } };
  const saved = cost({}, prices) - cost({ functions: quiet }, prices);
  expect(saved).toBeCloseTo(10 * 43_800 * USAGE.platformBytesPerCall);
});

test('more keys never cost less, and what is paid for the ring does not depend on what is logged', () => {
  const of = (secrets: number, traffic: (typeof TRAFFIC)[keyof typeof TRAFFIC]) =>
    monthlyCost({ ...COUNTS, secrets }, usageOf(traffic, 400), PRICES);
  const size = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [fewer, more] = [Math.min(a, b), Math.max(a, b)].map((keys) => of(keys, TRAFFIC.aggregated));
      expect(sum(more)).toBeGreaterThanOrEqual(sum(fewer));
      expect(sum(of(a, TRAFFIC.raw), 'ring')).toBeCloseTo(sum(of(a, TRAFFIC.aggregated), 'ring'));
      expect(sum(of(a, TRAFFIC.raw))).toBeGreaterThanOrEqual(sum(of(a, TRAFFIC.aggregated)));
    }),
  );
});
