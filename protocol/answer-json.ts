// Reads an answer as JSON without losing digits, and finds values in it.

/** Strings, or whole numbers of more digits than a JavaScript number keeps. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** The object or list that the text holds; undefined for anything else. Long numbers, such as ids, become strings. */
export function parseAnswer(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    if (!/\d{16}/.test(text)) return value;
    // Only text that is JSON is rewritten, so that the rewriting cannot make JSON of what was none.
    return JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch {
    return undefined;
  }
}

/** The value at a path such as `data.0.perm`; undefined if there is none. `.` is the whole. */
export function valueAt(root: unknown, path: string): unknown {
  if (path === '.') return root;
  let at = root;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    if (Array.isArray(at) && !/^\d+$/.test(name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
