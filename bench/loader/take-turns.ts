// Runs in child processes: lets the sides take turns and times them.
import { orderOf, type Round, type Sample } from './rounds';

export interface Turns {
  readonly rounds: number;
  /** Rounds that are thrown away. */
  readonly warmUp: number;
  /** Operations in one turn. */
  readonly operations: number;
}

/** Does so many operations one after another. */
export type Side = (operations: number) => void | Promise<void>;

/** `before` runs before each round and is in nobody's time. */
export async function takeTurns(
  sides: Readonly<Record<string, Side>>,
  { rounds, warmUp, operations }: Turns,
  before: () => void | Promise<void> = () => {},
): Promise<Round[]> {
  const measured: Round[] = [];
  for (let index = -warmUp; index < rounds; index++) {
    await before();
    const samples: [string, Sample][] = [];
    for (const [name, side] of orderOf(Object.entries(sides), index + warmUp)) {
      samples.push([name, await turn(side, operations)]);
    }
    if (index >= 0) measured.push(Object.fromEntries(samples));
  }
  return measured;
}

async function turn(side: Side, operations: number): Promise<Sample> {
  // no collection is asked for: it would throw compiled code away, and what runs next would be slow several times over
  const wallStart = performance.now();
  const cpuStart = process.cpuUsage();
  await side(operations);
  const { user, system } = process.cpuUsage(cpuStart);
  const wallUs = (performance.now() - wallStart) * 1000;
  return { wallUs: wallUs / operations, cpuUs: (user + system) / operations };
}

/** What a worker prints last. */
export function answer(result: Promise<object>): void {
  result.then((value) => process.stdout.write(`\n${JSON.stringify(value)}`));
}
