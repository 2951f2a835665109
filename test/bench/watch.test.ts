// The detector's benchmark in its smallest setting: it measures what it says, and quiet traffic costs what it should.
import type { Loads } from '../../bench/watch/loads';
import type { Delivered } from '../../bench/watch/measure';
import type { WatchMeasurement } from '../../bench/watch/report';
import { bench, measured } from './run-bench';

const KEYS = 5;
const LARGEST_BUNDLE = 1024 * 1024;

describe('a small run', () => {
  let deliveries: Delivered[];
  let loads: Loads;

  beforeAll(() => {
    const options = ['--quick', '--events', '40', '--keys', String(KEYS), '--samples', '2'];
    ({ deliveries, loads } = measured<WatchMeasurement>('watch', ...options));
  }, 120_000);

  const callsOf = (state: string) =>
    deliveries.filter((one) => one.state === state).map(({ table, calls }) => [table, calls]);

  test('measures each table and state, in pairs', () => {
    expect(deliveries.map(({ table, state, events, keys }) => [table, state, events, keys])).toEqual([
      ['memory', 'warm', 40, KEYS],
      ['local DynamoDB', 'warm', 40, KEYS],
      ['memory', 'restarted', 40, KEYS],
      ['local DynamoDB', 'restarted', 40, KEYS],
      ['local DynamoDB', 'new', 40, KEYS],
    ]);
    for (const { cpuRatio, wallMs, bytes } of deliveries) {
      expect(Math.min(cpuRatio.median, wallMs.subject, wallMs.baseline, bytes.packed)).toBeGreaterThan(0);
      expect(bytes.record).toBeGreaterThan(300);
      expect(bytes.record).toBeLessThan(500);
    }
  });

  test('a detector that knows every key asks the table for nothing, also when requests are rejected or limited', () => {
    expect(callsOf('warm')).toEqual([
      ['memory', {}],
      ['local DynamoDB', {}],
    ]);
  });

  test('a new process asks once for every hundred places; a key is written when it is seen for the first time', () => {
    const asks = { 'dynamodb:BatchGetItem': 1 };
    expect(callsOf('restarted')).toEqual([
      ['memory', asks],
      ['local DynamoDB', asks],
    ]);
    // its first request ever, and its address
    expect(callsOf('new')).toEqual([['local DynamoDB', { ...asks, 'dynamodb:PutItem': 2 * KEYS }]]);
  });

  test('loads the bundles, each below 1 MB; no client of AWS before it is needed', () => {
    expect(loads.functions.map(({ name }) => name)).toEqual(['detector', 'notifier', 'heartbeat']);
    for (const { bytes, gzipBytes, cpuRatio } of loads.functions) {
      expect(bytes).toBeLessThan(LARGEST_BUNDLE);
      expect(gzipBytes).toBeLessThan(bytes);
      expect(cpuRatio.median).toBeGreaterThan(0);
    }
    const [detector, notifier, heartbeat] = loads.functions.map(({ clients }) => clients);
    expect([detector, notifier]).toEqual([[], []]);
    // it has nothing to do but one call
    expect(heartbeat).toEqual(['client-cloudwatch-logs']);
  });

  test('the client of DynamoDB is loaded with the first records, not before', () => {
    const lists = ['client-secrets-manager', 'client-ssm'];
    expect(loads.firstCalls.map(({ step, clients }) => [step, clients])).toEqual([
      ['load', []],
      ['control message', lists],
      ['first records', ['client-dynamodb', ...lists]],
      ['the same keys again', ['client-dynamodb', ...lists]],
    ]);
  });
});

test.each([
  [['--help'], 0, 'usage: npm run bench:watch'],
  [['--events', '0'], 2, '--events takes whole numbers from 1 to 50000'],
  [['--regions', '1'], 2, "Unknown option '--regions'"],
])('answers %j', (args, code, text) => {
  const { status, stdout, stderr } = bench('watch', ...args);
  expect(status).toBe(code);
  expect(stdout + stderr).toContain(text);
});
