// Exit codes of the command: the one table that --help prints and everything that ends the command uses.

export const EXIT = { done: 0, failed: 1, usage: 2, notConfirmed: 3, timedOut: 4, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const MEANING: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'refused or failed'],
  [EXIT.usage, 'wrong usage'],
  [EXIT.notConfirmed, 'not confirmed'],
  [EXIT.timedOut, 'timed out waiting; what was started goes on'],
  [EXIT.interrupted, 'interrupted'],
];

/** The table as text. */
export const exitCodesText = (): string =>
  MEANING.map(([code, meaning]) => `  ${`${code}`.padEnd(5)}${meaning}`).join('\n');
