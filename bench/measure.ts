// Runs the jobs and condenses what the child processes measured.
import { Run } from './child';
import { compareTypes, TypeComparison } from './differences';
import { LAYOUTS, Layout } from './egress-case';
import { BASELINE, Implementation } from './implementations';
import { Cold, measureCold } from './measure-cold';
import { Options } from './options';
import { medians, Summary, summarize } from './statistics';
import { TemplateFacts } from './template-facts';
import { Cell, Pair } from './worker';

export interface Result {
  readonly layout: Layout;
  readonly regions: number;
  readonly subject: Implementation;
  /** CPU time of the subject divided by that of the baseline, pair by pair. */
  readonly cpuRatio: Summary;
  readonly wallRatio: Summary;
  /** Median of `cpuRatio` in each child process: how much luck with the compiler there is in it. */
  readonly cpuRatioByChild: number[];
  /** Medians in milliseconds. */
  readonly cpuMs: { readonly subject: number; readonly baseline: number };
  readonly facts: { readonly subject: TemplateFacts; readonly baseline: TemplateFacts };
}

export interface Measurement {
  readonly baseline: Implementation;
  readonly results: Result[];
  /** Fresh processes, layout `zonal`. */
  readonly cold: Cold[];
  /** For the largest number of regions. */
  readonly resources: { readonly layout: Layout; readonly regions: number; readonly types: TypeComparison[] }[];
}

export function measure(run: Run, options: Options, progress: (text: string) => void): Measurement {
  const results = measureWarm(run, 'ours', options, progress);
  const context = options.context ? measureWarm(run, 'plain-vpc', reduced(options), progress) : [];
  const cold = measureCold(run, options, progress);
  const regions = Math.max(...options.regions);
  const resources = results
    .filter((result) => result.regions === regions)
    .map(({ layout, facts }) => ({
      layout,
      regions,
      types: compareTypes(layout, regions, facts.subject, facts.baseline),
    }));
  return { baseline: BASELINE, results: [...results, ...context], cold, resources };
}

const reduced = (options: Options): Options => ({ ...options, children: 1, samples: Math.ceil(options.samples / 3) });

function measureWarm(run: Run, subject: Implementation, options: Options, progress: (text: string) => void): Result[] {
  const { children, warmUp } = options;
  // Ascending: what a large app leaves behind in CDK's token map would slow down a small one after it.
  const ascending = [...options.regions].sort((a, b) => a - b);
  const cells = ascending.flatMap((regions) => LAYOUTS.map((layout) => cellOf(layout, regions, options.samples)));
  const byChild = Array.from({ length: children }, (_, i) => {
    progress(`${subject} against ${BASELINE}: process ${i + 1} of ${children}`);
    return run<Pair[][]>({ kind: 'warm', subject, cells, warmUp });
  });
  return cells.map((cell, i) =>
    condense(
      cell,
      subject,
      byChild.map((pairs) => pairs[i]),
    ),
  );
}

const cellOf = (layout: Layout, regions: number, samples: number): Cell => ({
  layout,
  regions,
  rounds: Math.ceil(samples / Math.sqrt(regions)),
});

function condense({ layout, regions }: Cell, subject: Implementation, byChild: Pair[][]): Result {
  const pairs = byChild.flat();
  const cpuRatio = (some: Pair[]) => summarize(some.map((pair) => pair.subject.cpuMs / pair.baseline.cpuMs));
  return {
    layout,
    regions,
    subject,
    cpuRatio: cpuRatio(pairs),
    wallRatio: summarize(pairs.map((pair) => pair.subject.wallMs / pair.baseline.wallMs)),
    cpuRatioByChild: byChild.map((some) => cpuRatio(some).median),
    cpuMs: medians(pairs.map((pair) => ({ subject: pair.subject.cpuMs, baseline: pair.baseline.cpuMs }))),
    facts: { subject: pairs[0].subject.facts, baseline: pairs[0].baseline.facts },
  };
}
