// Reads exchange-keys.yaml into a checked Config, or refuses it with everything there is to change.
import { isMap, isScalar, isSeq } from 'yaml';
import type { Config } from './config';
import { inspectNodes } from './inspect-nodes';
import { type Problem, problemsError } from './problem';
import { HOW_TO_START, readText } from './read-text';
import { isConfig } from './schema-errors';
import { parseSyntax, type Syntax, toValue } from './syntax';
import { validate } from './validate';

/** The value of the file if its text has one, and the problems found on the way to it. */
interface Reading {
  readonly value?: unknown;
  readonly problems: readonly Problem[];
}

const topLevelProblem = (doc: Syntax['doc']): Problem | undefined => {
  const { contents } = doc;
  if (isMap(contents)) return undefined;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return { code: 'CONFIG_FILE_EMPTY', offset: 0, text: `the file is empty or holds only comments; ${HOW_TO_START}` };
  }
  return {
    code: 'CONFIG_INVALID_VALUE',
    offset: contents.range?.[0] ?? 0,
    text: `the file is ${isSeq(contents) ? 'a list' : 'a single value'}, it must be a mapping of keys to values; ${HOW_TO_START}`,
  };
};

const readValue = ({ doc, lines, problems }: Syntax): Reading => {
  const inspected = inspectNodes(doc, lines);
  if (problems.length > 0 || inspected.unusable) return { problems: [...problems, ...inspected.problems] };
  const topLevel = topLevelProblem(doc);
  if (topLevel !== undefined) return { problems: [...inspected.problems, topLevel] };
  const { value, problem } = toValue(doc);
  if (problem !== undefined) return { problems: [...inspected.problems, problem] };
  return { value, problems: [...inspected.problems, ...validate(value, doc)] };
};

/**
 * Reads and checks the file. Throws one `InputError` that names every problem with its position; its code is that of
 * the first.
 */
export const readConfig = (file: string): Config => {
  const syntax = parseSyntax(readText(file));
  const { value, problems } = readValue(syntax);
  if (problems.length === 0 && isConfig(value)) return value;
  throw problemsError(file, syntax.lines, problems);
};
