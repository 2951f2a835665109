// Words a value of the wrong type: what YAML read, what is needed and how to write it.
import { isScalar, type Node } from 'yaml';
import { type Path, showKey, showPath, showValue } from './show';

const NEEDED: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** The characters in the file, which a number no longer has: `0123` is read as 123. */
const written = (node: Node | undefined, value: unknown): string =>
  isScalar(node) && node.source !== undefined ? node.source : String(value);

const quoted = (path: Path, text: string): string => {
  const last = path.at(-1);
  return typeof last === 'string' ? `${last}: '${text}'` : `'${text}'`;
};

/** How to turn the value into what is needed, where that can be told. */
const howToChange = (type: string, value: unknown, path: Path, source: string): string => {
  if (type === 'string' && typeof value === 'number') {
    return `; YAML reads unquoted digits as a number, which loses leading zeros: quote it, ${quoted(path, source)}`;
  }
  if (type === 'string' && typeof value === 'boolean') {
    return `; YAML reads it as true or false: quote it, ${quoted(path, source)}`;
  }
  if (type === 'boolean') return '; write true or false, without quotes';
  if (type === 'array' && typeof value === 'string') return '; put brackets around it, even for one: [...]';
  if (type === 'object') return '; write its keys indented below it, each as key: value';
  return '';
};

/** One line about a value that should be of another type. */
export const explainType = (type: string, value: unknown, path: Path, node: Node | undefined): string => {
  const source = written(node, value);
  const shown = typeof value === 'number' ? `the number ${source}` : showValue(value);
  return `${showPath(path)} is ${shown}, it must be ${NEEDED[type] ?? type}${howToChange(type, value, path, source)}`;
};

/** One line about a key or list item with nothing after it. */
export const explainNull = (type: string, path: Path): string => {
  const last = path.at(-1);
  const what = typeof last === 'number' ? 'the list item' : `the key ${showKey(String(last))}`;
  return `${showPath(path)} is null: nothing follows ${what}; write ${NEEDED[type] ?? type} there, or remove it if it is not needed`;
};
