// The value of a key's secret: one JSON document with a schema version, or the placeholder that a deployment leaves.
import { InputError } from '../errors';
import { isDay } from './day';

/** What a version with a real key holds. Every field of it but the two times is to be kept out of logs. */
export interface KeyDocument {
  readonly schema: 1;
  readonly exchange: string;
  /** Name of the key, `prod-trader-bot-a`. */
  readonly name: string;
  /** Sub-account at the exchange. */
  readonly account?: string;
  /** What the exchange's key management calls the key; where it has no name of its own, the API key itself. */
  readonly keyId: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
  /** Label of the key at the exchange, if it was created by the rotation. */
  readonly label?: string;
  /** Version id of the secret that it is the value of, for workloads that are given the value alone (a mounted file, an injected variable). */
  readonly versionId?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** When the exchange will end the key by itself; ISO 8601, UTC. */
  readonly expiresAt?: string;
}

/** What the template holds instead of a key. Frozen: another value would make CloudFormation overwrite the real one. */
export const PLACEHOLDER = '{"schema":1,"placeholder":true}';

const REQUIRED = ['exchange', 'name', 'keyId', 'apiKey', 'apiSecret', 'createdAt'] as const;
const OPTIONAL = ['account', 'passphrase', 'label', 'versionId', 'expiresAt'] as const;
const TIMES: readonly string[] = ['createdAt', 'expiresAt'];
const LONGEST = 4096;

/**
 * The document of a version, or `placeholder`. Messages name fields, never values.
 * @throws InputError `KEY_DOCUMENT_MALFORMED`.
 */
export function parseKeyDocument(text: string): KeyDocument | 'placeholder' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('it is not a JSON object');
  const fields = value as Record<string, unknown>;
  if (fields.schema !== 1) throw malformed("'schema' is not 1");
  if (fields.placeholder === true && Object.keys(fields).length === 2) return 'placeholder';
  for (const name of Object.keys(fields)) {
    if (name !== 'schema' && ![...REQUIRED, ...OPTIONAL].some((known) => known === name)) {
      throw malformed(`it has a field that is not known; known are ${['schema', ...REQUIRED, ...OPTIONAL].join(', ')}`);
    }
  }
  for (const name of REQUIRED) if (fields[name] === undefined) throw malformed(`'${name}' is missing`);
  for (const name of [...REQUIRED, ...OPTIONAL]) if (fields[name] !== undefined) checkField(name, fields[name]);
  return fields as unknown as KeyDocument;
}

/** The document as text, checked as `parseKeyDocument` does. */
export function formatKeyDocument(document: KeyDocument): string {
  const text = JSON.stringify(document);
  parseKeyDocument(text);
  return text;
}

function checkField(name: string, value: unknown): void {
  // Printable ASCII: what can be in an HTTP header. A pasted line break or a blank is the commonest mistake.
  if (typeof value !== 'string' || value.length > LONGEST || !/^[!-~]+$/.test(value)) {
    throw malformed(`'${name}' is not a string of 1 to ${LONGEST} printable characters without blanks`);
  }
  if (TIMES.includes(name) && !isTime(value)) {
    throw malformed(`'${name}' is not a time such as 2026-11-22T10:00:00Z`);
  }
}

function isTime(text: string): boolean {
  const [, day] = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/.exec(text) ?? [];
  return day !== undefined && isDay(day);
}

function malformed(problem: string): InputError {
  return new InputError(
    'KEY_DOCUMENT_MALFORMED',
    `the secret's value is not a key document: ${problem}; put the key again with 'exchange-keys key put'`,
  );
}
