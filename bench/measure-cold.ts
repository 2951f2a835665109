// The first synthesis of a fresh process, as `cdk synth` runs it: modules to load, nothing compiled yet.
import type { Benchmark } from './benchmark';
import { Run } from './child';
import type { Case } from './compose';
import { BASELINE, type Implementation, SUBJECT } from './implementations';
import { Options } from './options';
import { medians, Summary, summarize } from './statistics';
import { ColdSample } from './worker';

interface Sides {
  readonly subject: number;
  readonly baseline: number;
}

export interface Cold extends Case {
  /** The synthesis alone. */
  readonly synthRatio: Summary;
  readonly synthMs: Sides;
  /** The whole process. */
  readonly processRatio: Summary;
  readonly processMs: Sides;
  readonly modules: Sides;
}

interface ColdPair {
  readonly subject: ColdSample;
  readonly baseline: ColdSample;
}

export function measureCold(
  run: Run,
  { area, variants: [variant], sizeName }: Benchmark,
  options: Options,
  progress: (text: string) => void,
): Cold[] {
  if (options.coldPairs === 0) return [];
  return options.sizes.map((size) => {
    progress(`${options.coldPairs} pairs of fresh processes, ${size} ${sizeName}`);
    const benchCase = { variant, size };
    const sample = (implementation: Implementation) =>
      run<ColdSample>({ kind: 'cold', area, implementation, benchCase });
    return condense(
      benchCase,
      Array.from({ length: options.coldPairs }, (_, i) => measurePair(sample, i)),
    );
  });
}

function measurePair(sample: (implementation: Implementation) => ColdSample, index: number): ColdPair {
  if (index % 2 === 0) return { subject: sample(SUBJECT), baseline: sample(BASELINE) };
  const baseline = sample(BASELINE);
  return { subject: sample(SUBJECT), baseline };
}

function condense(benchCase: Case, pairs: ColdPair[]): Cold {
  const sides = (what: keyof ColdSample): Sides[] =>
    pairs.map(({ subject, baseline }) => ({ subject: subject[what], baseline: baseline[what] }));
  const ratio = (what: keyof ColdSample) => summarize(sides(what).map(({ subject, baseline }) => subject / baseline));
  return {
    ...benchCase,
    synthRatio: ratio('synthMs'),
    synthMs: medians(sides('synthMs')),
    processRatio: ratio('processMs'),
    processMs: medians(sides('processMs')),
    modules: sides('modules')[0],
  };
}
