// How a value that was given appears in a message: on one line, printable, and never a page long.

const LONGEST = 80;

/**
 * The value in single quotes, control and non-ASCII characters as `\u` escapes, cut after 80 characters.
 * `quoted('10.0.0.1\n')` is `'10.0.0.1\u000a'`.
 */
export function quoted(value: string): string {
  const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
  return `'${cut.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
}
