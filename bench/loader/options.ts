// Reads the command line of the loader's benchmark.
import { parseArgs } from 'node:util';
import { asUsage, wholeNumber } from '../options';

const HELP = `Compares the workload loader with what a program does without one.

usage: npm run bench:loader -- [options]

  --json           print one JSON document instead of tables
  --quick          few samples, one process
  --rounds N       rounds per child process, each side has a turn in each (default: 60, quick: 3)
  --children N     child processes (default: 3, quick: 1)
  --starts N       pairs of fresh processes that load a key (default: 15, quick: 2)
  --node           leave out Python
  --help           print this

Exit codes: 0 measured, whatever the figures; 1 failed, or a read of the key asked somebody; 2 wrong usage.`;

export interface LoaderOptions {
  readonly json: boolean;
  readonly rounds: number;
  readonly children: number;
  /** Rounds that are thrown away, per child process. */
  readonly warmUp: number;
  readonly starts: number;
  readonly python: boolean;
}

/** @returns nothing when help was asked for and given */
export function readLoaderOptions(args: string[]): LoaderOptions | undefined {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
  const options = { json: flag, quick: flag, help: flag, node: flag, rounds: text, children: text, starts: text };
  const values = asUsage(() => parseArgs({ args, options }).values);
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  const usual = values.quick
    ? { rounds: '3', children: '1', starts: '2' }
    : { rounds: '60', children: '3', starts: '15' };
  return {
    json: values.json === true,
    rounds: wholeNumber('--rounds', values.rounds ?? usual.rounds, 10_000),
    children: wholeNumber('--children', values.children ?? usual.children, 100),
    warmUp: values.quick ? 2 : 15,
    starts: wholeNumber('--starts', values.starts ?? usual.starts, 1000),
    python: values.node !== true,
  };
}
