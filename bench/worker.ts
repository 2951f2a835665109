// Runs in child processes: measures what its argument, a `Job` as JSON, says, and prints the result as JSON.
import type { Case } from './compose';
import { type Area, BASELINE, type Implementation, isCounted, load } from './implementations';
import { type Sample, synth } from './synth';

export interface Cell extends Case {
  readonly rounds: number;
}

/** Pairs of samples in one process. */
export interface WarmJob {
  readonly kind: 'warm';
  readonly area: Area;
  readonly subject: Implementation;
  readonly cells: readonly Cell[];
  readonly warmUp: { readonly size: number; readonly pairs: number };
}

/** One sample, the first and only one of its process. */
export interface ColdJob {
  readonly kind: 'cold';
  readonly area: Area;
  readonly implementation: Implementation;
  readonly benchCase: Case;
}

export type Job = WarmJob | ColdJob;

export interface Pair {
  readonly subject: Sample;
  readonly baseline: Sample;
}

export interface ColdSample {
  /** From the start of the process, loading included. */
  readonly processMs: number;
  readonly synthMs: number;
  /** Modules that were loaded. */
  readonly modules: number;
}

type Sampler = (benchCase: Case) => Sample;

function cold({ area, implementation, benchCase }: ColdJob): ColdSample {
  const { cpuMs } = sampler(area, implementation)(benchCase);
  const { user, system } = process.cpuUsage();
  return { processMs: (user + system) / 1000, synthMs: cpuMs, modules: Object.keys(require.cache).length };
}

function warm({ area, subject: name, cells, warmUp }: WarmJob): Pair[][] {
  const [subject, baseline] = [sampler(area, name), sampler(area, BASELINE)];
  const pair = (benchCase: Case, index: number) => measurePair(subject, baseline, benchCase, index);
  for (const variant of new Set(cells.map((cell) => cell.variant))) {
    for (let i = 0; i < warmUp.pairs; i++) pair({ variant, size: warmUp.size }, i);
  }
  return cells.map((cell) => {
    pair(cell, 1); // discarded: the heap grows to the size that this case needs
    return Array.from({ length: cell.rounds }, (_, i) => pair(cell, i));
  });
}

function sampler(area: Area, name: Implementation): Sampler {
  const compose = load(area, name);
  return (benchCase) => synth(compose, benchCase, (file) => isCounted(area, file));
}

/** A B in one round, B A in the next: what drifts or is left behind by the neighbour falls on both alike. */
function measurePair(subject: Sampler, baseline: Sampler, benchCase: Case, index: number): Pair {
  if (index % 2 === 0) return { subject: subject(benchCase), baseline: baseline(benchCase) };
  const first = baseline(benchCase);
  return { subject: subject(benchCase), baseline: first };
}

const job: Job = JSON.parse(process.argv[2]);
process.stdout.write(JSON.stringify(job.kind === 'cold' ? cold(job) : warm(job)));
