// The baseline of the keys' benchmark does the same: its templates are ours. And what a key costs is within the budget.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Case, Compose } from '../../bench/compose';
import { compose as handWritten } from '../../bench/keys/hand-written';
import { compose as ours } from '../../bench/keys/ours';
import type { Measurement } from '../../bench/measure';
import { bench, measured } from './run-bench';

/** Every template of the app, by file name; what only differs in the order of its keys is equal, hashes of templates too. */
function templates(compose: Compose, benchCase: Case): Record<string, object> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'bench-keys-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    compose(app, benchCase);
    app.synth();
    const files = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
    const read = (file: string) =>
      readFileSync(path.join(outdir, file), 'utf8').replaceAll(/[0-9a-f]{64}\.json/g, 'template.json');
    return Object.fromEntries(files.map((file) => [file, JSON.parse(read(file))]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of the nested stacks of watch and verification. */
function nestedResources(): number {
  const all = templates(ours, { variant: 'given', size: 1 });
  const nested = Object.entries(all).flatMap(([file, template]) =>
    /Keys(Watch|Verify)[^/]*\.nested/.test(file) ? [template] : [],
  );
  expect(nested).toHaveLength(2);
  return nested.reduce((sum, template) => sum + Object.keys((template as { Resources: object }).Resources).length, 0);
}

test.each<Case & { count: number }>([
  { variant: 'given', size: 2, count: 5 },
  { variant: 'own', size: 2, count: 6 },
  // 32 nested stacks of keys, workloads in two stacks
  { variant: 'own', size: 160, count: 39 },
])('the hand-written templates are ours: $size keys, roles $variant', ({ count, ...benchCase }) => {
  const expected = templates(ours, benchCase);
  expect(Object.keys(expected)).toHaveLength(count);
  expect(templates(handWritten, benchCase)).toEqual(expected);
});

describe('a small run', () => {
  let measurement: Measurement;

  beforeAll(() => {
    measurement = measured('synth-keys', '--quick', '--keys', '1,20', '--samples', '1');
  }, 120_000);

  test('measures each kind of roles and number of keys', () => {
    const cases = measurement.results.map(({ variant, size, subject }) => [variant, size, subject]);
    expect(cases).toEqual([
      ['given', 1, 'ours'],
      ['own', 1, 'ours'],
      ['given', 20, 'ours'],
      ['own', 20, 'ours'],
    ]);
    for (const { cpuRatio, cpuMs } of measurement.results) {
      expect(Math.min(cpuRatio.median, cpuMs.subject, cpuMs.baseline)).toBeGreaterThan(0);
    }
  });

  test('counts the stacks of the ring alone, and finds no difference', () => {
    for (const { facts } of measurement.results) {
      expect(facts.subject).toEqual(facts.baseline);
      // with the watch and what verifies the way out
      expect(facts.subject.templates).toBe(3);
    }
    const types = measurement.resources.flatMap((comparison) => comparison.types);
    expect(types.length).toBeGreaterThan(20);
    expect(types.filter(({ difference, listed }) => difference !== 0 || !listed)).toEqual([]);
  });

  test('a key costs what the budget allows', () => {
    for (const { resourcesPerUnit, fixedResources } of measurement.costs) {
      expect(resourcesPerUnit).toBeLessThanOrEqual(3);
      expect(fixedResources - nestedResources()).toBeLessThanOrEqual(40);
    }
    const given = measurement.costs.find(({ variant }) => variant === 'given');
    expect(given?.bytesPerUnit).toBeLessThanOrEqual(2048);
  });
});

test.each([
  [['--help'], 0, 'usage: npm run bench:keys'],
  [['--keys', '0'], 2, '--keys takes whole numbers from 1 to 2000'],
  [['--regions', '1'], 2, "Unknown option '--regions'"],
])('answers %j', (args, code, text) => {
  const { status, stdout, stderr } = bench('synth-keys', ...args);
  expect(status).toBe(code);
  expect(stdout + stderr).toContain(text);
});
