// What the checks of a signing template report.

/** One thing that makes a template unusable. */
export interface SigningProblem {
  /** JSON pointer into the template, `/tokens/2`; empty for the template as a whole. */
  readonly path: string;
  /** Stable, searchable, upper snake case. */
  readonly code: string;
  /** What is wrong and what to change. Says nothing about the place. */
  readonly message: string;
}

/** A name as a JSON pointer has it. */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
