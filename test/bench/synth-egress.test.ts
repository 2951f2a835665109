// Runs the benchmark in its smallest setting: its shape, and that we synthesise nothing the baseline does without.
import { EGRESS } from '../../bench/egress/benchmark';
import type { Measurement } from '../../bench/measure';
import type { TemplateFacts } from '../../bench/template-facts';
import { bench, measured } from './run-bench';

/** Shapes without listed differences, and without the one default that `ec2.Vpc` writes out. */
const comparable = ({ byShape }: TemplateFacts) =>
  Object.entries(byShape)
    .filter(([shape]) => !EGRESS.listed.some(({ type }) => shape.startsWith(`${type}{`)))
    .map(([shape, count]) => [shape.replace('InstanceTenancy,', ''), count]);

describe('a small run', () => {
  let measurement: Measurement;

  beforeAll(() => {
    measurement = measured('synth-egress', '--quick', '--regions', '1,2', '--samples', '1');
  }, 120_000);

  test('measures each layout and number of regions', () => {
    expect(measurement.baseline).toBe('hand-written');
    expect(measurement.results.map(({ variant, size, subject }) => [variant, size, subject])).toEqual([
      ['zonal', 1, 'ours'],
      ['regional', 1, 'ours'],
      ['zonal', 2, 'ours'],
      ['regional', 2, 'ours'],
    ]);
    for (const { cpuRatio, cpuMs, facts, size } of measurement.results) {
      expect(cpuRatio.samples).toBe(1);
      expect(Math.min(cpuRatio.q1, cpuRatio.median, cpuRatio.q3, cpuMs.subject, cpuMs.baseline)).toBeGreaterThan(0);
      expect([facts.subject.templates, facts.baseline.templates]).toEqual([2 * size, 2 * size]);
      expect(Math.min(facts.subject.bytes, facts.baseline.bytes)).toBeGreaterThan(1000);
    }
  });

  test('every difference in resources has a listed purpose', () => {
    expect(measurement.resources.map(({ variant, size }) => [variant, size])).toEqual([
      ['zonal', 2],
      ['regional', 2],
    ]);
    const types = measurement.resources.flatMap((comparison) => comparison.types);
    expect(types.length).toBeGreaterThan(30);
    expect(types.filter(({ listed }) => !listed)).toEqual([]);
  });

  test('the baseline sets the same properties: it does the same', () => {
    for (const { facts } of measurement.results) expect(comparable(facts.subject)).toEqual(comparable(facts.baseline));
  });
});

test('says how to use it', () => {
  const { status, stdout } = bench('synth-egress', '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('usage: npm run bench');
});

test.each([
  [['--regions', '0'], '--regions takes whole numbers from 1 to 20'],
  [['--samples', 'many'], '--samples takes whole numbers'],
  [['--fast'], "Unknown option '--fast'"],
])('refuses %j', (args, message) => {
  const { status, stderr } = bench('synth-egress', ...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
