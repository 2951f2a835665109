// Lays the measurement out as tables.
import { table } from '../bin/cli/output/table';
import { LISTED_DIFFERENCES, TypeComparison } from './differences';
import { Measurement, Result } from './measure';
import { Cold } from './measure-cold';
import { Summary } from './statistics';

export function report({ baseline, results, cold, resources }: Measurement): string {
  return [
    `Synthesis, CPU time as a multiple of '${baseline}' (median of paired ratios, quartiles):`,
    table(
      [
        'layout',
        'regions',
        'subject',
        'ratio',
        'quartiles',
        'pairs',
        'by process',
        'CPU ms',
        'resources',
        'bytes',
        '/',
      ],
      results.map(resultRow),
    ),
    ...(cold.length > 0 ? [coldTable(cold)] : []),
    ...resources.flatMap(({ layout, regions, types }) => [
      `Resources by type, ${layout}, ${regions} region(s):`,
      table(['type', 'ours', baseline, 'difference', 'purpose'], types.map(typeRow)),
    ]),
    listedLine(),
  ].join('\n\n');
}

function resultRow({ layout, regions, subject, cpuRatio, cpuRatioByChild, cpuMs, facts }: Result): string[] {
  const bytes = facts.subject.bytes / facts.baseline.bytes;
  return [
    layout,
    String(regions),
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

const quartiles = ({ q1, q3 }: Summary) => `${q1.toFixed(2)}–${q3.toFixed(2)}`;

function coldTable(cold: Cold[]): string {
  const rows = cold.map(({ regions, synthRatio, synthMs, processRatio, processMs, modules }) => [
    String(regions),
    `${synthRatio.median.toFixed(2)} (${quartiles(synthRatio)})`,
    sides(synthMs),
    `${processRatio.median.toFixed(2)} (${quartiles(processRatio)})`,
    sides(processMs),
    sides(modules),
  ]);
  const headings = ['regions', 'first synthesis', 'CPU ms', 'whole process', 'CPU ms', 'modules'];
  return `The same in fresh processes, nothing compiled yet, zonal:\n\n${table(headings, rows)}`;
}

const sides = ({ subject, baseline }: { subject: number; baseline: number }) =>
  `${subject.toFixed(0)} / ${baseline.toFixed(0)}`;

function typeRow({ type, ours, baseline, difference, listed, purpose }: TypeComparison): string[] {
  return [type, String(ours), String(baseline), String(difference), listed ? (purpose ?? '') : 'NOT LISTED'];
}

function listedLine(): string {
  if (LISTED_DIFFERENCES.length === 0) return 'Listed differences: none.';
  return table(
    ['listed difference', 'per region', 'purpose'],
    LISTED_DIFFERENCES.map(({ type, perRegion, purpose }) => [type, JSON.stringify(perRegion), purpose]),
  );
}
