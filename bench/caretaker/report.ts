// Lays the measured passes out as tables.
import { table } from '../../bin/cli/output/table';
import type { Counts } from './aws-calls';
import type { MeasuredPass } from './measure-pass';

/** What the example configuration of an exchange allows. */
const REQUESTS_PER_SECOND = 10;

export function report(passes: readonly MeasuredPass[]): string {
  const most = Math.max(...passes.map(({ keys }) => keys));
  const detailed = passes.filter(({ keys }) => keys === most);
  const operations = [...new Set(detailed.flatMap((pass) => Object.keys(named(pass))))].sort();
  return [
    'A pass of the caretaker, requests by service; times are those of the emulators:',
    table(
      ['keys', 'pass', 'Secrets Manager', 'SSM', 'exchange', 'AWS/key', 'exchange/key', 'seconds', 'ms/key', PACED],
      passes.map(row),
    ),
    `Requests by operation, ${most} keys:`,
    table(
      ['operation', ...detailed.map(({ pass }) => pass)],
      operations.map((operation) => [operation, ...detailed.map((pass) => String(named(pass)[operation] ?? 0))]),
    ),
  ].join('\n\n');
}

const PACED = `exchange at ${REQUESTS_PER_SECOND}/s`;

function row(measured: MeasuredPass): string[] {
  const { keys, pass, aws, exchange, milliseconds } = measured;
  const atExchange = total(exchange);
  return [
    String(keys),
    pass,
    String(total(aws, 'secretsmanager:')),
    String(total(aws, 'ssm:')),
    String(atExchange),
    (total(aws) / keys).toFixed(2),
    (atExchange / keys).toFixed(2),
    (milliseconds / 1000).toFixed(1),
    (milliseconds / keys).toFixed(1),
    `${(atExchange / REQUESTS_PER_SECOND).toFixed(0)} s`,
  ];
}

const named = ({ aws, exchange }: MeasuredPass): Counts => ({
  ...aws,
  ...Object.fromEntries(Object.entries(exchange).map(([operation, count]) => [`exchange:${operation}`, count])),
});

const total = (counts: Counts, prefix = ''): number =>
  Object.entries(counts)
    .filter(([name]) => name.startsWith(prefix))
    .reduce((sum, [, count]) => sum + count, 0);
