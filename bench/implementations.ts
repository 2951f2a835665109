// The implementations by name, loaded on demand: a process that measures one of them cold must not load the others.
import type { Compose } from './compose';

const AREAS = {
  egress: {
    ours: () => require('./egress/ours'),
    'hand-written': () => require('./egress/hand-written'),
    'plain-vpc': () => require('./egress/plain-vpc'),
  },
  keys: {
    ours: () => require('./keys/ours'),
    'hand-written': () => require('./keys/hand-written'),
    'shared-parts': () => require('./keys/shared-parts'),
  },
} satisfies Record<string, Record<string, () => { compose: Compose }>>;

export type Area = keyof typeof AREAS;
export type Implementation = { [A in Area]: keyof (typeof AREAS)[A] }[Area];

/** What the others are compared with, in every area. */
export const BASELINE = 'hand-written';
export const SUBJECT = 'ours';

export function load(area: Area, name: Implementation): Compose {
  const loaders: Record<string, () => { compose: Compose }> = AREAS[area];
  return loaders[name]().compose;
}

/** Templates that are counted, by file name: not those of stacks that an area needs and is not about. */
export function isCounted(area: Area, file: string): boolean {
  return area === 'egress' || /^exchange-?keys-?prod-?keys/.test(file);
}
