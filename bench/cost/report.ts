// Costs and prices as Markdown tables: what the command prints and what docs/costs.md holds.
import { type CostLine, monthlyCost, sum } from './monthly-cost';
import { PRICES, PRICES_READ, type Price } from './prices';
import type { ResourceCounts } from './resource-counts';
import { TRAFFIC, type Traffic, usageOf } from './usage';

export interface RingSize {
  readonly keys: number;
  readonly counts: ResourceCounts;
}

/** All of it, as docs/costs.md holds it. */
export function report(sizes: readonly RingSize[], recordBytes: number): string {
  const prices = `Prices of ${PRICES_READ}, US East (N. Virginia):`;
  return [costTable(sizes, recordBytes), countTable(sizes), prices, priceTable()].join('\n\n');
}

/** One column for each size. */
function costTable(sizes: readonly RingSize[], recordBytes: number): string {
  const linesFor = (traffic: Traffic) =>
    sizes.map(({ counts }) => monthlyCost(counts, usageOf(traffic, recordBytes), PRICES));
  const traffics = Object.values(TRAFFIC);
  const [anyTraffic] = traffics.map(linesFor);
  return markdown(
    ['US dollars a month', ...sizes.map(({ keys }) => `${keys.toLocaleString('en')} keys`)],
    [
      ...itemRows(anyTraffic, 'ring'),
      sumRow('**ring, whatever is logged**', anyTraffic, 'ring'),
      ...traffics.flatMap((traffic) => {
        const bySize = linesFor(traffic);
        return [
          [`*${traffic.name}*`, ...sizes.map(() => '')],
          ...itemRows(bySize, 'traffic'),
          sumRow('**ring and this traffic**', bySize),
          ['per key', ...bySize.map((lines, index) => dollars(sum(lines) / sizes[index].keys))],
        ];
      }),
    ],
  );
}

/** What was counted in the templates. */
function countTable(sizes: readonly RingSize[]): string {
  const row = (name: string, count: (counts: ResourceCounts) => number) => [
    name,
    ...sizes.map(({ counts }) => count(counts).toLocaleString('en')),
  ];
  return markdown(
    ['in the templates', ...sizes.map(({ keys }) => `${keys.toLocaleString('en')} keys`)],
    [
      row('secrets, those of the ring itself included', ({ secrets }) => secrets),
      row('zones with an inside probe', ({ insideProbes }) => insideProbes),
      row('alarms', ({ alarms }) => alarms),
      row('metrics in alarms', ({ alarmMetrics }) => alarmMetrics),
      row('composite alarms', ({ compositeAlarms }) => compositeAlarms),
      row('KMS keys', ({ kmsKeys }) => kmsKeys),
      row('dashboards', ({ dashboards }) => dashboards),
      row('event rules', ({ eventRules }) => eventRules),
    ],
  );
}

function priceTable(): string {
  const rows = Object.values<Price>(PRICES).map(({ usd, per, unit, evidence, source }) => [
    `${per === 1 ? '' : `${per.toLocaleString('en')} `}${unit}`,
    `$${usd}`,
    evidence === 'memory' ? '**from memory**' : `${evidence}: ${source}`,
  ]);
  return markdown(['for', 'price', 'evidence'], rows, ['---', '--:', '---']);
}

type Row = string[];

function itemRows(bySize: readonly CostLine[][], part: CostLine['part']): Row[] {
  const items = bySize[0].filter((line) => line.part === part).map(({ item }) => item);
  const of = (item: string) => bySize.map((lines) => lines.find((line) => line.item === item)?.usd ?? 0);
  return items.map((item) => [item, ...of(item).map(dollars)]);
}

const sumRow = (title: string, bySize: readonly CostLine[][], part?: CostLine['part']): Row => [
  title,
  ...bySize.map((lines) => dollars(sum(lines, part))),
];

const dollars = (usd: number): string =>
  usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Numbers to the right, unless told otherwise. */
function markdown(headings: Row, rows: Row[], alignment = headings.map((_, index) => (index === 0 ? '---' : '--:'))) {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [headings, alignment, ...rows].map(line).join('\n');
}
