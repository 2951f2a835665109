// Runs the jobs and condenses what the child processes measured.
import type { Benchmark } from './benchmark';
import { Run } from './child';
import type { Case } from './compose';
import { type Costs, costsOf } from './costs';
import { compareTypes, TypeComparison } from './differences';
import { BASELINE, Implementation, SUBJECT } from './implementations';
import { Cold, measureCold } from './measure-cold';
import { Options } from './options';
import { medians, Summary, summarize } from './statistics';
import { TemplateFacts } from './template-facts';
import { type WithoutShared, withoutShared } from './without-shared';
import type { Pair } from './worker';

export interface Result extends Case {
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
  readonly baseline: string;
  readonly results: Result[];
  readonly costs: Costs[];
  /** Empty unless ours and the baseline have code in common, and it was measured. */
  readonly withoutShared: WithoutShared[];
  /** Fresh processes, the first variant. */
  readonly cold: Cold[];
  /** For the largest size. */
  readonly resources: (Case & { readonly types: TypeComparison[] })[];
}

export type Progress = (text: string) => void;

export function measure(run: Run, benchmark: Benchmark, options: Options, progress: Progress): Measurement {
  const results = measureWarm(run, benchmark, SUBJECT, options, progress);
  const { context, listed } = benchmark;
  const contextResults = options.context ? measureWarm(run, benchmark, context, reduced(options), progress) : [];
  const cold = measureCold(run, benchmark, options, progress);
  const size = Math.max(...options.sizes);
  const resources = results
    .filter((result) => result.size === size)
    .map(({ variant, facts }) => ({ variant, size, types: compareTypes(listed, size, facts.subject, facts.baseline) }));
  const all = [...results, ...contextResults];
  return {
    baseline: BASELINE,
    results: all,
    costs: costsOf(results),
    withoutShared: benchmark.contextIsShared ? withoutShared(all, context) : [],
    cold,
    resources,
  };
}

const reduced = (options: Options): Options => ({ ...options, children: 1, samples: Math.ceil(options.samples / 3) });

function measureWarm(
  run: Run,
  { area, variants, rounds, warmUpSize }: Benchmark,
  subject: Implementation,
  options: Options,
  progress: Progress,
): Result[] {
  const { children, samples } = options;
  const warmUp = { size: warmUpSize, pairs: options.warmUp };
  // Ascending: what a large app leaves behind in CDK's token map would slow down a small one after it.
  const ascending = [...options.sizes].sort((a, b) => a - b);
  const cells = ascending.flatMap((size) =>
    variants.map((variant) => ({ variant, size, rounds: rounds(size, samples) })),
  );
  const byChild = Array.from({ length: children }, (_, i) => {
    progress(`${subject} against ${BASELINE}: process ${i + 1} of ${children}`);
    return run<Pair[][]>({ kind: 'warm', area, subject, cells, warmUp });
  });
  return cells.map((cell, i) =>
    condense(
      cell,
      subject,
      byChild.map((pairs) => pairs[i]),
    ),
  );
}

function condense({ variant, size }: Case, subject: Implementation, byChild: Pair[][]): Result {
  const pairs = byChild.flat();
  const cpuRatio = (some: Pair[]) => summarize(some.map((pair) => pair.subject.cpuMs / pair.baseline.cpuMs));
  return {
    variant,
    size,
    subject,
    cpuRatio: cpuRatio(pairs),
    wallRatio: summarize(pairs.map((pair) => pair.subject.wallMs / pair.baseline.wallMs)),
    cpuRatioByChild: byChild.map((some) => cpuRatio(some).median),
    cpuMs: medians(pairs.map((pair) => ({ subject: pair.subject.cpuMs, baseline: pair.baseline.cpuMs }))),
    facts: { subject: pairs[0].subject.facts, baseline: pairs[0].baseline.facts },
  };
}
