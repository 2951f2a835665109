// How a workload is told where its key is: environment variables that begin with the exchange's name. None of the settings is secret.
import { InputError } from '../errors';
import { quoted } from '../quoted';

/** Variables by what they say; `XXKK` stands for the prefix. */
export interface LoaderVariables {
  /** Source 1: path of a file with the key document. */
  readonly secretFile: string;
  /** Source 2: name or ARN of the secret in Secrets Manager. */
  readonly secretId: string;
  /** Source 3, filled by the platform: the API key, its secret, its passphrase, its version. */
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly apiPassphrase: string;
  readonly keyVersion: string;
  /** Name of the key that the workload must get, `prod-trader-bot-a`; another one is refused. */
  readonly keyName: string;
  /** What the key may do: `read,trade`. */
  readonly keyPermissions: string;
  /** Overlap of the key's tier in hours, `24`: how soon a new key must be noticed. */
  readonly keyOverlapHours: string;
  /** Name of the SSM parameter with the exchange's configuration. */
  readonly exchangeParameter: string;
  /** Path of a file with the exchange's configuration, JSON. */
  readonly exchangeFile: string;
  /** Instead of the configuration's base URL. */
  readonly apiBaseUrl: string;
  /** Service that answers with the address it is called from; tells request records the source address. */
  readonly echoUrl: string;
}

/** What the name of an exchange becomes, so that prefix and name can be told from each other. */
const PREFIX = /^(?=.{1,31}$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Names of the variables of an exchange.
 * @param prefix `XXKK`
 * @throws InputError `LOADER_PREFIX_MALFORMED`.
 */
export function loaderVariables(prefix: string): LoaderVariables {
  if (!PREFIX.test(prefix)) {
    throw new InputError(
      'LOADER_PREFIX_MALFORMED',
      `prefix ${quoted(prefix)} is not one; write upper-case words of letters and digits joined by underscores, at most 31 characters, a letter first, for example 'XXKK'`,
    );
  }
  return {
    secretFile: `${prefix}_SECRET_FILE`,
    secretId: `${prefix}_SECRET_ID`,
    apiKey: `${prefix}_API_KEY`,
    apiSecret: `${prefix}_API_SECRET`,
    apiPassphrase: `${prefix}_API_PASSPHRASE`,
    keyVersion: `${prefix}_KEY_VERSION`,
    keyName: `${prefix}_KEY_NAME`,
    keyPermissions: `${prefix}_KEY_PERMISSIONS`,
    keyOverlapHours: `${prefix}_KEY_OVERLAP_HOURS`,
    exchangeParameter: `${prefix}_EXCHANGE_PARAMETER`,
    exchangeFile: `${prefix}_EXCHANGE_FILE`,
    apiBaseUrl: `${prefix}_API_BASE_URL`,
    echoUrl: `${prefix}_ECHO_URL`,
  };
}

/** The prefix of an exchange's variables: `xxkk` → `XXKK`, `my-exchange` → `MY_EXCHANGE`. */
export function loaderPrefix(exchange: string): string {
  return exchange.toUpperCase().replaceAll('-', '_');
}

/** The exchange whose variables begin so: `XXKK` → `xxkk`, `MY_EXCHANGE` → `my-exchange`. */
export function exchangeOfPrefix(prefix: string): string {
  return prefix.toLowerCase().replaceAll('_', '-');
}
