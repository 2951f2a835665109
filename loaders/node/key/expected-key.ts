// Which key a workload must get, and the refusal of every other: a key of another environment, workload or exchange is never used.
import { type KeyName, keyOfSecret, parseKeyName } from '../../../contract/keys';
import { loaderPrefix } from '../../../contract/workload';
import { LoaderError } from '../shared/loader-error';
import { settingMalformed } from '../shared/settings';

export interface ExpectedKey {
  /** Every name that something says, and what says it. */
  readonly names: readonly { readonly name: KeyName; readonly saidBy: string }[];
  /** Prefix of the exchange's variables, `XXKK`. */
  readonly prefix: string;
}

/** What says which key it must be. */
export interface KeyHints {
  /** Prefix of the exchange's variables, `XXKK`. */
  readonly prefix: string;
  /** Name of the key, and the setting that says it. */
  readonly keyName?: { readonly text: string; readonly saidBy: string };
  /** Name or ARN of the key's secret. */
  readonly secretId?: string;
}

/**
 * The key that all the hints agree with.
 * @throws LoaderError `LOADER_SETTING_MALFORMED`.
 */
export function expectedKey({ prefix, keyName, secretId }: KeyHints): ExpectedKey {
  const implied = secretId === undefined ? undefined : keyOfSecretId(secretId);
  return {
    names: [
      ...(keyName === undefined
        ? []
        : [{ name: keyNameSetting(keyName.saidBy, keyName.text), saidBy: keyName.saidBy }]),
      ...(implied === undefined ? [] : [{ name: implied, saidBy: "the secret's name" }]),
    ],
    prefix,
  };
}

function keyNameSetting(setting: string, value: string): KeyName {
  try {
    return parseKeyName(value);
  } catch {
    throw settingMalformed(setting, "write <environment>-<purpose>-<instance>, for example 'prod-trader-bot-a'", value);
  }
}

/** The key that the name in a secret's id implies; undefined for a secret that is not named as ours are. */
function keyOfSecretId(id: string): KeyName | undefined {
  // An ARN ends in a hyphen and six characters that Secrets Manager adds to the name.
  const name = id.startsWith('arn:') ? id.replace(/^.*:secret:/, '').replace(/-[A-Za-z0-9]{6}$/, '') : id;
  try {
    return keyOfSecret(name);
  } catch {
    return undefined;
  }
}

/**
 * Lets only the expected key pass. `source` begins the message.
 * @throws LoaderError `KEY_OF_OTHER_ENVIRONMENT`, `KEY_OF_OTHER_WORKLOAD`, `KEY_OF_OTHER_EXCHANGE`.
 */
export function refuseOtherKey(
  source: string,
  found: { name: KeyName; exchange: string },
  expected: ExpectedKey,
): void {
  const { name, exchange } = found;
  for (const { name: wanted, saidBy } of expected.names) {
    if (name.environment !== wanted.environment) {
      throw new LoaderError(
        'KEY_OF_OTHER_ENVIRONMENT',
        `${source}: the key is '${name.text}' of environment '${name.environment}', and ${saidBy} says '${wanted.text}'; give the workload the key of its own environment`,
      );
    }
    if (name.text !== wanted.text) {
      throw new LoaderError(
        'KEY_OF_OTHER_WORKLOAD',
        `${source}: the key is '${name.text}', and ${saidBy} says '${wanted.text}'; give the workload its own key, or correct ${saidBy}`,
      );
    }
  }
  if (loaderPrefix(exchange) !== expected.prefix) {
    throw new LoaderError(
      'KEY_OF_OTHER_EXCHANGE',
      `${source}: the key is of exchange '${exchange}', and the prefix '${expected.prefix}' is another one's; give the workload a key of that exchange, or the prefix '${loaderPrefix(exchange)}'`,
    );
  }
}
