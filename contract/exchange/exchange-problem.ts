// What the checks of an exchange's configuration report.

/** One thing that makes a configuration unusable. */
export interface ExchangeProblem {
  /** Names joined by dots, `operations.create.body.label`; empty for the configuration as a whole. */
  readonly path: string;
  /** Stable, searchable, upper snake case. */
  readonly code: string;
  /** What is wrong and what to change. Says nothing about the place. */
  readonly message: string;
}
