// Reads the lock of the addresses from its file; which file, and what is wrong with it, is said with its path.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ExtraEnvironments } from '../../contract/environment';
import { InputError } from '../../contract/errors';
import { LOCK_FILE, parseLock } from '../../contract/lock';
import { isLoopbackEndpoint } from '../../contract/loopback';
import { EgressLock } from '../../lib';
import type { Config } from './config';
import { isMissing, readUtf8 } from './read-text';

/**
 * The lock that `lockFile` names, or else `egress.lock.json` beside the configuration if there is one.
 *
 * @param configFile the file of the configuration; a relative path begins beside it
 */
export function readLock(
  configFile: string,
  { environment, lockFile, regionsElsewhere = [] }: Config,
  environments?: ExtraEnvironments,
): EgressLock | undefined {
  const file = path.resolve(path.dirname(configFile), lockFile ?? LOCK_FILE);
  if (lockFile === undefined && !existsSync(file)) return undefined;
  const text = readUtf8(file, (why) => unreadable(file, why));
  const localAws = isLoopbackEndpoint(process.env.AWS_ENDPOINT_URL);
  try {
    parseLock(text, { environment, environments, localAws });
  } catch (error) {
    // the construct would say the same, but not in which file
    throw error instanceof InputError ? new InputError(error.code, `${error.message} (at ${file})`) : error;
  }
  return EgressLock.fromJson(text, { localAws }).withRegionsElsewhere(...regionsElsewhere);
}

function unreadable(file: string, why: string): InputError {
  if (isMissing(why)) {
    return new InputError(
      'LOCK_FILE_MISSING',
      `'lockFile' names ${file}, and there is no such file; restore it from the last commit, or leave 'lockFile' out ` +
        "until 'exchange-keys allowlist lock' has written it after the first deployment",
    );
  }
  return new InputError(
    'LOCK_FILE_UNREADABLE',
    `the lock file ${file} cannot be read (${why}); it must be a file of UTF-8 text that this user may read`,
  );
}
