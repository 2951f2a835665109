// Which texts are a lock: anything doubtful is refused, since synth trusts it to know which addresses are in use.
import { InputError } from '../errors';
import { LOCK_COMMAND } from './commands';
import { checkLockConsistency, type LockPolicy } from './consistency';
import { LOCK_FILE, type LockDocument } from './document';
import { lockHash, sealLock } from './hash';
import { readLockStructure } from './structure';

const CONFLICT_MARKER = /^(<{7}|\|{7}|={7}|>{7})(?=\s|$)/;

/** How a lock is read. */
export interface ParseLockPolicy extends LockPolicy {
  /** Takes a lock whose hash does not fit, to write it again after a review. Default false. */
  readonly acceptEdited?: boolean;
}

/**
 * Reads a lock; regions and entries come back sorted.
 * @throws InputError `LOCK_MERGE_CONFLICT`, `LOCK_NOT_JSON`, `LOCK_AMBIGUOUS`, `LOCK_EDITED`, and as `readLockStructure` and
 * `checkLockConsistency` do.
 */
export function parseLock(text: string, policy: ParseLockPolicy = {}): LockDocument {
  refuseConflicts(text);
  const value = parseJson(text);
  refuseAmbiguous(text, value);
  const document = readLockStructure(value);
  checkLockConsistency(document, policy);
  const expected = lockHash(document);
  if (document.hash !== expected && policy.acceptEdited !== true) {
    throw new InputError(
      'LOCK_EDITED',
      `$.hash: '${document.hash}' does not fit the content, whose hash is '${expected}': the lock was edited by hand or merged; ` +
        `revert the edit, or read it and run '${LOCK_COMMAND} --accept-edited'`,
    );
  }
  return sealLock(document);
}

function refuseConflicts(text: string): void {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => CONFLICT_MARKER.test(line));
  if (at < 0) return;
  throw new InputError(
    'LOCK_MERGE_CONFLICT',
    `${LOCK_FILE} has the merge-conflict marker '${lines[at].slice(0, 7)}' in line ${at + 1}; take the whole file of one side ` +
      `with 'git checkout --theirs', run '${LOCK_COMMAND}', then enter again what the other side had entered: what drains, and ` +
      'what exchanges were told and have dropped',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      'LOCK_NOT_JSON',
      `${LOCK_FILE} is not JSON (${(error as Error).message}); revert the edit that broke it`,
    );
  }
}

/** Of a key that is given twice, JSON takes the last: what a person has read above it would be lost, and the hash would fit. */
function refuseAmbiguous(text: string, value: unknown): void {
  const withoutBlanks = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quotedText?: string) => quotedText ?? '');
  if (withoutBlanks === JSON.stringify(value)) return;
  throw new InputError(
    'LOCK_AMBIGUOUS',
    `${LOCK_FILE} has a key twice, or a text with needless escapes, so that readers differ in what it says; revert the edit or merge`,
  );
}
