// Finds the key that the environment names, reads it, refuses every other, and holds it.
import { KeySource } from '../../../contract/watch/key-report';
import { exchangeOfPrefix, type LoaderVariables, SHORTEST_OVERLAP_HOURS } from '../../../contract/workload';
import { STDERR_LOGGER } from '../shared/logger';
import { Notices } from '../shared/notices';
import { STDOUT_SINK } from '../shared/record-sink';
import { DEFAULT_PREFIX, type Environment, overlapHours, variable, variablesOf } from '../shared/settings';
import { SYSTEM_CLOCK, SYSTEM_TIMERS } from '../shared/time';
import { type CredentialSource, sourceFromEnvironment, sourceFromOption } from './credential-source';
import { type ExpectedKey, expectedKey, type KeyHints } from './expected-key';
import { FileSource } from './file-source';
import { firstRead } from './first-read';
import { GivenSource } from './given-source';
import type { HeldKey } from './held-key';
import type { KeyHolder } from './holder';
import { isUnversioned } from './key-from-document';
import { RefreshingHolder } from './key-holder';
import { KeyReports } from './key-reports';
import type { KeyReader } from './key-source';
import type { LoadKeyOptions } from './load-key-options';
import { SecretsManagerSource } from './secrets-manager-source';

/**
 * The key of this workload. Settles when the key is in memory; a service that does not answer is tried for 30 s, everything
 * else that is wrong fails at once.
 * @throws LoaderError `CREDENTIALS_MISSING`, `CREDENTIALS_AMBIGUOUS`, `CREDENTIALS_INCOMPLETE`, `CREDENTIALS_MALFORMED`,
 * `CREDENTIALS_PLACEHOLDER`, `KEY_DOCUMENT_MALFORMED`, `SECRET_FILE_UNREADABLE`, `SECRET_FILE_EXPOSED`,
 * `SECRET_FILE_TOO_LARGE`, `SECRET_UNREADABLE`, `KEY_OF_OTHER_ENVIRONMENT`, `KEY_OF_OTHER_WORKLOAD`,
 * `KEY_OF_OTHER_EXCHANGE`, `LOADER_SETTING_MALFORMED`, `LOADER_PREFIX_MALFORMED`, `LOADER_SDK_MISSING`.
 */
export async function loadKey(options: LoadKeyOptions = {}): Promise<KeyHolder> {
  const { prefix = DEFAULT_PREFIX, environment = process.env, forgetVariables = true } = options;
  const { clock = SYSTEM_CLOCK, timers = SYSTEM_TIMERS, random = Math.random } = options;
  const { records = STDOUT_SINK, logger = STDERR_LOGGER } = options;
  const names = variablesOf(prefix);
  const overlap = overlapOf(options, environment, names);
  const credentials = options.source ? sourceFromOption(options.source) : sourceFromEnvironment(environment, names);
  const expected = expectedKey({
    prefix,
    keyName: keyNameOf(options, environment, names),
    ...(credentials.kind === 'secrets-manager' && { secretId: credentials.id }),
  });
  const notices = new Notices(logger, options.onWarning);
  const source = readerOf(credentials, expected, options);
  const tools = { clock, timers, random, notices, overlapHours: overlap };
  const key = await firstRead(source, tools);
  if (forgetVariables && !options.source && credentials.kind === 'environment') forget(environment, names);
  tellWhatIsMissing(source, key, names, notices);
  const reports = new KeyReports({ records, clock, timers, notices });
  return new RefreshingHolder(source, key, { ...tools, reports });
}

function overlapOf(options: LoadKeyOptions, environment: Environment, { keyOverlapHours }: LoaderVariables): number {
  if (options.overlapHours !== undefined) return overlapHours('option overlapHours', options.overlapHours);
  return overlapHours(keyOverlapHours, variable(environment, keyOverlapHours) ?? SHORTEST_OVERLAP_HOURS);
}

function keyNameOf(options: LoadKeyOptions, environment: Environment, names: LoaderVariables): KeyHints['keyName'] {
  if (options.keyName !== undefined) return { text: options.keyName, saidBy: 'option keyName' };
  const text = variable(environment, names.keyName);
  return text === undefined ? undefined : { text, saidBy: names.keyName };
}

function readerOf(credentials: CredentialSource, expected: ExpectedKey, { clients }: LoadKeyOptions): KeyReader {
  const { label } = credentials;
  switch (credentials.kind) {
    case 'file':
      return new FileSource({ label, expected, path: credentials.path, platform: process.platform });
    case 'secrets-manager':
      return new SecretsManagerSource({ label, expected, id: credentials.id, client: clients?.secretsManager });
    case 'environment': {
      const keyName = expected.names[0]?.name.text;
      return new GivenSource({ label, key: credentials.key, keyName, exchange: exchangeOfPrefix(expected.prefix) });
    }
  }
}

function forget(environment: Environment, { apiKey, apiSecret, apiPassphrase }: LoaderVariables): void {
  for (const name of [apiKey, apiSecret, apiPassphrase]) Reflect.deleteProperty(environment, name);
}

function tellWhatIsMissing(source: KeyReader, key: HeldKey, names: LoaderVariables, notices: Notices): void {
  const { label, kind } = source;
  if (isUnversioned(key.keyVersion)) {
    const remedy =
      kind === KeySource.ENVIRONMENT ? `set ${names.keyVersion}` : "put the key again with 'exchange-keys key put'";
    notices.warn(
      'KEY_VERSION_UNKNOWN',
      `${label}: it does not say the key's version, so the watch takes it for an unknown one; ${remedy}`,
    );
  }
  if (key.keyName === undefined) {
    notices.warn(
      'KEY_NAME_UNKNOWN',
      `${label}: nothing says the key's name, so no key is reported; set ${names.keyName}`,
    );
  }
  if (kind === KeySource.FILE && process.platform === 'win32') {
    notices.warn(
      'SECRET_FILE_UNCHECKED',
      `${label}: Windows has no permission bits, so nobody checked who can read it; give it to the workload's user only`,
    );
  }
}
