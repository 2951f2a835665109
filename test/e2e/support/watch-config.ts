// The ring that is watched: two keys in use, and others that are there for the number.
import type { Config } from '../../../bin/config/config';
import { RING_CONFIG } from './ring-config';

export { ENVIRONMENT, MANAGEMENT, READER, REGION, TRADER } from './ring-config';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Keys without a first value; they are there for the number. */
export const SPARE = Array.from({ length: 18 }, (_, index) => `${index + 10}`);

/** Of the ring, the management key included. */
export const KEYS = SPARE.length + 3;

export const CONFIG = {
  ...RING_CONFIG,
  keys: {
    ...RING_CONFIG.keys,
    ...Object.fromEntries(
      SPARE.map((instance) => [
        `Grid${instance}`,
        { purpose: 'grid-bot', instance, account: 'sub-1', permissions: ['read', 'trade'] as ('read' | 'trade')[] },
      ]),
    ),
  },
} satisfies Config;
