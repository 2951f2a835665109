// How keys, paths and values of the file appear in messages: one line, never long, never a secret.
import { mentionsSecret } from './secret-keys';

/** The keys and list indices that lead to a place in the file. */
export type Path = readonly (string | number)[];

const LONGEST = 60;

/** Escapes what would break a line or hide in a terminal, and shortens. */
const printable = (text: string): string => {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  return short.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\ufeff]/g, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[^\\]$/, `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
};

/** A key in quotes. */
export const showKey = (key: string): string => `'${printable(key)}'`;

/** A path such as `regions.eu-west-1.availabilityZones[1]`; empty at the top level. */
export const showPath = (path: Path): string =>
  path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w<>-]+$/.test(step)) return `[${showKey(step)}]`;
      return `${index === 0 ? '' : '.'}${printable(step)}`;
    })
    .join('');

/** A path as a place to name in a sentence. */
export const showPlace = (path: Path): string => (path.length === 0 ? 'the top level' : showPath(path));

/** A value in as many words as help to find it. */
export const showValue = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value !== 'string') return String(value);
  const lines = value.trimEnd().split('\n').length;
  if (lines > 1) return `a text of ${lines} lines`;
  // `owner: "apiKey=…"` is a secret in spite of its harmless key.
  if (/[:=]/.test(value) && mentionsSecret(value)) return 'a text that is not shown, it looks like a secret';
  return showKey(value);
};
