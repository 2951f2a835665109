// Checks a value against the schema and keeps, of what ajv finds, one error for each thing to change.
import Ajv, { type ErrorObject } from 'ajv';
import { exchangeKeysConfigSchema } from '../../contract/schema/exchange-keys-config';
import type { Config } from './config';
import type { Path } from './show';

/** An error of the schema and the path it is at. */
export interface SchemaError {
  readonly error: ErrorObject;
  readonly path: Path;
  /** The mapping or list that holds the value; undefined for the whole file. */
  readonly parent: unknown;
}

/** `patternErrorMessage` is known to editors but not to ajv; `verbose` gives the errors their data. */
const check = new Ajv({ strict: true, strictTypes: true, allErrors: true, verbose: true, discriminator: true })
  .addVocabulary(['patternErrorMessage'])
  .compile<Config>(exchangeKeysConfigSchema);

/** Errors of single alternatives, of names (see `additionalProperties`) and of a `source` that is itself wrong. */
const NOISE = /\/anyOf\/\d|\/propertyNames|\/discriminator/;

const withoutNoise = (errors: readonly ErrorObject[]): ErrorObject[] => {
  // Of a value of the wrong type, or one that should not be there, nothing else is worth saying.
  const final = errors.filter(({ keyword }) => keyword === 'type' || keyword === 'false schema');
  const settled = new Set(final.map(({ instancePath }) => instancePath));
  const isSettled = ({ instancePath }: ErrorObject): boolean =>
    [...settled].some((pointer) => instancePath === pointer || instancePath.startsWith(`${pointer}/`));
  return errors.filter((error) => !NOISE.test(error.schemaPath) && (final.includes(error) || !isSettled(error)));
};

/** Follows ajv's JSON pointer; list indices become numbers. */
const locate = (error: ErrorObject, root: unknown): SchemaError => {
  let at = root;
  let parent: unknown;
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(key) : key;
      parent = at;
      at = (at as Record<string | number, unknown>)[step];
      return step;
    });
  // A list that repeats an item is wrong at the second of the two.
  if (error.keyword === 'uniqueItems') {
    return { error, path: [...path, Math.max(error.params.i, error.params.j)], parent: at };
  }
  return { error, path, parent };
};

/** Whether the value is a `Config`. */
export const isConfig = (value: unknown): value is Config => check(value);

/** What keeps the value from being a `Config`. */
export const schemaErrors = (value: unknown): SchemaError[] =>
  check(value) ? [] : withoutNoise(check.errors ?? []).map((error) => locate(error, value));
