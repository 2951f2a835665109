// Words one error of the schema: the place, the value, what is allowed and what to change.
import type { ErrorObject } from 'ajv';
import { explainNull, explainType, showNode, typeInWords } from './explain-type';
import { exampleOf, isRequired } from './levels';
import { nearest } from './nearest';
import { keyOffset, type Place, valueOffset } from './nodes';
import type { Problem } from './problem';
import { type Path, showKey, showPath, showPlace, showValue } from './show';

/** Where in the file an error is. */
export interface ErrorPlace {
  readonly path: Path;
  readonly place: Place;
  /** The mapping or list that holds the value. */
  readonly parent: unknown;
}

type Explanation = (error: ErrorObject, at: ErrorPlace) => Problem;

const invalid = ({ place }: ErrorPlace, text: string): Problem => ({
  code: 'CONFIG_INVALID_VALUE',
  offset: valueOffset(place),
  text,
});

const valueIs = ({ data }: ErrorObject, { path, place }: ErrorPlace): string =>
  `${showPath(path)} is ${showNode(data, place.value)}`;

/** The `source` of a mapping of addresses. */
const sourceOf = (addresses: unknown): unknown => (addresses as { source?: unknown }).source;

const wrongType: Explanation = (error, at) => {
  const type: string = error.params.type;
  const needed: string = error.parentSchema?.patternErrorMessage ?? `must be ${typeInWords(type)}`;
  if (error.data !== null) return invalid(at, explainType(type, needed, error.data, at));
  return { code: 'CONFIG_NULL_VALUE', offset: keyOffset(at.place), text: explainNull(needed, at.path) };
};

const missingKey: Explanation = (error, { path, place }) => {
  const key: string = error.params.missingProperty;
  // Only `source` makes a key required that is otherwise not.
  const why = error.schemaPath.includes('/oneOf/') ? `, source ${showValue(sourceOf(error.data))} needs it` : '';
  const text = `missing required key ${showKey(key)} at ${showPlace(path)}${why}; add it, such as ${exampleOf(key, path)}`;
  return { code: 'CONFIG_MISSING_KEY', offset: valueOffset(place), text };
};

const noZone: Explanation = (_error, { path, place }) => ({
  code: 'CONFIG_MISSING_KEY',
  offset: valueOffset(place),
  text:
    `no availability zone at ${showPath(path)}; name at least one in availabilityZones or standbyAvailabilityZones, ` +
    `such as availabilityZones: [${path.at(-1)}a]`,
});

const notInEnum: Explanation = (error, at) => {
  const allowed: string[] = error.params.allowedValues;
  const meant = nearest(String(error.data), allowed);
  const hint = meant === undefined ? '' : `did you mean ${showKey(meant)}? `;
  return invalid(at, `${valueIs(error, at)}; ${hint}allowed: ${allowed.join(', ')}`);
};

const listedTwice: Explanation = (error, at) => {
  const first = Math.min(error.params.i, error.params.j);
  const { data } = error;
  const item = Array.isArray(data) ? data[first] : data;
  return invalid(
    at,
    `${valueIs({ ...error, data: item }, at)}, which the list has already as item ${first + 1}; remove one`,
  );
};

const empty: Explanation = (_error, at) =>
  invalid(at, `${showPath(at.path)} is empty; name at least one${isRequired(at.path) ? '' : ', or remove the key'}`);

const outOfBounds: Explanation = (error, at) => {
  const { minimum, maximum } = error.parentSchema as { minimum: number; maximum: number };
  return invalid(at, `${valueIs(error, at)}; allowed: whole numbers from ${minimum} to ${maximum}`);
};

const tooMany: Explanation = (error, at) => {
  const { properties } = error.parentSchema as { properties: object };
  const keys = Object.keys(properties).join(', ');
  return invalid(at, `${showPath(at.path)} has more than one key; give one of ${keys}`);
};

/** A key that means nothing without another one. */
const incomplete: Explanation = ({ params: { property, missingProperty } }, { path, place }) => ({
  code: 'CONFIG_MISSING_KEY',
  offset: keyOffset(place),
  text: `${showKey(property)} at ${showPlace(path)} needs ${showKey(missingProperty)}; add it, such as ${exampleOf(missingProperty, path)}`,
});

/** A key that another key, or the value of another key, excludes. */
const excluded: Explanation = (error, { path, place, parent }) => {
  const key = showKey(String(path.at(-1)));
  const other = /\/dependencies\/(\w+)\//.exec(error.schemaPath)?.[1];
  const text =
    other === undefined
      ? `${key} at ${showPath(path)} cannot be combined with source ${showValue(sourceOf(parent))}; remove it or change source`
      : `${key} at ${showPath(path)} cannot be combined with '${other}'; remove one of the two`;
  return { code: 'CONFIG_CONFLICTING_KEYS', offset: keyOffset(place), text };
};

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  type: wrongType,
  required: missingKey,
  anyOf: noZone,
  enum: notInEnum,
  pattern: (error, at) => invalid(at, `${valueIs(error, at)}; it ${error.parentSchema?.patternErrorMessage}`),
  minLength: (error, at) => invalid(at, `${valueIs(error, at)}; it must not be empty`),
  maxLength: (error, at) =>
    invalid(
      at,
      `${showPath(at.path)} has ${String(error.data).length} characters; at most ${error.params.limit} are allowed`,
    ),
  minItems: empty,
  minProperties: empty,
  maxProperties: tooMany,
  minimum: outOfBounds,
  maximum: outOfBounds,
  dependencies: incomplete,
  uniqueItems: listedTwice,
  'false schema': excluded,
};

/** Every keyword of the schema that can fail on its own account, apart from `additionalProperties`. */
export const EXPLAINED_KEYWORDS: readonly string[] = Object.keys(EXPLANATIONS);

/** The problem an error of the schema stands for. */
export const explain = (error: ErrorObject, at: ErrorPlace): Problem => EXPLANATIONS[error.keyword](error, at);
