// How a lock is written: one text per content, a field a line, so that a review sees what changed and nothing else.
import { checkLockConsistency, type LockPolicy } from './consistency';
import type { LockDocument } from './document';
import { sealLock } from './hash';
import { readLockStructure } from './structure';

/**
 * The lock as JSON, sorted and with its hash computed. What it writes, `parseLock` reads under the same policy.
 * @throws InputError as `parseLock` does.
 */
export function serializeLock(document: LockDocument, policy: LockPolicy = {}): string {
  const sealed = sealLock(readLockStructure(document));
  checkLockConsistency(sealed, policy);
  return `${JSON.stringify(sealed, undefined, 2)}\n`;
}
