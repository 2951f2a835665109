// Runs in child processes: measures what its argument, a `Job` as JSON, says. The last line it prints is the result.
import type { Counts } from '../caretaker/aws-calls';
import { bareSide, detectorSide, type Side } from './sides';
import { MeasuredTable, type TableKind } from './table';
import { type Delivery, deliveryOf, recordBytes } from './traffic';

/**
 * `warm`: the process has seen every key before. `restarted`: the first delivery of a new process, the table knows the keys.
 * `new`: the first delivery ever.
 */
export type State = 'warm' | 'restarted' | 'new';

export interface Job {
  readonly table: TableKind;
  readonly state: State;
  readonly events: number;
  readonly keys: number;
  readonly pairs: number;
  /** Pairs that are thrown away. */
  readonly warmUp: number;
}

export interface Sample {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Pair {
  readonly subject: Sample;
  readonly baseline: Sample;
  /** What the subject asked of the table, for one delivery. */
  readonly calls: Counts;
}

export interface Answer {
  readonly pairs: Pair[];
  /** Of one delivery as it comes, and of a record on the average. */
  readonly bytes: { readonly packed: number; readonly record: number };
}

/** Different ones, so that nothing is fast because it is the same text again. */
const DELIVERIES = 4;
/** A sample of small deliveries is several of them. */
const EVENTS_PER_SAMPLE = 10_000;

async function run({ table, state, events, keys, pairs, warmUp }: Job): Promise<Answer> {
  const now = Date.now();
  const deliveries = Array.from({ length: DELIVERIES }, (_, index) => deliveryOf(events, keys, now, index * events));
  const repeat = state === 'warm' ? Math.max(1, Math.round(EVENTS_PER_SAMPLE / events)) : 1;
  const known = await MeasuredTable.create(table);
  const warm = detectorSide(known, keys, now);
  // every key has been seen by now, in the table and in the memory of `warm`
  await all(warm, deliveries);
  known.takeCalls();
  const subject = async (): Promise<{ side: Side; asked: MeasuredTable }> => {
    if (state === 'warm') return { side: warm, asked: known };
    const asked = state === 'new' ? await MeasuredTable.create(table) : known;
    return { side: detectorSide(asked, keys, now), asked };
  };
  const pair = async (index: number): Promise<Pair> => {
    const some = Array.from({ length: repeat }, (_, n) => deliveries[(index + n) % DELIVERIES]);
    const { side, asked } = await subject();
    // A B in one round, B A in the next
    const first = index % 2 === 0 ? undefined : await sample(bareSide, some);
    const ours = await sample(side, some);
    return {
      subject: ours,
      baseline: first ?? (await sample(bareSide, some)),
      calls: perDelivery(asked.takeCalls(), repeat),
    };
  };
  for (let index = 0; index < warmUp; index++) await pair(index);
  const measured: Pair[] = [];
  for (let index = 0; index < pairs; index++) measured.push(await pair(index));
  return {
    pairs: measured,
    bytes: { packed: Buffer.byteLength(deliveries[0].awslogs.data), record: recordBytes(events, keys, now) },
  };
}

const perDelivery = (calls: Counts, deliveries: number): Counts =>
  Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count / deliveries]));

async function all(side: Side, deliveries: readonly Delivery[]): Promise<void> {
  for (const delivery of deliveries) await side(delivery);
}

/** Milliseconds for one delivery. */
async function sample(side: Side, deliveries: readonly Delivery[]): Promise<Sample> {
  globalThis.gc?.(); // so that nobody pays for the garbage of the sample before
  const wallStart = performance.now();
  const cpuStart = process.cpuUsage();
  await all(side, deliveries);
  const { user, system } = process.cpuUsage(cpuStart);
  const wallMs = performance.now() - wallStart;
  return { cpuMs: (user + system) / 1000 / deliveries.length, wallMs: wallMs / deliveries.length };
}

run(JSON.parse(process.argv[2])).then((answer) => process.stdout.write(`\n${JSON.stringify(answer)}`));
