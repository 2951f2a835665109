// Runs the jobs and condenses what the child processes measured.
import { compareTypes, TypeComparison } from './differences';
import { LAYOUTS, Layout } from './egress-case';
import { BASELINE, Implementation } from './implementations';
import { Options } from './options';
import { Summary, summarize } from './statistics';
import { TemplateFacts } from './template-facts';
import { Cell, ColdSample, Job, Pair } from './worker';

type Run = <R>(job: Job) => R;

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

export interface Cold {
  readonly cpuRatio: Summary;
  readonly cpuMs: { readonly subject: number; readonly baseline: number };
  readonly modules: { readonly subject: number; readonly baseline: number };
}

export interface Measurement {
  readonly baseline: Implementation;
  readonly results: Result[];
  readonly cold?: Cold;
  /** For the largest number of regions. */
  readonly resources: { readonly layout: Layout; readonly regions: number; readonly types: TypeComparison[] }[];
}

export function measure(run: Run, options: Options, progress: (text: string) => void): Measurement {
  const results = measureWarm(run, 'ours', options, progress);
  const context = options.context ? measureWarm(run, 'plain-vpc', reduced(options), progress) : [];
  const cold = options.coldPairs > 0 ? measureCold(run, options.coldPairs, progress) : undefined;
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
  const cells = LAYOUTS.flatMap((layout) => options.regions.map((regions) => cellOf(layout, regions, options.samples)));
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

function measureCold(run: Run, count: number, progress: (text: string) => void): Cold {
  progress(`${count} pairs of whole processes`);
  const pairs = Array.from({ length: count }, (_, i) => {
    const cold = (implementation: Implementation) => run<ColdSample>({ kind: 'cold', implementation });
    if (i % 2 === 0) return { subject: cold('ours'), baseline: cold(BASELINE) };
    const baseline = cold(BASELINE);
    return { subject: cold('ours'), baseline };
  });
  return {
    cpuRatio: summarize(pairs.map(({ subject, baseline }) => subject.cpuMs / baseline.cpuMs)),
    cpuMs: medians(pairs.map(({ subject, baseline }) => ({ subject: subject.cpuMs, baseline: baseline.cpuMs }))),
    modules: { subject: pairs[0].subject.modules, baseline: pairs[0].baseline.modules },
  };
}

const medians = (pairs: { subject: number; baseline: number }[]) => ({
  subject: summarize(pairs.map(({ subject }) => subject)).median,
  baseline: summarize(pairs.map(({ baseline }) => baseline)).median,
});
