// Decides where the key is, from the environment or an option: exactly one of file, secret and variables.
import { PLACEHOLDER } from '../../../contract/keys';
import { quoted } from '../../../contract/quoted';
import { isVersionId } from '../../../contract/watch/record-names';
import type { LoaderVariables } from '../../../contract/workload';
import { LoaderError } from '../shared/loader-error';
import { type Environment, settingMalformed, variable } from '../shared/settings';
import { placeholder } from './key-from-document';

/** A key by its values. */
export interface GivenKey {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
  /** Version id of the secret that it comes from. */
  readonly keyVersion?: string;
}

/** Where the key is. `label` is how messages name it. */
export type CredentialSource =
  | { readonly kind: 'file'; readonly label: string; readonly path: string }
  | { readonly kind: 'secrets-manager'; readonly label: string; readonly id: string }
  | { readonly kind: 'environment'; readonly label: string; readonly key: GivenKey };

/** Where the key is, instead of what the environment says: exactly one of the three. */
export interface ExplicitSource {
  /** Path of a file with the key document. */
  readonly file?: string;
  /** Name or ARN of the secret. */
  readonly secretId?: string;
  /** The values themselves, of a store that the loader does not know. */
  readonly variables?: GivenKey;
}

type Names = Pick<LoaderVariables, 'secretFile' | 'secretId' | 'apiKey' | 'apiSecret' | 'apiPassphrase' | 'keyVersion'>;

const LONGEST = 4096;
const QUOTES = ['"', "'", '`'];

/**
 * The source that the environment names. An empty variable counts as not set.
 * @throws LoaderError `CREDENTIALS_MISSING`, `CREDENTIALS_AMBIGUOUS`, `CREDENTIALS_INCOMPLETE`, `CREDENTIALS_MALFORMED`,
 * `CREDENTIALS_PLACEHOLDER`, `LOADER_SETTING_MALFORMED`.
 */
export function sourceFromEnvironment(environment: Environment, names: Names): CredentialSource {
  const read = (name: string) => variable(environment, name);
  const secrets = [names.apiKey, names.apiSecret, names.apiPassphrase];
  const present = [names.secretFile, names.secretId, ...secrets].filter((name) => read(name) !== undefined);
  if (present.length === 0) throw missing(environment, names);
  const file = read(names.secretFile);
  const id = read(names.secretId);
  const byValue = secrets.some((name) => read(name) !== undefined);
  if ([file !== undefined, id !== undefined, byValue].filter(Boolean).length > 1) {
    throw new LoaderError(
      'CREDENTIALS_AMBIGUOUS',
      `${present.join(', ')} are set, and only one source can be right; leave only one of ${names.secretFile}, ${names.secretId}, or ${names.apiKey} with ${names.apiSecret}`,
    );
  }
  if (file !== undefined) return fileSource(names.secretFile, file);
  if (id !== undefined) return secretSource(names.secretId, id);
  return givenSource(names, {
    apiKey: read(names.apiKey),
    apiSecret: read(names.apiSecret),
    passphrase: read(names.apiPassphrase),
    keyVersion: read(names.keyVersion),
  });
}

/**
 * The source that the program names.
 * @throws LoaderError as `sourceFromEnvironment`.
 */
export function sourceFromOption(source: ExplicitSource): CredentialSource {
  const given = (['file', 'secretId', 'variables'] as const).filter((name) => source[name] !== undefined);
  if (given.length !== 1) {
    throw new LoaderError(
      given.length === 0 ? 'CREDENTIALS_MISSING' : 'CREDENTIALS_AMBIGUOUS',
      `option source has ${given.length === 0 ? 'nothing' : given.join(', ')}; give it exactly one of file, secretId, variables`,
    );
  }
  if (source.file !== undefined) return fileSource('option source.file', source.file);
  if (source.secretId !== undefined) return secretSource('option source.secretId', source.secretId);
  const names = {
    apiKey: 'option source.variables.apiKey',
    apiSecret: 'option source.variables.apiSecret',
    apiPassphrase: 'option source.variables.passphrase',
    keyVersion: 'option source.variables.keyVersion',
  };
  return givenSource(names, source.variables ?? {});
}

function missing(environment: Environment, { secretFile, secretId, apiKey, apiSecret }: Names): LoaderError {
  const empty = [secretFile, secretId, apiKey, apiSecret].filter((name) => environment[name] === '');
  const hint = empty.length === 0 ? '' : ` (set, but empty: ${empty.join(', ')})`;
  return new LoaderError(
    'CREDENTIALS_MISSING',
    `no credentials: none of ${secretFile}, ${secretId}, ${apiKey} with ${apiSecret} is set${hint}; set one of them, or read the key once and pass the holder on: variables with a key are deleted when they have been read`,
  );
}

function fileSource(setting: string, path: string): CredentialSource {
  // A document in place of its path, by an injection of the wrong thing: what it is must not be shown.
  if (path === '' || path.length > LONGEST || path.startsWith('{') || path.includes('\0')) {
    throw settingMalformed(setting, 'write the path of the file with the key document');
  }
  return { kind: 'file', label: `file ${quoted(path)} (${setting})`, path };
}

/** Names as Secrets Manager takes them; an ARN that ends in more than a name is what ECS is given, not what can be read. */
const SECRET_ID = /^(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/;

function secretSource(setting: string, id: string): CredentialSource {
  if (SECRET_ID.test(id)) return { kind: 'secrets-manager', label: `secret '${id}' (${setting})`, id };
  throw settingMalformed(
    setting,
    "write the name of the secret, for example 'exchange-keys/prod/prod-trader-bot-a', or its ARN with nothing after it",
  );
}

function givenSource(
  names: Pick<Names, 'apiKey' | 'apiSecret' | 'apiPassphrase' | 'keyVersion'>,
  { apiKey, apiSecret, passphrase, keyVersion }: Partial<GivenKey>,
): CredentialSource {
  const label = `${names.apiKey} and ${names.apiSecret}`;
  if (!apiKey || !apiSecret) {
    const absent = [...(apiKey ? [] : [names.apiKey]), ...(apiSecret ? [] : [names.apiSecret])];
    throw new LoaderError(
      'CREDENTIALS_INCOMPLETE',
      `${absent.join(' and ')} not set, and a part of the key is; set both ${label}, or neither`,
    );
  }
  if ([apiKey, apiSecret, passphrase].includes(PLACEHOLDER)) throw placeholder(label);
  checkValue(names.apiKey, apiKey);
  checkValue(names.apiSecret, apiSecret);
  if (passphrase) checkValue(names.apiPassphrase, passphrase);
  if (keyVersion && !isVersionId(keyVersion)) {
    throw settingMalformed(
      names.keyVersion,
      'write the version id of the secret, 32 to 64 letters, digits and hyphens',
    );
  }
  return {
    kind: 'environment',
    label,
    key: { apiKey, apiSecret, ...(passphrase && { passphrase }), ...(keyVersion && { keyVersion }) },
  };
}

/** What a header can carry, and none of what pasting adds. */
function checkValue(name: string, value: string): void {
  const problem = problemOf(value);
  if (problem === undefined) return;
  throw new LoaderError(
    'CREDENTIALS_MALFORMED',
    `${name} ${problem}; set it to the bare value, which is not shown here`,
  );
}

function problemOf(value: string): string | undefined {
  if (value.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (value.startsWith('{')) return 'is a JSON document instead of one value of it';
  if (!/^[!-~]+$/.test(value)) return 'has blanks, line breaks or characters that are not printable ASCII';
  if (QUOTES.some((quote) => value.startsWith(quote) || value.endsWith(quote))) return 'begins or ends with a quote';
  return undefined;
}
