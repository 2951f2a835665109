// A rendered value as it appears in a message: on one line and short.

const LONGEST = 120;

export function shownRendered(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
