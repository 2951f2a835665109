// What a key is called, and the secret that holds it: <environment>-<purpose>-<instance>.
import { type ExtraEnvironments, parseEnvironment } from '../environment';
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { parseExchangeName } from './key-description';

export interface KeyName {
  readonly environment: string;
  readonly purpose: string;
  readonly instance: string;
  /** `prod-trader-bot-a` */
  readonly text: string;
}

const PURPOSE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_PURPOSE = 44;
/** At most 5: Secrets Manager cannot tell a name that ends in a hyphen and six characters from the end of an ARN. */
const INSTANCE = /^[a-z0-9]{1,5}$/;
const PREFIX = 'exchange-keys/';
const MANAGEMENT = 'management-';
const PROBE = 'probe-';

/**
 * The name of a key, e.g. `prod-trader-bot-a` for `prod`, `trader-bot`, `a`.
 * @throws InputError as `parseEnvironment` does, `KEY_PURPOSE_MALFORMED`, `KEY_PURPOSE_RESERVED`,
 * `KEY_INSTANCE_MALFORMED`.
 */
export function keyName(environment: string, purpose: string, instance: string, extra?: ExtraEnvironments): KeyName {
  parseEnvironment(environment, extra);
  if (!PURPOSE.test(purpose) || purpose.length > LONGEST_PURPOSE) {
    throw new InputError(
      'KEY_PURPOSE_MALFORMED',
      `purpose ${quoted(purpose)} is not one; write lower-case words of letters and digits joined by hyphens, at most ${LONGEST_PURPOSE} characters, for example 'trader-bot'`,
    );
  }
  const reserved = [MANAGEMENT, PROBE].find((prefix) => purpose.startsWith(prefix));
  if (reserved !== undefined) {
    throw new InputError(
      'KEY_PURPOSE_RESERVED',
      `purpose ${quoted(purpose)} begins with '${reserved}', which is kept for the ring's own keys; choose another`,
    );
  }
  if (!INSTANCE.test(instance)) {
    throw new InputError(
      'KEY_INSTANCE_MALFORMED',
      `instance ${quoted(instance)} is not one; write 1 to 5 lower-case letters or digits, for example 'a' or '01'`,
    );
  }
  return { environment, purpose, instance, text: `${environment}-${purpose}-${instance}` };
}

/** The key of an environment that manages the others at an exchange, e.g. `prod-management-xxkk-0`. */
export function managementKeyName(environment: string, exchange: string): KeyName {
  const purpose = `${MANAGEMENT}${parseExchangeName(exchange)}`;
  return { environment, purpose, instance: '0', text: `${environment}-${purpose}-0` };
}

/** True for the name of a management key. */
export function isManagementKey({ purpose }: KeyName): boolean {
  return purpose.startsWith(MANAGEMENT);
}

/**
 * The parts of a key's name. Any well-formed environment is accepted: which ones exist is known where keys are made.
 * @throws InputError `KEY_NAME_MALFORMED`.
 */
export function parseKeyName(text: string): KeyName {
  const [, environment, purpose, instance] = /^([a-z][a-z0-9]{1,15})-(.+)-([^-]+)$/.exec(text) ?? [];
  if (environment && PURPOSE.test(purpose) && purpose.length <= LONGEST_PURPOSE && INSTANCE.test(instance)) {
    return { environment, purpose, instance, text };
  }
  throw new InputError(
    'KEY_NAME_MALFORMED',
    `key name ${quoted(text)} is not of the form <environment>-<purpose>-<instance>, for example 'prod-trader-bot-a'`,
  );
}

/** What the names of all secrets of an environment begin with. */
export function secretNamePrefix(environment: string): string {
  return `${PREFIX}${environment}/`;
}

/** The name of the key's secret, e.g. `exchange-keys/prod/prod-trader-bot-a`. */
export function secretName({ environment, text }: KeyName): string {
  return `${secretNamePrefix(environment)}${text}`;
}

/**
 * The key whose secret has this name.
 * @throws InputError `KEY_NAME_MALFORMED`, `SECRET_NAME_FOREIGN`.
 */
export function keyOfSecret(name: string): KeyName {
  const [folder, environment, text, rest] = name.split('/');
  if (`${folder}/` === PREFIX && text !== undefined && rest === undefined) {
    const key = parseKeyName(text);
    if (key.environment === environment) return key;
  }
  throw new InputError(
    'SECRET_NAME_FOREIGN',
    `secret ${quoted(name)} is not of the form exchange-keys/<environment>/<environment>-<purpose>-<instance>`,
  );
}

/** The key that the probes of an environment show to an exchange, e.g. `prod-probe-xxkk-0`: it reads, and no workload has it. */
export function probeKeyName(environment: string, exchange: string): KeyName {
  const purpose = `${PROBE}${parseExchangeName(exchange)}`;
  return { environment, purpose, instance: '0', text: `${environment}-${purpose}-0` };
}

/** True for the name of a probe key. */
export function isProbeKey({ purpose }: KeyName): boolean {
  return purpose.startsWith(PROBE);
}

/** The exchange that a probe key is shown to: `xxkk` of `prod-probe-xxkk-0`. */
export function probedExchange({ purpose }: KeyName): string {
  return purpose.slice(PROBE.length);
}
