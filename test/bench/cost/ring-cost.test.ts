// What is counted in the templates, and that docs/costs.md shows what the command prints.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { customMetrics } from '../../../bench/cost/monthly-cost';
import { report } from '../../../bench/cost/report';
import { countResources, FUNCTION_NAMES } from '../../../bench/cost/resource-counts';
import { ringTemplates } from '../../../bench/cost/ring-templates';
import { costedRings, RECORD_BYTES, SIZES } from '../../../bench/cost/rings';
import { ALARM_CATALOGUE } from '../../../contract/alarms';
import { bench } from '../run-bench';

const PAGE = path.join(__dirname, '../../../docs/costs.md');

test('alarms, metrics and everything else of the watch are the same for 1, 10 and 150 keys', () => {
  const sizes = [1, 10, 150];
  const counted = sizes.map((keys) => countResources(ringTemplates(keys)));
  expect(counted.map(({ secrets }) => secrets)).toEqual(sizes.map((keys) => keys + 2));
  const constant = counted.map(({ secrets: _, ...others }) => others);
  expect(constant[1]).toEqual(constant[0]);
  expect(constant[2]).toEqual(constant[0]);
  expect(constant[0]).toMatchObject({
    alarms: ALARM_CATALOGUE.length,
    compositeAlarms: 1,
    ownKeys: 2,
    insideProbes: 2,
  });
  // an alarm may look at several metrics, and never at none
  expect(constant[0].alarmMetrics).toBeGreaterThan(ALARM_CATALOGUE.length);
  expect(new Set(counted.map(customMetrics)).size).toBe(1);
});

test('an alarm is as many metrics as it looks at; expressions are none', () => {
  const alarm = (Properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { ...Properties } });
  const metric = { MetricStat: {} };
  const functions = Object.fromEntries(
    FUNCTION_NAMES.map((name) => [
      name,
      { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512, LoggingConfig: { SystemLogLevel: 'WARN' } } },
    ]),
  );
  const Resources = {
    ...functions,
    One: alarm({ MetricName: 'Requests' }),
    Three: alarm({ Metrics: [{ Expression: 'm0 + m1 + m2' }, metric, metric, metric] }),
  };
  expect(countResources([{ Resources }])).toMatchObject({
    alarms: 2,
    alarmMetrics: 4,
    functions: { Detector: { gigabytes: 0.5, platformLines: false } },
  });
  expect(() => countResources([])).toThrow("expected one function 'Rotation' in the templates, found 0");
});

test('docs/costs.md holds what npm run bench:cost prints', () => {
  const [, held] = readFileSync(PAGE, 'utf8').split(/<!-- .* -->/);
  expect(held.trim()).toBe(report(costedRings(SIZES), RECORD_BYTES));
}, 60_000);

test.each([
  [['--help'], 0, 'usage: npm run bench:cost'],
  [['--keys', '0'], 2, '--keys takes whole numbers from 1 to 2000'],
  [['--quick'], 2, "Unknown option '--quick'"],
  [['--keys', '3'], 0, '| US dollars a month | 3 keys |'],
])('answers %j', (args, code, text) => {
  const { status, stdout, stderr } = bench('cost', ...args);
  expect(status).toBe(code);
  expect(stdout + stderr).toContain(text);
});
