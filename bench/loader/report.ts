// Lays out what was measured as tables.
import { availableParallelism } from 'node:os';
import { table } from '../../bin/cli/output/table';
import type { Estimate } from './estimate';
import type { LoaderMeasurement, Reads, Requests } from './measure';
import type { Compared } from './rounds';
import type { Start } from './starts';

export function report({ load, reads, requests, stages, starts, sizes }: LoaderMeasurement): string {
  const aim = ['difference µs', 'ratio', 'by process', 'each µs', 'CPU µs', 'CPU ratio', 'pairs'];
  return [
    `Node ${process.versions.node}, ${availableParallelism()} cores, load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after. Medians of paired differences and ratios, with the 95 % confidence interval of the median.`,
    'A read of the key in memory, against a read of a frozen object; the loop is in both:',
    table(
      ['language', 'read', 'ns', 'ratio', 'by process', 'pairs'],
      reads.flatMap((one) => [readRow(one, 'current', one.current), readRow(one, 'current.apiKey', one.apiKey)]),
    ),
    ...reads.map(askedLine),
    'An order, against the same bytes sent by fetch, or a session of requests, alone; the answer is read as JSON:',
    table(['language', 'exchange', 'subject', ...aim], requests.map(requestRow)),
    "Parts of the client's own work, µs; between requests the processor's caches hold other things:",
    table(
      ['part', 'between requests', 'in a loop'],
      stages.map(({ stage, us, loopUs }) => [stage, interval(us, 1), loopUs.toFixed(1)]),
    ),
    'From the start of a process until the key is there, against the AWS SDK or the file alone:',
    table(
      ['language', 'source', 'difference ms', 'ratio', 'each ms', 'CPU ms', 'CPU ratio', 'pairs'],
      starts.map(startRow),
    ),
    table(
      ['size', 'files', 'kB', 'kB gzip'],
      sizes.map(({ what, files, bytes, gzipBytes }) => [what, String(files), kilo(bytes), kilo(gzipBytes)]),
    ),
  ].join('\n\n');
}

function readRow({ language }: Reads, read: string, { us, ratio, ratioByProcess }: Compared): string[] {
  const nanoseconds = (value: number) => (1000 * value).toFixed(2);
  return [
    language,
    read,
    `${nanoseconds(us.subject)} / ${nanoseconds(us.baseline)}`,
    interval(ratio, 2),
    byProcess(ratioByProcess),
    String(ratio.samples),
  ];
}

function askedLine({ language, asked: [asked] }: Reads): string {
  const { reads, requestsAtStart, requests, files, asynchronous } = asked;
  return `${language}: ${reads} reads of current.apiKey: ${requests} requests to Secrets Manager (${requestsAtStart} before), ${files} calls to the file system, ${asynchronous} of asynchronous work.`;
}

function requestRow({ language, network, wall, cpu }: Requests): string[] {
  return [
    language,
    network === 'none' ? 'at hand' : network,
    wall.subject,
    interval(wall.differenceUs, 0),
    interval(wall.ratio, 2),
    byProcess(wall.ratioByProcess),
    sides(wall, 1),
    interval(cpu.differenceUs, 0),
    cpu.ratio.median.toFixed(2),
    String(wall.ratio.samples),
  ];
}

function startRow({ language, source, wall, cpu }: Start): string[] {
  const { median, low, high, samples } = wall.differenceUs;
  return [
    language,
    source,
    interval({ median: median / 1000, low: low / 1000, high: high / 1000, samples }, 0),
    interval(wall.ratio, 2),
    sides(wall, 1000),
    sides(cpu, 1000),
    interval(cpu.ratio, 2),
    String(samples),
  ];
}

const interval = ({ median, low, high }: Estimate, digits: number) =>
  `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;

const byProcess = (ratios: readonly number[]) => ratios.map((ratio) => ratio.toFixed(2)).join(' ');

const sides = ({ us: { subject, baseline } }: Compared, unit: number) =>
  `${(subject / unit).toFixed(0)} / ${(baseline / unit).toFixed(0)}`;

const kilo = (bytes: number) => (bytes / 1024).toFixed(1);
