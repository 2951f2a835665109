// The rings whose cost is shown, and the record that is logged: the same as in the watch's benchmark.
import { recordBytes } from '../watch/traffic';
import type { RingSize } from './report';
import { countResources } from './resource-counts';
import { ringTemplates } from './ring-templates';

export const SIZES = [10, 100, 1000];

/** Of a thousand records; the time has the same number of digits whenever it is. */
export const RECORD_BYTES = Math.round(recordBytes(1000, 1000, Date.UTC(2026, 10, 22)));

export const costedRings = (sizes: readonly number[]): RingSize[] =>
  sizes.map((keys) => ({ keys, counts: countResources(ringTemplates(keys)) }));
