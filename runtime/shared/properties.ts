// A tiny reader of custom-resource properties: every property is named, required and of a stated form.
import { InputError } from '../../contract/errors';
import { Refusal, shown } from './refusal';

/** Reads one value or refuses it; `path` names the property, e.g. `Zones[0].SubnetId`. */
export type Reader<T> = (value: unknown, path: string) => T;

/** Refuses one property. */
export function refuseProperty(path: string, value: unknown, expected: string): never {
  const problem = value === undefined ? `property '${path}' is missing` : `property '${path}' is ${shown(value)}`;
  throw new Refusal('PROPERTY_INVALID', `${problem}; expected ${expected}`);
}

/** A string in one of the forms the contract defines; `parse` throws an `InputError` that says which. `expected` is for a value that is no string. */
export const text =
  (expected: string, parse: (value: string) => unknown): Reader<string> =>
  (value, path) => {
    if (typeof value !== 'string') return refuseProperty(path, value, expected);
    try {
      parse(value);
      return value;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new Refusal('PROPERTY_INVALID', `property '${path}' is malformed: ${error.message}`);
    }
  };

/** A list of 1 to `max` items. */
export const list =
  <T>(item: Reader<T>, max: number): Reader<T[]> =>
  (value, path) => {
    const expected = `a list of 1 to ${max} items`;
    if (!Array.isArray(value) || value.length === 0 || value.length > max) return refuseProperty(path, value, expected);
    return value.map((entry, index) => item(entry, `${path}[${index}]`));
  };

/** An object with exactly the given fields; an unknown one is refused because it would be silently ignored. */
export const record =
  <T extends object>(fields: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return refuseProperty(path, value, 'an object');
    }
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const given = value as Record<string, unknown>;
    const names = Object.keys(fields) as (keyof T & string)[];
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(fields, name)) {
        const known = names.map((known) => `'${known}'`).join(', ');
        throw new Refusal(
          'PROPERTY_UNKNOWN',
          `property '${at(name)}' is ${shown(given[name])} but is not known; remove it, the known ones are ${known}`,
        );
      }
    }
    const own = (name: string) => (Object.hasOwn(given, name) ? given[name] : undefined);
    return Object.fromEntries(names.map((name) => [name, fields[name](own(name), at(name))])) as T;
  };
