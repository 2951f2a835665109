// Lays out what was measured as tables.
import { table } from '../../bin/cli/output/table';
import type { Summary } from '../statistics';
import type { Loads } from './loads';
import type { Delivered } from './measure';

export interface WatchMeasurement {
  readonly deliveries: Delivered[];
  readonly loads: Loads;
}

const GOAL = 'at most 1.30 for warm deliveries of 10,000 records with the table in memory; 1.20 would be better';

export function report({ deliveries, loads }: WatchMeasurement): string {
  const [{ keys, bytes }] = deliveries;
  return [
    `One delivery through the detector, as a multiple of gunzip and JSON.parse of envelope and messages (medians of paired ratios, quartiles); ${keys} keys, ${bytes.record.toFixed(0)} bytes per record, nothing wrong with any. The times of the local DynamoDB are those of an emulator.`,
    table(
      ['table', 'state', 'records', 'CPU', 'quartiles', 'by process', 'wall', 'pairs', 'CPU ms', 'wall ms', 'calls'],
      deliveries.map(row),
    ),
    `Goal: ${GOAL}.`,
    'Functions, loaded in fresh processes; CPU time as a multiple of loading the bare DynamoDB client:',
    table(
      ['function', 'kB', 'kB gzip', 'ratio', 'quartiles', 'CPU ms', 'wall ms', 'clients loaded'],
      loads.functions.map(({ name, bytes: size, gzipBytes, cpuRatio, cpuMs, wallMs, clients }) => [
        name,
        (size / 1024).toFixed(1),
        (gzipBytes / 1024).toFixed(1),
        cpuRatio.median.toFixed(2),
        quartiles(cpuRatio),
        sides(cpuMs),
        sides(wallMs),
        listed(clients),
      ]),
    ),
    'The built detector in a fresh process, call by call, against the local AWS:',
    table(
      ['step', 'CPU ms', 'wall ms', 'clients loaded by then'],
      loads.firstCalls.map(({ step, cpuMs, wallMs, clients }) => [
        step,
        cpuMs.toFixed(0),
        wallMs.toFixed(0),
        listed(clients),
      ]),
    ),
  ].join('\n\n');
}

function row({ table: where, state, events, cpuRatio, cpuRatioByChild, ...more }: Delivered): string[] {
  const calls = Object.entries(more.calls).map(([name, count]) => `${name.replace('dynamodb:', '')} ${count}`);
  return [
    where,
    state,
    String(events),
    cpuRatio.median.toFixed(2),
    quartiles(cpuRatio),
    cpuRatioByChild.map((ratio) => ratio.toFixed(2)).join(' '),
    more.wallRatio.median.toFixed(2),
    String(cpuRatio.samples),
    sides(more.cpuMs),
    sides(more.wallMs),
    calls.join(', ') || 'none',
  ];
}

const quartiles = ({ q1, q3 }: Summary) => `${q1.toFixed(2)}–${q3.toFixed(2)}`;

const sides = ({ subject, baseline }: { subject: number; baseline: number }) =>
  `${subject.toFixed(1)} / ${baseline.toFixed(1)}`;

const listed = (clients: readonly string[]) => clients.map((name) => name.replace('client-', '')).join(', ') || 'none';
