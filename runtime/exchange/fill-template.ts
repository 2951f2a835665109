// Puts values into the placeholders of an operation. A value that is not there is an error, never an empty text.
import type { ExchangeOperation } from '../../contract/exchange/exchange-configuration';
import { type Placeholder, parseTemplate, type TextPlace } from '../../contract/exchange/placeholder';
import type { FilledRequest } from '../../protocol/authenticate';

/** Values by placeholder. */
export type PlaceholderValues = Readonly<Partial<Record<Placeholder, string | readonly string[]>>>;

/** A template cannot be filled. The message names placeholders, never values. */
export class UnfilledTemplate extends Error {}

/** @throws UnfilledTemplate */
export function fillOperation(
  { path, query = {}, body }: ExchangeOperation,
  allowed: readonly Placeholder[],
  values: PlaceholderValues,
): FilledRequest {
  const inLine: TextPlace = { allowed, inBody: false };
  const filledQuery = Object.entries(query)
    // The first page has no cursor.
    .filter(([, text]) => !(text === '{cursor}' && values.cursor === undefined))
    .map(([name, text]): [string, string] => [name, textOf(text, inLine, values)]);
  return {
    path: textOf(path, inLine, values, pathSegment),
    query: Object.fromEntries(filledQuery),
    body: body && (fillBody(body, { allowed, inBody: true }, values) as Record<string, unknown>),
  };
}

function fillBody(template: unknown, place: TextPlace, values: PlaceholderValues): unknown {
  if (typeof template === 'string') {
    const [piece, more] = piecesOf(template, place);
    if (piece?.kind === 'list' && more === undefined) return [...valueFor(values, piece.name)];
    return textOf(template, place, values);
  }
  if (Array.isArray(template)) return template.map((item) => fillBody(item, place, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, fillBody(item, place, values)]));
}

function textOf(
  template: string,
  place: TextPlace,
  values: PlaceholderValues,
  encoded: (value: string) => string = (value) => value,
): string {
  return piecesOf(template, place)
    .map((piece) => {
      if (piece.kind === 'literal') return piece.text;
      const value = valueFor(values, piece.name);
      return encoded(typeof value === 'string' ? value : value.join(','));
    })
    .join('');
}

function piecesOf(template: string, place: TextPlace) {
  const pieces = parseTemplate(template, place);
  if (typeof pieces === 'string') throw new UnfilledTemplate(pieces);
  return pieces;
}

function valueFor(values: PlaceholderValues, name: Placeholder): string | readonly string[] {
  const value = values[name];
  if (value === undefined || value === '') throw new UnfilledTemplate(`the request needs {${name}}, and there is none`);
  return value;
}

/** A value is one segment: a slash in it does not begin another, and `..` leads nowhere. */
function pathSegment(value: string): string {
  if (value === '.' || value === '..') throw new UnfilledTemplate("a value of the path is '.' or '..'");
  return encodeURIComponent(value).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
