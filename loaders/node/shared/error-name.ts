// What may be told of an error that others threw: a plain word for its name or code, never its message, which may quote a key.

/** The word, undefined for everything that is not one. */
export function plainWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : undefined;
}

/** `TypeError`, `AccessDeniedException`; for what has no such name, `unknown error`. */
export function errorName(error: unknown): string {
  return plainWord((error as { name?: unknown } | null | undefined)?.name) ?? 'unknown error';
}
