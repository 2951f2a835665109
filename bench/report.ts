// Lays the measurement out as tables.
import { table } from '../bin/cli/output/table';
import type { Benchmark } from './benchmark';
import type { Costs } from './costs';
import type { TypeComparison } from './differences';
import type { Measurement, Result } from './measure';
import { Cold } from './measure-cold';
import { Summary } from './statistics';
import { WITHOUT_SHARED_TITLE, type WithoutShared } from './without-shared';

export function report(measurement: Measurement, benchmark: Benchmark): string {
  const { baseline, results, costs, withoutShared, cold, resources } = measurement;
  const { variantName, sizeName, listed, budget } = benchmark;
  const ratios = ['subject', 'ratio', 'quartiles', 'pairs', 'by process', 'CPU ms', 'resources', 'bytes', '/'];
  return [
    `Synthesis, CPU time as a multiple of '${baseline}' (median of paired ratios, quartiles):`,
    table([variantName, sizeName, ...ratios], results.map(resultRow)),
    ...(withoutShared.length > 0 ? [sharedTable(withoutShared, benchmark)] : []),
    ...(costs.length > 0 ? [costTable(costs, benchmark)] : []),
    ...(budget ? [`Budget: ${budget}`] : []),
    ...(cold.length > 0 ? [coldTable(cold, sizeName)] : []),
    ...resources.flatMap(({ variant, size, types }) => [
      `Resources by type, ${variant}, ${size} ${sizeName}:`,
      table(['type', 'ours', baseline, 'difference', 'purpose'], types.map(typeRow)),
    ]),
    listedLine(listed, sizeName),
  ].join('\n\n');
}

function resultRow({ variant, size, subject, cpuRatio, cpuRatioByChild, cpuMs, facts }: Result): string[] {
  const bytes = facts.subject.bytes / facts.baseline.bytes;
  return [
    variant,
    String(size),
    subject,
    cpuRatio.median.toFixed(2),
    quartiles(cpuRatio),
    String(cpuRatio.samples),
    cpuRatioByChild.map((ratio) => ratio.toFixed(2)).join(' '),
    sides(cpuMs),
    `${facts.subject.resources} / ${facts.baseline.resources}`,
    `${facts.subject.bytes} / ${facts.baseline.bytes}`,
    bytes.toFixed(2),
  ];
}

function sharedTable(rows: WithoutShared[], { variantName, sizeName, context }: Benchmark): string {
  const cells = rows.map(({ variant, size, sharedShare, ratio }) => [
    variant,
    String(size),
    `${(100 * sharedShare).toFixed(0)} %`,
    ratio?.toFixed(2) ?? '',
  ]);
  return `${WITHOUT_SHARED_TITLE}\n\n${table([variantName, sizeName, context, 'ratio'], cells)}`;
}

function costTable(costs: Costs[], { variantName, sizeName }: Benchmark): string {
  const rows = costs.map(({ variant, sizes, resourcesPerUnit, bytesPerUnit, fixedResources }) => [
    variant,
    sizes.join(' to '),
    resourcesPerUnit.toFixed(2),
    bytesPerUnit.toFixed(0),
    fixedResources.toFixed(0),
  ]);
  const one = sizeName.replace(/s$/, '');
  const headings = [variantName, sizeName, `resources per ${one}`, `bytes per ${one}`, 'fixed resources'];
  return `Ours, from one size to another:\n\n${table(headings, rows)}`;
}

const quartiles = ({ q1, q3 }: Summary) => `${q1.toFixed(2)}–${q3.toFixed(2)}`;

function coldTable(cold: Cold[], sizeName: string): string {
  const rows = cold.map(({ size, synthRatio, synthMs, processRatio, processMs, modules }) => [
    String(size),
    `${synthRatio.median.toFixed(2)} (${quartiles(synthRatio)})`,
    sides(synthMs),
    `${processRatio.median.toFixed(2)} (${quartiles(processRatio)})`,
    sides(processMs),
    sides(modules),
  ]);
  const headings = [sizeName, 'first synthesis', 'CPU ms', 'whole process', 'CPU ms', 'modules'];
  return `The same in fresh processes, nothing compiled yet, ${cold[0].variant}:\n\n${table(headings, rows)}`;
}

const sides = ({ subject, baseline }: { subject: number; baseline: number }) =>
  `${subject.toFixed(0)} / ${baseline.toFixed(0)}`;

function typeRow({ type, ours, baseline, difference, listed, purpose }: TypeComparison): string[] {
  return [type, String(ours), String(baseline), String(difference), listed ? (purpose ?? '') : 'NOT LISTED'];
}

function listedLine(listed: Benchmark['listed'], sizeName: string): string {
  if (listed.length === 0) return 'Listed differences: none.';
  return table(
    ['listed difference', `for each of ${sizeName}`, 'purpose'],
    listed.map(({ type, perUnit, purpose }) => [type, String(perUnit), purpose]),
  );
}
