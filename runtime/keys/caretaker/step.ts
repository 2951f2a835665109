// The steps the caretaker can take with one key, and what it can have to report about it.
import type { CaretakerMetric } from '../../../contract/metrics';

export type Step =
  /** The version is current again: takes back what announced its end. `asked`: a person was told to delete its key. */
  | { readonly do: 'reprieve'; readonly version: string; readonly labels: readonly string[]; readonly asked: boolean }
  /** Lets the overlap end later. */
  | { readonly do: 'extend'; readonly version: string; readonly labels: readonly string[]; readonly until: number }
  /** The key is dead, or is none: takes all our labels from the version. */
  | { readonly do: 'close'; readonly version: string; readonly labels: readonly string[] }
  /** Restricts the key at the exchange. */
  | { readonly do: 'quarantine'; readonly version: string }
  /** Revokes the key at the exchange and proves that it is dead. */
  | { readonly do: 'revoke'; readonly version: string; readonly labels: readonly string[] }
  /** Asks a person to delete the key; `labels` recall the times it was asked before. */
  | { readonly do: 'ask-delete'; readonly version: string; readonly labels: readonly string[] }
  /** Has Secrets Manager try the unfinished rotation again. */
  | { readonly do: 'retry-rotation'; readonly version: string }
  /** Gives an overlap to a key that stopped being current without a rotation. */
  | { readonly do: 'pin'; readonly version: string; readonly until: number }
  /** Asks a person to create the successor of the current key. */
  | { readonly do: 'ask-create'; readonly version: string; readonly labels: readonly string[] };

/** Something to count. `detail` goes to the log and never holds key material. */
export interface Finding {
  readonly metric: CaretakerMetric;
  readonly version?: string;
  readonly detail?: string;
}

/** What one concern has to say about a key. */
export interface Outcome {
  readonly step?: Step;
  readonly findings: readonly Finding[];
}

export const NOTHING: Outcome = { findings: [] };

export const finding = (metric: CaretakerMetric, version?: { readonly id: string }, detail?: string): Outcome => ({
  findings: [{ metric, version: version?.id, detail }],
});
