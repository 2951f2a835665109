// Writes fields as JSON, and refuses what `JSON.stringify` would leave out or turn into null without a word.

/** @throws TypeError, of which nothing may be shown. */
export function jsonText(fields: object): string {
  return JSON.stringify(fields, (_, value: unknown) => {
    const isLost = typeof value === 'number' ? !Number.isFinite(value) : LOST.has(typeof value);
    if (isLost) throw new TypeError();
    return value;
  });
}

const LOST: ReadonlySet<string> = new Set(['function', 'symbol']);
