// Reads the command line of a benchmark of synthesis.
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark';

const help = ({
  command,
  subject,
  sizeName,
  sizes,
}: Benchmark) => `Compares the synthesis of ${subject} with a hand-written equivalent.

usage: ${command} -- [options]

  --quick          few samples, one process, nothing but ours against the baseline
  --json           print one JSON document instead of tables
  ${`--${sizeName} LIST`.padEnd(16)} numbers of ${sizeName}, 1 to ${sizes.most} (default: ${sizes.usual})
  --samples N      pairs per child process, fewer for large sizes (default: 12, quick: 4)
  --children N     child processes (default: 3, quick: 1)
  --help           print this

Exit codes: 0 measured, whatever the figures; 1 failed; 2 wrong usage.`;

export interface Options {
  readonly json: boolean;
  /** Numbers of regions or keys. */
  readonly sizes: number[];
  readonly samples: number;
  readonly children: number;
  /** Pairs that are thrown away, per variant and child process. */
  readonly warmUp: number;
  /** Pairs of fresh processes with one synthesis each. */
  readonly coldPairs: number;
  /** Measure the benchmark's context as well. */
  readonly context: boolean;
}

export class UsageError extends Error {}

/** @returns nothing when help was asked for and given */
export function readOptions(args: string[], benchmark: Benchmark): Options | undefined {
  const { sizeName, sizes } = benchmark;
  const values = parse(args, sizeName);
  if (values.help) {
    console.log(help(benchmark));
    return undefined;
  }
  const list = String(values[sizeName] ?? sizes.usual);
  return {
    json: values.json === true,
    sizes: sizeList(`--${sizeName}`, list, sizes.most),
    samples: wholeNumber('--samples', values.samples ?? (values.quick ? '4' : '12'), 1000),
    children: wholeNumber('--children', values.children ?? (values.quick ? '1' : '3'), 100),
    warmUp: values.quick ? 1 : 3,
    coldPairs: values.quick ? 0 : 3,
    context: !values.quick,
  };
}

function parse(args: string[], sizeName: string): Record<string, string | boolean | undefined> {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
  const options = { quick: flag, json: flag, help: flag, samples: text, children: text, [sizeName]: text };
  return asUsage(() => parseArgs({ args, options }).values);
}

/** What `parseArgs` refuses is wrong usage. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export const sizeList = (option: string, list: string, max: number): number[] =>
  list.split(',').map((text) => wholeNumber(option, text, max));

export function wholeNumber(option: string, text: string | boolean, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new UsageError(`${option} takes whole numbers from 1 to ${max}, got '${text}'`);
  }
  return value;
}
