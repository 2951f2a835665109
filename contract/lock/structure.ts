// Which JSON values have the structure of a lock: exactly those its JSON Schema allows.
import { readItems, readObject, readString } from '../allowlist/json-reader';
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { LOCK_SCHEMA_VERSION, type LockDocument, type LockEntry, type LockRole } from './document';

const DOCUMENT_KEYS = ['schemaVersion', 'environment', 'hash', 'regions'];
const ENTRY_KEYS = ['availabilityZone', 'allocationId', 'address', 'role', 'since', 'told'];
const OPTIONAL_ENTRY_KEYS = ['retireAfter', 'reason', 'approvedBy'] as const;

/* The patterns are those of the schema; a test proves that both accept the same values. */
const ENVIRONMENT = /^[a-z][a-z0-9]{1,15}$/;
const HASH = /^fnv1a64:[0-9a-f]{16}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/;
const ZONE = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const ALLOCATION_ID = /^eipalloc-([0-9a-f]{8}|[0-9a-f]{17})$/;
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ADDRESS = new RegExp(`^(${OCTET}[.]){3}${OCTET}$`);
const ROLE = /^(active|standby|draining)$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const NOTE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u;
const EXCHANGE = /^(?=.{1,31}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const DAY_FORM = "a day such as '2026-11-22'";
const NOTE_FORM = '1 to 200 printable characters on one line';
const EXCHANGE_FORM = 'lower-case words of letters and digits joined by hyphens, at most 31 characters, a letter first';

/** The allowlist document's reader refuses with its own codes; here they are those of the lock. */
const CODES: { readonly [code: string]: string } = {
  ALLOWLIST_DOCUMENT_WRONG_TYPE: 'LOCK_WRONG_TYPE',
  ALLOWLIST_DOCUMENT_UNKNOWN_KEY: 'LOCK_UNKNOWN_KEY',
  ALLOWLIST_DOCUMENT_MISSING_KEY: 'LOCK_MISSING_KEY',
  ALLOWLIST_DOCUMENT_MALFORMED_VALUE: 'LOCK_MALFORMED_VALUE',
  ALLOWLIST_DOCUMENT_EMPTY: 'LOCK_EMPTY_REGION',
};

/**
 * The value as a lock, in the order given. Says nothing about whether its parts agree with each other.
 * @throws InputError `LOCK_SCHEMA_VERSION`, `LOCK_WRONG_TYPE`, `LOCK_UNKNOWN_KEY`, `LOCK_MISSING_KEY`,
 * `LOCK_MALFORMED_VALUE` or `LOCK_EMPTY_REGION`.
 */
export function readLockStructure(value: unknown): LockDocument {
  refuseOtherVersions(value);
  try {
    return readDocument(value);
  } catch (error) {
    if (error instanceof InputError && Object.hasOwn(CODES, error.code))
      throw new InputError(CODES[error.code], error.message);
    throw error;
  }
}

function readDocument(value: unknown): LockDocument {
  const { environment, hash, regions } = readObject(value, '$', DOCUMENT_KEYS);
  const names = readMap(regions, '$.regions', REGION, "a region name such as 'eu-west-1'");
  return {
    schemaVersion: LOCK_SCHEMA_VERSION,
    environment: readString(
      environment,
      '$.environment',
      ENVIRONMENT,
      '2 to 16 lower-case letters and digits, a letter first',
    ),
    hash: readString(hash, '$.hash', HASH, "'fnv1a64:' and 16 lower-case hexadecimal digits"),
    regions: Object.fromEntries(
      names.map(([name, entries]) => [name, readItems(entries, `$.regions.${name}`, readEntry)]),
    ),
  };
}

function readEntry(value: unknown, path: string): LockEntry {
  const entry = readObject(value, path, ENTRY_KEYS, OPTIONAL_ENTRY_KEYS);
  const text = (key: string, pattern: RegExp, form: string) => readString(entry[key], `${path}.${key}`, pattern, form);
  const optional = (key: (typeof OPTIONAL_ENTRY_KEYS)[number], pattern: RegExp, form: string) =>
    Object.hasOwn(entry, key) ? { [key]: text(key, pattern, form) } : {};
  return {
    availabilityZone: text('availabilityZone', ZONE, "a zone name such as 'eu-west-1a'"),
    allocationId: text('allocationId', ALLOCATION_ID, "'eipalloc-' and 8 or 17 lower-case hexadecimal digits"),
    address: text('address', ADDRESS, "an IPv4 address such as '203.0.113.10'"),
    role: text('role', ROLE, "'active', 'standby' or 'draining'") as LockRole,
    since: text('since', DAY, DAY_FORM),
    ...optional('retireAfter', DAY, DAY_FORM),
    ...optional('reason', NOTE, NOTE_FORM),
    ...optional('approvedBy', NOTE, NOTE_FORM),
    told: readTold(entry.told, `${path}.told`),
  };
}

function readTold(value: unknown, path: string): LockEntry['told'] {
  const exchanges = readMap(value, path, EXCHANGE, EXCHANGE_FORM);
  return Object.fromEntries(exchanges.map(([name, day]) => [name, readString(day, `${path}.${name}`, DAY, DAY_FORM)]));
}

/** The items of an object whose keys are names of that form. */
function readMap(value: unknown, path: string, pattern: RegExp, form: string) {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const items = Object.entries(readObject(value, path, [], keys));
  for (const [name] of items) {
    if (pattern.test(name)) continue;
    throw new InputError('LOCK_MALFORMED_VALUE', `${path}: name ${quoted(name)} is malformed; write ${form}`);
  }
  return items;
}

/** Before everything else, since a later version may well have other keys. */
function refuseOtherVersions(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return;
  if (value.schemaVersion === LOCK_SCHEMA_VERSION) return;
  throw new InputError(
    'LOCK_SCHEMA_VERSION',
    `$.schemaVersion: ${quoted(String(JSON.stringify(value.schemaVersion)))} is unknown, allowed is ${LOCK_SCHEMA_VERSION}; ` +
      'upgrade cdk-exchange-keys where the lock is read',
  );
}
