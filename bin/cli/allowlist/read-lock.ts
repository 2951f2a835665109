// Reads the lock file of the environment from the disk.
import { readFile } from 'node:fs/promises';
import { LOCK_FILE, type LockDocument, type ParseLockPolicy, parseLock } from '../../../contract/lock';
import type { OptionText } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

export const LOCK_OPTION: OptionText = { flags: '--lock <file>', description: `the lock (default: ${LOCK_FILE})` };

/**
 * The lock in the file that `--lock` names, or else in the usual one, which may be missing.
 * @throws Failure `LOCK_FILE_MISSING`, `LOCK_FILE_UNREADABLE`; InputError as `parseLock` does.
 */
export async function readLock(given: unknown, policy: ParseLockPolicy): Promise<LockDocument | undefined> {
  const file = given === undefined ? LOCK_FILE : String(given);
  const text = await textOf(file);
  if (text !== undefined) return parseLock(text, policy);
  if (given === undefined) return undefined;
  throw new Failure('LOCK_FILE_MISSING', `there is no lock file '${file}'; check --lock and the working directory`, {
    exitCode: EXIT.usage,
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Failure(
      'LOCK_FILE_UNREADABLE',
      `the lock file '${file}' cannot be read (${code}); check --lock and the file`,
    );
  }
}
