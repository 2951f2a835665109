// Text that somebody else wrote, such as a line of a log, made harmless to show: it cannot steer a terminal or fake a line.

/** Everything that does not show itself: controls, direction marks, halves of characters, separators of lines. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const LONGEST = 300;

/** On one line, invisible characters as `\u` escapes, cut after 300 characters. */
export function printable(text: string): string {
  return escaped(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** JSON as it may be shown on a terminal: the same value, and nothing invisible in it but the ends of lines. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).split('\n').map(escaped).join('\n');
}

function escaped(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    // as JSON wants it, one escape for each half
    Array.from({ length: character.length }, (_, i) => unitEscape(character.charCodeAt(i))).join(''),
  );
}

const unitEscape = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
