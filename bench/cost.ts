// `npm run bench:cost`: what a ring costs in a month, from its templates, stated assumptions and one price table.
import { parseArgs } from 'node:util';
import { commandLine } from './command-line';
import { report } from './cost/report';
import { costedRings, RECORD_BYTES, SIZES } from './cost/rings';
import { asUsage, sizeList } from './options';

const MOST_KEYS = 2000;

const HELP = `Prints what a ring of keys costs in a month, as Markdown.

usage: npm run bench:cost -- [options]

  --keys LIST      numbers of keys, 1 to ${MOST_KEYS} (default: ${SIZES.join()})
  --help           print this

Exit codes: 0 printed; 1 failed; 2 wrong usage.`;

commandLine(async () => {
  const options = { keys: { type: 'string', default: SIZES.join() }, help: { type: 'boolean' } } as const;
  const { keys, help } = asUsage(() => parseArgs({ options }).values);
  if (help) {
    console.log(HELP);
    return;
  }
  process.env.CDK_VALIDATION = 'false';
  const sizes = costedRings(sizeList('--keys', keys, MOST_KEYS));
  console.log(report(sizes, RECORD_BYTES));
});
