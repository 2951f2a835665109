// Which JSON values have the structure of an allowlist document: exactly those its JSON Schema allows.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { ALLOWLIST_SCHEMA_VERSION, type AllowlistDocument, type AllowlistEntry, type AllowlistRole } from './document';
import { readItems, readObject, readString } from './json-reader';

const DOCUMENT_KEYS = ['schemaVersion', 'environment', 'region', 'cidrs', 'entries'];
const ENTRY_KEYS = ['availabilityZone', 'allocationId', 'address', 'cidr', 'role'];

/* The patterns are those of the schema; a test proves that both accept the same values. */
const ENVIRONMENT = /^[a-z][a-z0-9]{1,15}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/;
const ZONE = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const ALLOCATION_ID = /^eipalloc-([0-9a-f]{8}|[0-9a-f]{17})$/;
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ADDRESS = new RegExp(`^(${OCTET}[.]){3}${OCTET}$`);
const CIDR = new RegExp(`^(${OCTET}[.]){3}${OCTET}/(3[0-2]|[12]?[0-9])$`);
const ROLE = /^(active|standby)$/;

const CIDR_FORM = "an IPv4 range such as '203.0.113.10/32'";

/**
 * The value as a document, in the order given. Says nothing about whether its parts agree with each other.
 * @throws InputError `ALLOWLIST_DOCUMENT_WRONG_TYPE`, `ALLOWLIST_DOCUMENT_UNKNOWN_KEY`,
 * `ALLOWLIST_DOCUMENT_MISSING_KEY`, `ALLOWLIST_DOCUMENT_EMPTY`, `ALLOWLIST_DOCUMENT_MALFORMED_VALUE` or
 * `ALLOWLIST_DOCUMENT_SCHEMA_VERSION`.
 */
export function readStructure(value: unknown): AllowlistDocument {
  refuseOtherVersions(value);
  const document = readObject(value, '$', DOCUMENT_KEYS);
  return {
    schemaVersion: ALLOWLIST_SCHEMA_VERSION,
    environment: readString(
      document.environment,
      '$.environment',
      ENVIRONMENT,
      '2 to 16 lower-case letters and digits, a letter first',
    ),
    region: readString(document.region, '$.region', REGION, "a region name such as 'eu-west-1'"),
    cidrs: readItems(document.cidrs, '$.cidrs', (item, path) => readString(item, path, CIDR, CIDR_FORM)),
    entries: readItems(document.entries, '$.entries', readEntry),
  };
}

function readEntry(value: unknown, path: string): AllowlistEntry {
  const entry = readObject(value, path, ENTRY_KEYS);
  const text = (key: string, pattern: RegExp, form: string) => readString(entry[key], `${path}.${key}`, pattern, form);
  return {
    availabilityZone: text('availabilityZone', ZONE, "a zone name such as 'eu-west-1a'"),
    allocationId: text('allocationId', ALLOCATION_ID, "'eipalloc-' and 8 or 17 lower-case hexadecimal digits"),
    address: text('address', ADDRESS, "an IPv4 address such as '203.0.113.10'"),
    cidr: text('cidr', CIDR, CIDR_FORM),
    role: text('role', ROLE, "'active' or 'standby'") as AllowlistRole,
  };
}

/** Before everything else, since a later version may well have other keys. */
function refuseOtherVersions(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return;
  if (value.schemaVersion === ALLOWLIST_SCHEMA_VERSION) return;
  throw new InputError(
    'ALLOWLIST_DOCUMENT_SCHEMA_VERSION',
    `$.schemaVersion: ${quoted(String(JSON.stringify(value.schemaVersion)))} is unknown, allowed is ${ALLOWLIST_SCHEMA_VERSION}; ` +
      'upgrade cdk-exchange-keys where the document is read',
  );
}
