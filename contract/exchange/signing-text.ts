// Reads the texts of a signing template: `tokens` are names or `text:` with a literal, other texts have `{name}` in them.

/** A piece of a text: a literal, or the name of a token, known or not. */
export type Piece = { readonly literal: string } | { readonly token: string };

const LITERAL = 'text:';

/** An entry of `tokens`. */
export function parseEntry(entry: string): Piece {
  return entry.startsWith(LITERAL) ? { literal: entry.slice(LITERAL.length) } : { token: entry };
}

/** The pieces of a text with `{name}` in it; undefined if a brace has no partner. */
export function parseText(text: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  // The split alternates literals and names.
  for (const [index, part] of text.split(/\{([^{}]*)\}/).entries()) {
    if (index % 2 === 1) pieces.push({ token: part });
    else if (/[{}]/.test(part)) return undefined;
    else if (part !== '') pieces.push({ literal: part });
  }
  return pieces;
}

/** The names of the tokens among the pieces. */
export function tokenNames(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => ('token' in piece ? [piece.token] : []));
}
