// Runs in child processes: measures what its argument, a `Job` as JSON, says, and prints the result as JSON.
import { ALL_REGIONS, Compose, EgressCase, Layout } from './egress-case';
import { BASELINE, Implementation, load } from './implementations';
import { Sample, synth } from './synth';

export interface Cell {
  readonly layout: Layout;
  readonly regions: number;
  readonly rounds: number;
}

/** `warm`: pairs of samples in one process. `cold`: one sample, the first and only one of its process. */
export type Job =
  | { readonly kind: 'warm'; readonly subject: Implementation; readonly cells: Cell[]; readonly warmUp: number }
  | { readonly kind: 'cold'; readonly implementation: Implementation; readonly regions: number };

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

function main(job: Job): Pair[][] | ColdSample {
  return job.kind === 'cold' ? cold(job.implementation, job.regions) : warm(job.subject, job.cells, job.warmUp);
}

function cold(implementation: Implementation, regions: number): ColdSample {
  const { cpuMs } = synth(load(implementation), caseOf({ layout: 'zonal', regions }));
  const { user, system } = process.cpuUsage();
  return { processMs: (user + system) / 1000, synthMs: cpuMs, modules: Object.keys(require.cache).length };
}

function warm(name: Implementation, cells: Cell[], warmUp: number): Pair[][] {
  const subject = load(name);
  const baseline = load(BASELINE);
  const pair = (egressCase: EgressCase, index: number) => measurePair(subject, baseline, egressCase, index);
  for (const layout of new Set(cells.map((cell) => cell.layout))) {
    for (let i = 0; i < warmUp; i++) pair(caseOf({ layout, regions: 3 }), i);
  }
  return cells.map((cell) => {
    pair(caseOf(cell), 1); // discarded: the heap grows to the size that this case needs
    return Array.from({ length: cell.rounds }, (_, i) => pair(caseOf(cell), i));
  });
}

/** A B in one round, B A in the next: what drifts or is left behind by the neighbour falls on both alike. */
function measurePair(subject: Compose, baseline: Compose, egressCase: EgressCase, index: number): Pair {
  if (index % 2 === 0) return { subject: synth(subject, egressCase), baseline: synth(baseline, egressCase) };
  const first = synth(baseline, egressCase);
  return { subject: synth(subject, egressCase), baseline: first };
}

const caseOf = ({ layout, regions }: Omit<Cell, 'rounds'>): EgressCase => ({
  layout,
  regions: ALL_REGIONS.slice(0, regions),
});

process.stdout.write(JSON.stringify(main(JSON.parse(process.argv[2]))));
