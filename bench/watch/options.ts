// Reads the command line of the watch's benchmark.
import { parseArgs } from 'node:util';
import { asUsage, sizeList, wholeNumber } from '../options';

const MOST_EVENTS = 50_000;

const HELP = `Compares the detector with unpacking and parsing its deliveries, and loads the functions of the watch.

usage: npm run bench:watch -- [options]

  --json           print one JSON document instead of tables
  --quick          few samples, one process
  --events LIST    records in a delivery, 1 to ${MOST_EVENTS} (default: 1000,10000)
  --keys N         keys that the records are of (default: 1000)
  --samples N      pairs per child process (default: 25, quick: 3)
  --children N     child processes (default: 3, quick: 1)
  --help           print this

Exit codes: 0 measured, whatever the figures; 1 failed, or the detector did more than quiet traffic takes; 2 wrong usage.`;

export interface WatchOptions {
  readonly json: boolean;
  readonly events: number[];
  readonly keys: number;
  readonly samples: number;
  readonly children: number;
  /** Pairs that are thrown away, per child process. */
  readonly warmUp: number;
  /** Pairs of a state that begins with nothing known; each talks to the emulator for every key. */
  readonly coldSamples: number;
  /** Pairs of fresh processes that load a function. */
  readonly loads: number;
}

/** @returns nothing when help was asked for and given */
export function readWatchOptions(args: string[]): WatchOptions | undefined {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
  const options = { json: flag, quick: flag, help: flag, events: text, keys: text, samples: text, children: text };
  const values = asUsage(() => parseArgs({ args, options }).values);
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  const samples = wholeNumber('--samples', values.samples ?? (values.quick ? '3' : '25'), 1000);
  return {
    json: values.json === true,
    events: sizeList('--events', values.events ?? '1000,10000', MOST_EVENTS),
    keys: wholeNumber('--keys', values.keys ?? '1000', 10_000),
    samples,
    children: wholeNumber('--children', values.children ?? (values.quick ? '1' : '3'), 100),
    warmUp: values.quick ? 1 : 10,
    coldSamples: Math.max(1, Math.ceil(samples / 8)),
    loads: values.quick ? 1 : 11,
  };
}
