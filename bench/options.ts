// Reads the command line of the benchmark.
import { parseArgs } from 'node:util';
import { ALL_REGIONS } from './egress-case';

const HELP = `Compares the synthesis of our egress stacks with a hand-written equivalent.

usage: npm run bench -- [options]

  --quick          about 15 s instead of 2 min: few samples, one process, nothing but ours against the baseline
  --json           print one JSON document instead of tables
  --regions LIST   numbers of regions, 1 to ${ALL_REGIONS.length} (default: 1,3,20)
  --samples N      pairs per child process for 1 region, fewer for more regions (default: 12, quick: 4)
  --children N     child processes (default: 3, quick: 1)
  --help           print this

Exit codes: 0 measured, whatever the figures; 1 failed; 2 wrong usage.`;

export interface Options {
  readonly json: boolean;
  readonly regions: number[];
  readonly samples: number;
  readonly children: number;
  /** Pairs that are thrown away, per layout and child process. */
  readonly warmUp: number;
  /** Pairs of fresh processes with one synthesis each. */
  readonly coldPairs: number;
  /** Measure `plain-vpc` as well. */
  readonly context: boolean;
}

export class UsageError extends Error {}

/** @returns nothing when help was asked for and given */
export function readOptions(args: string[]): Options | undefined {
  const values = parse(args);
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  return {
    json: values.json,
    regions: values.regions.split(',').map((text) => wholeNumber('--regions', text, ALL_REGIONS.length)),
    samples: wholeNumber('--samples', values.samples ?? (values.quick ? '4' : '12'), 1000),
    children: wholeNumber('--children', values.children ?? (values.quick ? '1' : '3'), 100),
    warmUp: values.quick ? 1 : 3,
    coldPairs: values.quick ? 0 : 3,
    context: !values.quick,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        regions: { type: 'string', default: '1,3,20' },
        samples: { type: 'string' },
        children: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new UsageError(`${option} takes whole numbers from 1 to ${max}, got '${text}'`);
  }
  return value;
}
