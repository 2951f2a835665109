// Reads the command line of the caretaker's benchmark.
import { parseArgs } from 'node:util';
import { asUsage, sizeList } from '../options';

const MOST_KEYS = 2000;

const HELP = `Counts what a pass of the caretaker asks of AWS and of the exchange.

usage: npm run bench:caretaker -- [options]

  --json           print one JSON document instead of tables
  --keys LIST      numbers of keys, 1 to ${MOST_KEYS} (default: 10,100,1000)
  --help           print this

Exit codes: 0 measured; 1 failed, or the caretaker found something other than it should; 2 wrong usage.`;

/** @returns nothing when help was asked for and given */
export function readCaretakerOptions(args: string[]): { json: boolean; sizes: number[] } | undefined {
  const flag = { type: 'boolean', default: false } as const;
  const options = { json: flag, help: flag, keys: { type: 'string', default: '10,100,1000' } } as const;
  const { json, help, keys } = asUsage(() => parseArgs({ args, options }).values);
  if (!help) return { json, sizes: sizeList('--keys', keys, MOST_KEYS) };
  console.log(HELP);
  return undefined;
}
