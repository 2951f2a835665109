// Runs the jobs and condenses what the child processes measured.

import type { Counts } from '../caretaker/aws-calls';
import { bundleWorker } from '../child';
import { medians, type Summary, summarize } from '../statistics';
import { runNode } from './child';
import type { WatchOptions } from './options';
import type { TableKind } from './table';
import type { Answer, Job, Pair, Sample, State } from './worker';

export interface Delivered {
  readonly table: TableKind;
  readonly state: State;
  readonly events: number;
  readonly keys: number;
  /** Detector divided by bare parsing, pair by pair. */
  readonly cpuRatio: Summary;
  readonly wallRatio: Summary;
  /** Median of `cpuRatio` in each child process. */
  readonly cpuRatioByChild: number[];
  /** Medians in milliseconds, of one delivery. */
  readonly cpuMs: { readonly subject: number; readonly baseline: number };
  readonly wallMs: { readonly subject: number; readonly baseline: number };
  /** Calls to the table for one delivery, the same in each pair. */
  readonly calls: Counts;
  readonly bytes: Answer['bytes'];
}

const SETTINGS: readonly { readonly table: TableKind; readonly state: State }[] = [
  { table: 'memory', state: 'warm' },
  { table: 'local DynamoDB', state: 'warm' },
  { table: 'memory', state: 'restarted' },
  { table: 'local DynamoDB', state: 'restarted' },
  { table: 'local DynamoDB', state: 'new' },
];

/** `variables` lead to the local AWS. */
export async function measureDeliveries(
  options: WatchOptions,
  variables: NodeJS.ProcessEnv,
  progress: (text: string) => void,
): Promise<Delivered[]> {
  const worker = bundleWorker('watch/worker.ts');
  try {
    const results: Delivered[] = [];
    for (const { table, state } of SETTINGS) {
      for (const events of options.events) {
        progress(`${events} records, table in ${table}, ${state}`);
        const job = jobFor(options, table, state, events);
        const answers: Answer[] = [];
        // a first delivery ever writes twice for each key: one process is enough
        for (let child = 0; child < (state === 'warm' ? options.children : 1); child++) {
          answers.push(await runNode<Answer>([worker.file, JSON.stringify(job)], variables));
        }
        results.push(condense(job, answers));
      }
    }
    return results;
  } finally {
    worker.remove();
  }
}

function jobFor(options: WatchOptions, table: TableKind, state: State, events: number): Job {
  const { keys, samples, coldSamples, warmUp } = options;
  if (state === 'warm') return { table, state, events, keys, pairs: samples, warmUp };
  return { table, state, events, keys, pairs: coldSamples, warmUp: 1 };
}

function condense({ table, state, events, keys }: Job, answers: readonly Answer[]): Delivered {
  const pairs = answers.flatMap((answer) => answer.pairs);
  const ratio = (what: keyof Sample, some: readonly Pair[]) =>
    summarize(some.map(({ subject, baseline }) => subject[what] / baseline[what]));
  const times = (what: keyof Sample) =>
    medians(pairs.map(({ subject, baseline }) => ({ subject: subject[what], baseline: baseline[what] })));
  const [{ calls }] = pairs;
  return {
    ...{ table, state, events, keys },
    cpuRatio: ratio('cpuMs', pairs),
    wallRatio: ratio('wallMs', pairs),
    cpuRatioByChild: answers.map((answer) => ratio('cpuMs', answer.pairs).median),
    cpuMs: times('cpuMs'),
    wallMs: times('wallMs'),
    calls,
    bytes: answers[0].bytes,
  };
}
