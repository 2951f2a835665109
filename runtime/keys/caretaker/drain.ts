// Decides whether an old key is still used, as far as its exchange tells.
import type { KeyVersion } from '../key-state';
import { type Facts, overlapSeconds, PASS } from './facts';

/** Between two passes' questions, which may themselves count as uses of the key. */
const MARGIN = 300;

/**
 * False only when the exchange says that the key was used near the end of its overlap or after it. What an exchange does
 * not tell holds nothing up: then the overlap alone decides.
 */
export function isDrained(facts: Facts, version: KeyVersion, end: number): boolean {
  const lateUse = end - overlapSeconds(facts) / 4;
  const listed = facts.known.ask('listed', version.id);
  if (listed === 'gone') return true;
  if (listed !== 'unknown') return !(seconds(listed.lastUsedAt) > lateUse);
  const inspected = facts.known.ask('inspected', version.id);
  if (inspected === 'unknown') return true;
  const used = seconds(inspected.lastUsedAt);
  // The question was signed with the key itself: what looks like a use at this moment may be ours. So may, from the
  // second pass on, one about a pass ago; only a use between the two is someone else's.
  const first = facts.now < end + PASS + MARGIN;
  const since = first ? lateUse : facts.now - PASS + MARGIN;
  return !(used > since && used < facts.now - MARGIN / 5);
}

/** Not a number when unknown: then every comparison is false. */
const seconds = (time: Date | undefined) => (time ? time.getTime() / 1000 : Number.NaN);
