// What people add to an entry: until when it may stay, why it is there, and who agreed.
import { InputError } from '../errors';
import { parseDay } from '../keys/day';
import { quoted } from '../quoted';
import type { LockDocument, LockEntry } from './document';
import { changeEntries, type LockSelection } from './entries';
import { readLockStructure } from './structure';

/** What to write; what is not given stays. */
export interface LockAnnotation extends Pick<LockEntry, 'retireAfter' | 'reason' | 'approvedBy'> {
  readonly today: string;
}

/**
 * The lock with the annotation on the selected entries.
 * @throws InputError `LOCK_RETIRE_AFTER_PAST`, and as `changeEntries`, `parseDay` and `readLockStructure` do.
 */
export function annotateLock(lock: LockDocument, selection: LockSelection, annotation: LockAnnotation): LockDocument {
  const { today, retireAfter, reason, approvedBy } = annotation;
  parseDay('today', today);
  if (retireAfter !== undefined && parseDay('retireAfter', retireAfter) <= today) {
    throw new InputError(
      'LOCK_RETIRE_AFTER_PAST',
      `retireAfter ${quoted(retireAfter)} is not after today, ${today}; write a later day`,
    );
  }
  const annotated = changeEntries(lock, selection, (entry) => ({
    ...entry,
    ...(retireAfter !== undefined && { retireAfter }),
    ...(reason !== undefined && { reason }),
    ...(approvedBy !== undefined && { approvedBy }),
  }));
  return readLockStructure(annotated);
}
