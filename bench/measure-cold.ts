// The first synthesis of a fresh process, as `cdk synth` runs it: modules to load, nothing compiled yet.
import { Run } from './child';
import { BASELINE, Implementation } from './implementations';
import { Options } from './options';
import { medians, Summary, summarize } from './statistics';
import { ColdSample } from './worker';

interface Sides {
  readonly subject: number;
  readonly baseline: number;
}

export interface Cold {
  readonly regions: number;
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

export function measureCold(run: Run, options: Options, progress: (text: string) => void): Cold[] {
  if (options.coldPairs === 0) return [];
  return options.regions.map((regions) => {
    progress(`${options.coldPairs} pairs of fresh processes, ${regions} region(s)`);
    return condense(
      regions,
      Array.from({ length: options.coldPairs }, (_, i) => measurePair(run, regions, i)),
    );
  });
}

function measurePair(run: Run, regions: number, index: number): ColdPair {
  const cold = (implementation: Implementation) => run<ColdSample>({ kind: 'cold', implementation, regions });
  if (index % 2 === 0) return { subject: cold('ours'), baseline: cold(BASELINE) };
  const baseline = cold(BASELINE);
  return { subject: cold('ours'), baseline };
}

function condense(regions: number, pairs: ColdPair[]): Cold {
  const sides = (what: keyof ColdSample): Sides[] =>
    pairs.map(({ subject, baseline }) => ({ subject: subject[what], baseline: baseline[what] }));
  const ratio = (what: keyof ColdSample) => summarize(sides(what).map(({ subject, baseline }) => subject / baseline));
  return {
    regions,
    synthRatio: ratio('synthMs'),
    synthMs: medians(sides('synthMs')),
    processRatio: ratio('processMs'),
    processMs: medians(sides('processMs')),
    modules: sides('modules')[0],
  };
}
