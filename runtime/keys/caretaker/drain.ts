// Decides whether an old key is still used: as far as workloads report what they hold, and as far as its exchange tells.
import type { ListedKey } from '../../exchange/adapter';
import type { KeyVersion } from '../key-state';
import { type Facts, HOUR, overlapSeconds, PASS } from './facts';

/** Between two passes' questions, which may themselves count as uses of the key. */
const MARGIN = 300;

/** Workloads report every hour what they hold: two reports, and the time until one is stored. */
const HELD_SECONDS = 2 * HOUR + PASS;

/** What is known of an old key's use at the end of its overlap. */
export interface Use {
  readonly inUse: boolean;
  /** What shows it, for people. */
  readonly detail?: string;
  /** Why the watch could not be asked. */
  readonly failure?: string;
}

const UNUSED: Use = { inUse: false };

/**
 * In use: a workload reported lately that it holds the version, or the exchange says that the key was used near the end of
 * its overlap or after it. What an exchange does not tell holds nothing up, and neither does a version that nobody reports:
 * reports are the workload's to write. But a watch that cannot be asked may hide a report, so the key counts as held; as the
 * hard stop ends that like any use, whoever silences the watch gains no more time than whoever uses the key.
 */
export function lateUse(facts: Facts, version: KeyVersion, end: number): Use {
  const listed = facts.known.ask('listed', version.id);
  if (listed === 'gone') return UNUSED;
  const held = facts.known.ask('held', version.id);
  if ('unknown' in held) {
    const detail = isUsedLate(facts, version, end, listed) ? undefined : 'nobody can say whether a workload holds it';
    return { inUse: true, detail, failure: held.unknown };
  }
  if (held.at !== undefined && held.at > facts.now - HELD_SECONDS) {
    const seen = new Date(held.at * 1000).toISOString();
    return { inUse: true, detail: `a workload held it at ${seen}` };
  }
  return isUsedLate(facts, version, end, listed) ? { inUse: true } : UNUSED;
}

function isUsedLate(facts: Facts, version: KeyVersion, end: number, listed: ListedKey | 'unknown'): boolean {
  const late = end - overlapSeconds(facts) / 4;
  if (listed !== 'unknown') return seconds(listed.lastUsedAt) > late;
  const inspected = facts.known.ask('inspected', version.id);
  if (inspected === 'unknown') return false;
  const used = seconds(inspected.lastUsedAt);
  // The question was signed with the key itself: what looks like a use at this moment may be ours. So may, from the
  // second pass on, one about a pass ago; only a use between the two is someone else's.
  const first = facts.now < end + PASS + MARGIN;
  const since = first ? late : facts.now - PASS + MARGIN;
  return used > since && used < facts.now - MARGIN / 5;
}

/** Not a number when unknown: then every comparison is false. */
const seconds = (time: Date | undefined) => (time ? time.getTime() / 1000 : Number.NaN);
