// How an unknown JSON value is read strictly: every refusal names the JSON path, nothing is coerced or ignored.
import { InputError } from '../errors';
import { quoted } from '../quoted';

/** A JSON object whose keys have been checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * An object with exactly these keys, and any of the optional ones.
 * @throws InputError `ALLOWLIST_DOCUMENT_WRONG_TYPE`, `ALLOWLIST_DOCUMENT_UNKNOWN_KEY` or
 * `ALLOWLIST_DOCUMENT_MISSING_KEY`.
 */
export function readObject(
  value: unknown,
  path: string,
  keys: readonly string[],
  optional: readonly string[] = [],
): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuseType(value, path, 'an object');
  const unknown = Object.keys(value).find((key) => !keys.includes(key) && !optional.includes(key));
  if (unknown !== undefined) {
    throw new InputError(
      'ALLOWLIST_DOCUMENT_UNKNOWN_KEY',
      `${path}: key ${quoted(unknown)} is unknown, allowed are ${[...keys, ...optional].join(', ')}; remove it`,
    );
  }
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) {
    throw new InputError('ALLOWLIST_DOCUMENT_MISSING_KEY', `${path}: key '${missing}' is missing; add it`);
  }
  return value as JsonObject;
}

/**
 * The items of an array that has at least one.
 * @throws InputError `ALLOWLIST_DOCUMENT_WRONG_TYPE` or `ALLOWLIST_DOCUMENT_EMPTY`.
 */
export function readItems<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (!Array.isArray(value)) refuseType(value, path, 'an array');
  if (value.length === 0) {
    throw new InputError('ALLOWLIST_DOCUMENT_EMPTY', `${path}: the array is empty; a region has one item at least`);
  }
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

/**
 * A string of that form; `form` says it in words, e.g. `a region name such as 'eu-west-1'`.
 * @throws InputError `ALLOWLIST_DOCUMENT_WRONG_TYPE` or `ALLOWLIST_DOCUMENT_MALFORMED_VALUE`.
 */
export function readString(value: unknown, path: string, pattern: RegExp, form: string): string {
  if (typeof value !== 'string') refuseType(value, path, 'a string');
  if (pattern.test(value)) return value;
  throw new InputError('ALLOWLIST_DOCUMENT_MALFORMED_VALUE', `${path}: ${quoted(value)} is malformed; write ${form}`);
}

/**
 * Does what is given; a refusal in it names the path before its own message.
 * @throws InputError with the code of the refusal.
 */
export function atPath<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

function refuseType(value: unknown, path: string, expected: string): never {
  const given = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
  throw new InputError('ALLOWLIST_DOCUMENT_WRONG_TYPE', `${path}: ${given} was given; write ${expected}`);
}
