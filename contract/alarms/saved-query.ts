// What a saved query is, and what several are made of.

/**
 * Which log a query reads: request records, the notifier's findings, the functions' own lines (`inside-probe`: of all zones;
 * a ring without probes has none), flow logs of the VPC (whose fields CloudWatch discovers by itself).
 */
export type QueryLogGroup =
  | 'requests'
  | 'findings'
  | 'detector'
  | 'caretaker'
  | 'rotation'
  | 'inside-probe'
  | 'outside-probe'
  | 'egress-check'
  | 'flow';

export interface SavedQuery {
  /** What it shows, for people. */
  readonly name: string;
  readonly logGroups: readonly QueryLogGroup[];
  /** Lines of the query; the first has no pipe. */
  readonly query: string;
}

export const lines = (...commands: string[]) => commands.join('\n| ');
export const list = (values: Iterable<string>) => `[${[...values].map((value) => `"${value}"`).join(', ')}]`;

/** A function that threw, ran out of time or memory. */
export const FAILED = 'ispresent(errorType) or record.status in ["error", "failure", "timeout"]';
