// The benchmark of a ring of keys: 1, 10 and 100 keys in the ring's stack, 1,000 in nested stacks.
import type { Benchmark } from '../benchmark';
import { ROLES } from './case';

export const KEYS: Benchmark = {
  area: 'keys',
  command: 'npm run bench:keys',
  subject: 'a ring of keys',
  variantName: 'roles',
  variants: ROLES,
  sizeName: 'keys',
  sizes: { usual: '1,10,100,1000', most: 2000 },
  // most at about 100 keys, which is what the budget is about
  rounds: (keys, samples) => Math.max(1, Math.round(samples * (keys < 50 ? 0.5 : Math.min(1, 100 / keys)))),
  warmUpSize: 30,
  context: 'shared-parts',
  contextIsShared: true,
  listed: [],
  budget:
    '3 resources and 2.0 KB per key, 40 fixed resources besides the nested stacks of watch and verification, a ratio of 1.1 at 100 keys. Both sides take network and watch from the library, so the ratio is about keys and ring; its own table takes what is shared off.',
};
