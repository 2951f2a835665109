// Reads a JSON document of schema 1 of which every named field must be there as a text that is not empty.

/** The document, or undefined: what is wrong with it is not worth showing, because only a deployment writes it. */
export function readCompleteDocument<T>(text: string, fields: readonly (keyof T & string)[]): T | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value?.schema !== 1) return undefined;
  const complete = fields.every((name) => typeof value[name] === 'string' && value[name] !== '');
  return complete ? (value as T) : undefined;
}
