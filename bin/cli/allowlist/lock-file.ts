// The lock file on disk: found, read and parsed, and written only if its content changes.
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../contract/errors';
import { LOCK_FILE, type LockDocument, parseLock, serializeLock } from '../../../contract/lock';
import { LOCK_COMMAND } from '../../../contract/lock/commands';
import type { AccountSession } from '../command';
import { Failure } from '../failure';
import { documentPolicy } from './read-regions';
import { replaceFile } from './replace-file';

export interface LockFile {
  /** Its absolute path, as it was named. */
  readonly path: string;
  /** Undefined as long as there is no file. */
  readonly document?: LockDocument;
  /** The text it was read from. */
  readonly text?: string;
  /** Its hash did not fit, and that was accepted. */
  readonly edited: boolean;
}

export interface LockFileOptions {
  /** What `--lock` was given. */
  readonly lock?: unknown;
  /** Reads a lock whose hash does not fit. */
  readonly acceptEdited?: boolean;
}

/**
 * The lock of the environment; none where there is no file.
 * @throws Failure `LOCK_FILE_UNREADABLE`; InputError as `parseLock` does, with the path.
 */
export function openLock(session: AccountSession, { lock, acceptEdited = false }: LockFileOptions): LockFile {
  const named = path.resolve(String(lock ?? LOCK_FILE));
  const text = readLockText(named);
  if (text === undefined) return { path: named, edited: false };
  const policy = policyOf(session);
  return inFile(named, () => {
    try {
      return { path: named, text, document: parseLock(text, policy), edited: false };
    } catch (error) {
      if (!acceptEdited || !(error instanceof InputError) || error.code !== 'LOCK_EDITED') throw error;
      return { path: named, text, document: parseLock(text, { ...policy, acceptEdited }), edited: true };
    }
  });
}

/**
 * As `openLock`, but a file that is named must be there.
 * @throws Failure `LOCK_FILE_MISSING`, and as `openLock` does.
 */
export function openLockIfAny(session: AccountSession, options: LockFileOptions): LockFile {
  return options.lock === undefined ? openLock(session, options) : openExistingLock(session, options);
}

/** @throws Failure `LOCK_FILE_MISSING`, and as `openLock` does. */
export function openExistingLock(session: AccountSession, options: LockFileOptions): Required<LockFile> {
  const { document, text, ...file } = openLock(session, options);
  if (document !== undefined && text !== undefined) return { ...file, document, text };
  throw new Failure(
    'LOCK_FILE_MISSING',
    `there is no lock file ${file.path}; name the right one with --lock, or run '${LOCK_COMMAND}' to write it`,
  );
}

/**
 * Whether the file had to be written: the same content in the same form is left alone, whatever its line ends.
 * @throws Failure `LOCK_FILE_CHANGED`, `LOCK_FILE_UNWRITABLE`; InputError as `serializeLock` does.
 */
export function saveLock(session: AccountSession, file: LockFile, document: LockDocument): boolean {
  const text = inFile(file.path, () => serializeLock(document, policyOf(session)));
  if (file.text !== undefined && withoutCarriageReturns(file.text) === text) return false;
  if (readLockText(file.path) !== file.text) {
    throw new Failure(
      'LOCK_FILE_CHANGED',
      `the lock file ${file.path} has changed since it was read, and nothing was written; run the command again`,
    );
  }
  try {
    replaceFile({
      file: file.text === undefined ? file.path : realpathSync(file.path),
      text,
      id: session.context.newId(),
    });
  } catch (error) {
    throw new Failure(
      'LOCK_FILE_UNWRITABLE',
      `the lock file ${file.path} cannot be written (${reason(error)}), and is as it was; make the file and its folder writable, or name another one with --lock`,
    );
  }
  return true;
}

function readLockText(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined && lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    // reading a pipe or a device would wait for ever
    if (found !== undefined && !found.isFile()) throw unreadable(file, found.isDirectory() ? 'a directory' : 'no file');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(file, reason(error));
  }
}

function unreadable(file: string, why: string): Failure {
  return new Failure(
    'LOCK_FILE_UNREADABLE',
    `the lock file ${file} cannot be read (${why}); it must be a file of UTF-8 text that this user may read`,
  );
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.code, `${error.message} (at ${file})`) : error;
  }
}

function policyOf({ context, environment }: AccountSession) {
  return { environment, ...documentPolicy(context, environment) };
}

const withoutCarriageReturns = (text: string) => text.replaceAll('\r\n', '\n');
const reason = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown error';
