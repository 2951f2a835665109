// Words a value of the wrong type: what YAML read, what is needed and how to write it.
import { isAlias, isScalar, type Node } from 'yaml';
import { isRequired } from './levels';
import type { Place } from './nodes';
import { type Path, showKey, showPath, showValue } from './show';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** A type of JSON Schema with its article. */
export const typeInWords = (type: string): string => TYPES[type] ?? type;

/** How to write the scalar as a text; a number is quoted as it stands in the file, as `0123` is read as 123. */
const quoted = (path: Path, node: Node | undefined): string => {
  if (!isScalar(node)) return 'quote it where it is written';
  const last = path.at(-1);
  return `quote it, ${typeof last === 'string' ? `${last}: ` : ''}'${node.source}'`;
};

/** How to turn the value into what is needed, where that can be told. */
const howToChange = (type: string, value: unknown, path: Path, node: Node | undefined): string => {
  if (type === 'string' && typeof value === 'number') {
    return `; YAML reads unquoted digits as a number, which loses leading zeros: ${quoted(path, node)}`;
  }
  if (type === 'string' && typeof value === 'boolean') {
    return `; YAML reads it as true or false: ${quoted(path, node)}`;
  }
  if (type === 'boolean') return '; write true or false, without quotes';
  if (type === 'array' && typeof value === 'string') return '; put brackets around it, even for one: [...]';
  if (type === 'object') return '; write its keys indented below it, each as key: value';
  return '';
};

/** The value; of an alias only that it is one, as its anchor may be at a key whose value must not appear. */
export const showNode = (value: unknown, node: Node | undefined): string => {
  if (isAlias(node)) return 'an alias';
  return typeof value === 'number' && isScalar(node) ? `the number ${node.source}` : showValue(value);
};

/** One line about a value that should be of another type; `needed` begins with `must be`. */
export const explainType = (type: string, needed: string, value: unknown, at: { path: Path; place: Place }): string => {
  const node = at.place.value;
  return `${showPath(at.path)} is ${showNode(value, node)}, it ${needed}${howToChange(type, value, at.path, node)}`;
};

/** One line about a key or list item with nothing after it. */
export const explainNull = (needed: string, path: Path): string => {
  const last = path.at(-1);
  const what = typeof last === 'number' ? 'the list item' : `the key ${showKey(String(last))}`;
  const remove = isRequired(path) ? '' : '; if it is not needed, remove it';
  return `${showPath(path)} is null, nothing follows ${what}; its value ${needed}${remove}`;
};
