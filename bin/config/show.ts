// How keys, paths and values of the file appear in messages: one line, never long, never a secret.
import { mentionsSecret } from '../../contract/secret-words';

/** The keys and list indices that lead to a place in the file. */
export type Path = readonly (string | number)[];

const LONGEST = 60;

/** Control and formatting characters, which break a line, hide in a terminal or reverse what is read. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** As JavaScript writes it. */
const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** On one line, and short. */
const printable = (text: string): string =>
  (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text).replace(UNPRINTABLE, escaped);

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
