// What is wrong in the file and where, and how all of it is told at once.
import type { LineCounter } from 'yaml';
import { InputError } from '../../contract/errors';

/** The codes of the problems found inside the file. */
export type ProblemCode =
  | 'CONFIG_FILE_EMPTY'
  | 'CONFIG_YAML_MALFORMED'
  | 'CONFIG_DUPLICATE_KEY'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_INVALID_VALUE'
  | 'CONFIG_MISSING_KEY'
  | 'CONFIG_NULL_VALUE'
  | 'CONFIG_CONFLICTING_KEYS'
  | 'CONFIG_SECRET_IN_FILE';

/** One thing to change. */
export interface Problem {
  readonly code: ProblemCode;
  /** Where in the text, in UTF-16 code units from its start. */
  readonly offset: number;
  /** One line, without the position. */
  readonly text: string;
  /** The code frame of a syntax error. */
  readonly frame?: string;
}

/** A broken file can have thousands of problems; the first ones are those to fix. */
const MOST_SHOWN = 50;

/** The one error for all problems, in file order; its code is that of the first. */
export const problemsError = (file: string, lines: LineCounter, problems: readonly Problem[]): InputError => {
  const seen = new Set<string>();
  const ordered = [...problems]
    .sort((a, b) => a.offset - b.offset)
    .map((problem) => {
      const { line, col } = lines.linePos(problem.offset);
      const indented = problem.frame?.replace(/^/gm, '    ');
      const text = `${file}:${line}:${col}: ${problem.text} [${problem.code}]`;
      return { code: problem.code, text: indented === undefined ? text : `${text}\n${indented}` };
    })
    .filter(({ text }) => !seen.has(text) && seen.add(text));
  const shown = ordered.slice(0, MOST_SHOWN).map(({ text }) => text);
  const hidden = ordered.length - shown.length;
  return new InputError(
    ordered[0].code,
    [
      `${ordered.length} ${ordered.length === 1 ? 'problem' : 'problems'} in ${file}`,
      ...shown,
      ...(hidden > 0 ? [`and ${hidden} more`] : []),
    ].join('\n'),
  );
};
