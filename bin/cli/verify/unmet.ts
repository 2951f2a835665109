// One thing that the gate waits for.
import { printable } from '../output/printable';

export type Condition = 'egress' | 'probe' | 'lock' | 'trading-gate';

export interface Unmet {
  readonly condition: Condition;
  /** What it is about: a region and an id, a zone, an exchange and an address, a parameter. */
  readonly subject: string;
  /** A word to search for: in capitals as the functions give it, in small letters as this command does. */
  readonly code: string;
  /** For people. */
  readonly detail: string;
}

/** The same in the next attempt, whatever the detail says by then. */
export const identity = ({ condition, subject, code }: Unmet): string => `${condition} ${subject} [${code}]`;

/** On one line; the words of functions are somebody else's. */
export function unmetText(unmet: Unmet): string {
  const { condition, subject, code, detail } = unmet;
  return printable(`${condition} ${subject}: ${detail} [${code}]`);
}
