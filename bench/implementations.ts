// The implementations by name, loaded on demand: a process that measures one of them cold must not load the others.
import { Compose } from './egress-case';

const LOADERS = {
  ours: () => require('./ours'),
  'hand-written': () => require('./hand-written'),
  'plain-vpc': () => require('./plain-vpc'),
} satisfies Record<string, () => { compose: Compose }>;

export type Implementation = keyof typeof LOADERS;

/** What the others are compared with. */
export const BASELINE: Implementation = 'hand-written';

export function load(name: Implementation): Compose {
  return LOADERS[name]().compose;
}
