// The name of a key as an argument: well-formed, and of the environment that the command works in.
import { type KeyName, parseKeyName } from '../../contract/keys';
import type { Session } from './command';
import { EXIT } from './exit-codes';
import { asUsage, Failure } from './failure';

/** @throws Failure `KEY_OF_OTHER_ENVIRONMENT`, `KEY_NAME_MALFORMED`. */
export function keyArgument({ environment }: Pick<Session, 'environment'>, name: string): KeyName {
  const key = asUsage(() => parseKeyName(name));
  if (key.environment === environment) return key;
  throw new Failure(
    'KEY_OF_OTHER_ENVIRONMENT',
    `key '${name}' is of environment '${key.environment}', and this is '${environment}'; check --environment and the name`,
    { exitCode: EXIT.usage },
  );
}
