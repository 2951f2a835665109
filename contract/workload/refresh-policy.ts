// When a workload reads its key again: in the background well within the overlap, and after refusals that a new key can explain.
import { ErrorClass } from '../exchange/error-class';

/** Overlap that is assumed where none is said: the shortest of all tiers. */
export const SHORTEST_OVERLAP_HOURS = 24;
/** A background read comes after this part of a tenth of the overlap at the earliest; jitter spreads workloads over the rest. */
const EARLIEST = 0.8;
/** How often a mounted file is looked at. */
export const FILE_POLL_MS = 5_000;
/** After a failed read: first pause, doubled each time up to the regular interval. */
export const FIRST_RETRY_MS = 1_000;
/** After a read that brought no other version, refusals by the exchange cause no read for this time, doubled each time up to the interval. */
export const UNCHANGED_PAUSE_MS = 60_000;
/** At start, Secrets Manager that does not answer is tried again for this time. */
export const START_PATIENCE_MS = 30_000;
/** A holder of a key says so this often: an old version that is not reported any more is not held any more. */
export const REPORT_INTERVAL_MS = 3_600_000;

/** Milliseconds until the next background read: at most a tenth of the overlap. `random` is from 0 to 1. */
export function refreshDelay(overlapHours: number, random: number): number {
  return Math.round((overlapHours * 3_600_000 * (EARLIEST + (1 - EARLIEST) * random)) / 10);
}

/** Pause after the given number of failures in a row, 1 or more. */
export function retryDelay(failures: number, overlapHours: number, random: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), refreshDelay(overlapHours, random));
}

/** Pause after the given number of reads in a row that refusals caused and that brought no other version, 1 or more. */
export function unchangedPause(reads: number, overlapHours: number): number {
  return Math.min(UNCHANGED_PAUSE_MS * 2 ** Math.min(reads - 1, 20), refreshDelay(overlapHours, 1));
}

const ALWAYS: readonly ErrorClass[] = [
  ErrorClass.KEY_UNKNOWN,
  ErrorClass.KEY_EXPIRED,
  ErrorClass.SIGNATURE,
  ErrorClass.PASSPHRASE,
];

/** What a refusal means for the key: `always` read it again, `once` for each version, or `never`. */
export function refreshAfter(errorClass: ErrorClass): 'always' | 'once' | 'never' {
  if (ALWAYS.includes(errorClass)) return 'always';
  return errorClass === ErrorClass.AMBIGUOUS_AUTH ? 'once' : 'never';
}
