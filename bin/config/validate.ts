// Turns the errors of the schema into problems of the file, each told once.
import type { Document } from 'yaml';
import { isSecretKey } from '../../contract/secret-words';
import { explain } from './explain';
import { findPlace, keyOffset } from './nodes';
import type { Problem } from './problem';
import { type SchemaError, schemaErrors } from './schema-errors';
import { showKey, showPath } from './show';
import { explainUnknownKey, isKnownKey } from './unknown-key';

const isUnknownKey = ({ error }: SchemaError): boolean => error.keyword === 'additionalProperties';

/** The problem of a key that is not allowed, and the pointer to the key it stands for, if that is clear. */
const unknownKey = ({ error, path }: SchemaError, doc: Document): { problem: Problem; meant?: string } => {
  const key: string = error.params.additionalProperty;
  const offset = keyOffset(findPlace(doc, [...path, key]));
  const naming: string | undefined = error.parentSchema?.propertyNames?.patternErrorMessage;
  if (naming !== undefined && !isKnownKey(key)) {
    const text = `the name ${showKey(key)} at ${showPath([...path, key])} ${naming}`;
    return { problem: { code: 'CONFIG_INVALID_VALUE', offset, text } };
  }
  const { text, meant } = explainUnknownKey(key, path);
  return {
    problem: { code: 'CONFIG_UNKNOWN_KEY', offset, text },
    meant: meant === undefined ? undefined : `${error.instancePath}/${meant}`,
  };
};

/** The zone lists of a region, of which `anyOf` wants one that is not empty. */
const ZONE_LISTS = ['availabilityZones', 'standbyAvailabilityZones'];

/** The pointers to the keys an error says are missing. */
const missing = ({ error }: SchemaError): string[] => {
  if (error.keyword === 'required') return [`${error.instancePath}/${error.params.missingProperty}`];
  return error.keyword === 'anyOf' ? ZONE_LISTS.map((key) => `${error.instancePath}/${key}`) : [];
};

/** The problems of the value; none if it is a `Config`. */
export const validate = (value: unknown, doc: Document): Problem[] => {
  const errors = schemaErrors(value);
  const unknown = errors
    // A secret is reported as such.
    .filter((found) => isUnknownKey(found) && !isSecretKey(found.error.params.additionalProperty))
    .map((found) => unknownKey(found, doc));
  // A key that is there but misspelt need not be called missing as well.
  const misspelt = new Set(unknown.map(({ meant }) => meant));
  const others = errors
    .filter((found) => !isUnknownKey(found) && !missing(found).some((pointer) => misspelt.has(pointer)))
    .map(({ error, path, parent }) => explain(error, { path, parent, place: findPlace(doc, path) }));
  return [...unknown.map(({ problem }) => problem), ...others];
};
