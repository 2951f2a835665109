// Whether a template may be deployed under a lock: it neither loses a locked address nor lets traffic out of an unknown one.
import { parseDay } from '../keys/day';
import type { LockDocument } from './document';
import { entriesOf } from './entries';
import { findExpired } from './guard-expired';
import { findLost } from './guard-lost';
import type { GuardedTemplate, LockFinding } from './guard-types';
import { findUnready } from './guard-unready';

/**
 * What is wrong with one region of an app; empty if it may be deployed. The first region may: nothing is known yet. One that
 * comes later may, unless traffic would leave from it and there are exchanges that have to know.
 * @throws InputError `DAY_MALFORMED`.
 */
export function guardTemplate(lock: LockDocument, template: GuardedTemplate): LockFinding[] {
  parseDay('today', template.today);
  const entries = entriesOf(lock, template.region);
  return [...findLost(lock, template), ...findUnready(lock, template), ...findExpired(entries, template)];
}

/** What is wrong with leaving out every region of the lock but these: a region that is gone has no construct to say so. */
export function guardRegions(lock: LockDocument, regions: readonly string[], today: string): LockFinding[] {
  return Object.keys(lock.regions)
    .filter((region) => !regions.includes(region))
    .flatMap((region) => guardTemplate(lock, { region, zones: [], today }));
}
