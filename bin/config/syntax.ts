// Parses the text as one document of plain YAML 1.2 and words what keeps it from being one.
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { mentionsSecret } from '../../contract/secret-words';
import type { Problem } from './problem';

/** A parsed text with the positions of its lines and what is wrong with its syntax. */
export interface Syntax {
  readonly doc: Document;
  readonly lines: LineCounter;
  readonly problems: readonly Problem[];
}

/** yaml ends its messages with the position and, if it has one, a frame of the line. */
const POSITION_AND_FRAME = / at line \d+, column \d+(?::\n\n([\s\S]*?)\n*)?$/;

const OWN_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "several YAML documents in one file; keep one and remove the '---' between them",
  RESOURCE_EXHAUSTION: 'malformed YAML: nested too deeply',
  NON_STRING_KEY: 'malformed YAML: a key must be a plain name, not a list, a mapping or an alias',
};

const wordError = (error: YAMLError, hideText: boolean): Problem => {
  const at = { code: 'CONFIG_YAML_MALFORMED', offset: error.pos[0] } as const;
  const own = OWN_WORDS[error.code];
  if (own !== undefined) return { ...at, text: own };
  if (hideText) {
    const text = `malformed YAML (${error.code}); its text is not shown because the file mentions a secret`;
    return { ...at, text };
  }
  const message = error.message.replace(POSITION_AND_FRAME, '');
  if (error.code === 'TAG_RESOLVE_FAILED') {
    return {
      ...at,
      text: `malformed YAML: ${message}; remove the tag, the file is plain YAML without types of its own`,
    };
  }
  return { ...at, text: `malformed YAML: ${message}`, frame: POSITION_AND_FRAME.exec(error.message)?.[1] };
};

/** Parses; never throws. */
export const parseSyntax = (text: string): Syntax => {
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    // Not left to a %YAML directive: in YAML 1.1 `no` is a boolean and 012 octal.
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    stringKeys: true,
    // Duplicates are found together with the other problems of a well-formed file.
    uniqueKeys: false,
    prettyErrors: true,
  });
  // Only what is no part of the schema, such as an unknown tag, is a warning; the value would silently be wrong.
  const hideText = mentionsSecret(text);
  const problems = [...doc.errors, ...doc.warnings].map((error) => wordError(error, hideText));
  return { doc, lines, problems };
};

/** yaml's own default, stated because it is what refuses an alias bomb. */
const MAX_ALIAS_COUNT = 100;

/** The value of a document without syntax errors; a problem if its aliases expand to too much. */
export const toValue = (doc: Document): { value?: unknown; problem?: Problem } => {
  try {
    return { value: doc.toJS({ maxAliasCount: MAX_ALIAS_COUNT }) };
  } catch {
    const text = 'malformed YAML: the aliases lead nowhere or expand to too much; write the values out';
    return { problem: { code: 'CONFIG_YAML_MALFORMED', offset: doc.contents?.range?.[0] ?? 0, text } };
  }
};
