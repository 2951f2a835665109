// The loader's benchmark in its smallest setting: it measures what it says, and what needs no clock holds.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers';
import * as fc from 'fast-check';
import { counted } from '../../bench/loader/counted';
import { estimate } from '../../bench/loader/estimate';
import type { LoaderMeasurement } from '../../bench/loader/measure';
import { compared, orderOf } from '../../bench/loader/rounds';
import { STAGES } from '../../bench/loader/stages';
import { bench, measured } from './run-bench';

const LARGEST_LOADER = 250_000;

describe('a small run', () => {
  let measurement: LoaderMeasurement;

  beforeAll(() => {
    measurement = measured<LoaderMeasurement>('loader', '--quick', '--rounds', '2', '--children', '2', '--starts', '1');
  }, 120_000);

  test('reading the key in memory asks nobody, in both languages', () => {
    expect(measurement.reads.map(({ language }) => language)).toEqual(['node', 'python']);
    for (const { current, apiKey, asked } of measurement.reads) {
      expect([current.ratio.samples, apiKey.ratio.samples, asked.length]).toEqual([4, 4, 2]);
      for (const { reads, requestsAtStart, requests, files, asynchronous } of asked) {
        expect(reads).toBeGreaterThanOrEqual(100_000);
        expect(requestsAtStart).toBeGreaterThan(0);
        expect({ requests, files, asynchronous }).toEqual({ requests: 0, files: 0, asynchronous: 0 });
      }
    }
  });

  test('measures orders over loopback and with an answer at hand, and the parts of the work', () => {
    const subjects = ['signed by hand', 'client', 'client, aggregating'];
    expect(measurement.requests.map(({ language, network, wall }) => [language, network, wall.subject])).toEqual([
      ...subjects.map((subject) => ['node', 'loopback', subject]),
      ...subjects.map((subject) => ['node', 'none', subject]),
      ...subjects.map((subject) => ['python', 'loopback', subject]),
    ]);
    for (const { wall, cpu } of measurement.requests) {
      expect(wall.baseline).toBe('bare');
      expect(wall.ratioByProcess).toHaveLength(2);
      expect(Math.min(wall.us.subject, wall.us.baseline, cpu.us.subject)).toBeGreaterThan(0);
    }
    expect(measurement.stages.map(({ stage }) => stage)).toEqual(STAGES);
    for (const { us, loopUs } of measurement.stages) {
      expect(us.samples).toBe(4);
      expect(Math.min(us.low, loopUs)).toBeGreaterThan(0);
    }
  });

  test('measures programs that begin', () => {
    expect(measurement.starts.map(({ language, source }) => [language, source])).toEqual([
      ['node', 'Secrets Manager'],
      ['node', 'file'],
      ['python', 'Secrets Manager'],
      ['python', 'file'],
    ]);
    for (const { wall, cpu } of measurement.starts)
      expect(Math.min(wall.us.baseline, cpu.us.baseline)).toBeGreaterThan(0);
  });

  test('the loader is small', () => {
    const [node, python] = measurement.sizes;
    expect(node.files).toBe(1);
    expect(node.bytes).toBeLessThan(LARGEST_LOADER);
    expect(python.files).toBeGreaterThan(50);
    for (const { bytes, gzipBytes } of measurement.sizes) expect(gzipBytes).toBeLessThan(bytes);
  });
});

describe('what is counted', () => {
  test('is nothing for work in memory', () => {
    expect(counted(() => JSON.parse('{}'))).toEqual({ files: 0, asynchronous: 0 });
  });

  test('is a file that is read and a timer that is started, also when the action throws afterwards', () => {
    const reading = counted(() => readFileSync(__filename));
    expect(reading.files).toBeGreaterThan(0);
    expect(counted(() => setTimeout(() => {}, 0)).asynchronous).toBeGreaterThan(0);
    expect(() =>
      counted(() => {
        throw new Error('no more');
      }),
    ).toThrow('no more');
    expect(counted(() => {})).toEqual({ files: 0, asynchronous: 0 });
  });
});

describe('estimates', () => {
  test('hold the median between their ends, and the ends are samples', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 200 }), (values) => {
        const { median, low, high, samples } = estimate(values);
        expect(low).toBeLessThanOrEqual(median);
        expect(high).toBeGreaterThanOrEqual(median);
        expect(values).toEqual(expect.arrayContaining([low, high]));
        expect(samples).toBe(values.length);
      }),
    );
  });

  test('cover the true median about as often as they say', () => {
    // ranks 1 to 100: the tables of the binomial distribution give 40 and 61
    const { low, high } = estimate(Array.from({ length: 100 }, (_, index) => index + 1));
    expect([low, high]).toEqual([40, 61]);
  });
});

test('every side is first, and every side is last, equally often', () => {
  const sides = ['a', 'b', 'c'];
  const orders = Array.from({ length: 6 }, (_, round) => orderOf(sides, round));
  for (const at of [0, 2]) expect(orders.map((order) => order[at]).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  for (const order of orders) expect([...order].sort()).toEqual(sides);
});

test('sides are compared round by round', () => {
  const sample = (wallUs: number) => ({ wallUs, cpuUs: 1 });
  const rounds = [1, 10, 100].map((unit) => ({ ours: sample(3 * unit), bare: sample(unit) }));
  const { differenceUs, ratio, ratioByProcess, us } = compared([{ rounds }], 'wallUs', 'ours', 'bare');
  expect([differenceUs.median, ratio.median, ratio.high, ratioByProcess]).toEqual([20, 3, 3, [3]]);
  expect(us).toEqual({ subject: 30, baseline: 10 });
});

test.each([
  [['--help'], 0, 'usage: npm run bench:loader'],
  [['--rounds', '0'], 2, '--rounds takes whole numbers from 1 to 10000'],
  [['--keys', '1'], 2, "Unknown option '--keys'"],
])('answers %j', (args, code, text) => {
  const { status, stdout, stderr } = bench('loader', ...args);
  expect(status).toBe(code);
  expect(stdout + stderr).toContain(text);
});
