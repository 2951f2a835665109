// One fault on its own: the expected alarms and no others, unknowns only after three in a row and no fourth, and all is well afterwards.
import { ALARM_CATALOGUE, type AlarmId, DO_NOT_TRADE } from '../../../contract/alarms';
import { GREEN, HOUR, type Measured, PERIOD } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';

/** Puts it right again. */
export type Repair = () => Promise<unknown> | unknown;

export interface Fault {
  readonly what: string;
  /** All alarms that have to be on in the end, besides the composite. */
  readonly alarms: readonly AlarmId[];
  /** What a probe answers to whoever invokes it, where no alarm says it. */
  readonly seen?: string;
  readonly happens: (world: VerifyWorld) => Promise<Repair> | Repair;
  /** Runs everything in each period, where nothing but time would have to pass. */
  readonly again?: true;
}

/** Those that tell at once: the others are about proofs that do not come. */
const AT_ONCE = ALARM_CATALOGUE.filter(({ datapointsToAlarm }) => datapointsToAlarm === 1).map(({ id }) => id);
const PERIODS = 4;
/** CloudWatch looks at more periods than an alarm has: what was before is out of sight then. */
const MEMORY = 8 * PERIOD;

const withComposite = (ids: readonly AlarmId[]): string[] => (ids.length > 0 ? [...ids, DO_NOT_TRADE].sort() : []);

/** @param begin of two hours that nobody else has */
export async function prove(world: VerifyWorld, { alarms, happens, again, seen }: Fault, begin: number): Promise<void> {
  const start = begin + HOUR / 2;
  await world.keep(GREEN, begin, start);
  expect(await world.alarmsOn(start)).toEqual([]);

  world.setClock(start);
  const repair = await happens(world);
  try {
    if (seen !== undefined) expect(await world.codesFromTheInside()).toContain(seen);
    let measured: Measured = {};
    for (let period = 1; period <= PERIODS; period++) {
      const at = start + period * PERIOD;
      if (period === 1 || again) measured = await world.round(at);
      else await world.keep(measured, at, at);
      const found = period < PERIODS ? alarms.filter((id) => AT_ONCE.includes(id)) : alarms;
      expect({ period, measured, on: (await world.alarmsOn(at)).sort() }).toEqual({
        period,
        measured,
        on: withComposite(found),
      });
    }
  } finally {
    await repair();
  }
  const end = start + (PERIODS + 1) * PERIOD;
  expect(await world.round(end)).toEqual(GREEN);
  await world.keep(GREEN, end + PERIOD, end + MEMORY);
  expect(await world.alarmsOn(end + MEMORY)).toEqual([]);
}
