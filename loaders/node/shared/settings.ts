// Reads what a workload is told by its environment. An empty variable is one that is not set: templates of platforms leave them.

import { quoted } from '../../../contract/quoted';
import { type LoaderVariables, loaderVariables } from '../../../contract/workload';
import { LoaderError, refusedAs } from './loader-error';

/** Such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Prefix of the variables if none is given. */
export const DEFAULT_PREFIX = 'XXKK';

/** Longest overlap that can be said, in hours: 30 days. A tenth of it still fits into a timer. */
const LONGEST_OVERLAP_HOURS = 720;

/** The value of a variable, undefined if it is not set or empty. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}

/** @throws LoaderError `LOADER_PREFIX_MALFORMED`. */
export function variablesOf(prefix: string): LoaderVariables {
  return refusedAs('option prefix', () => loaderVariables(prefix));
}

/** A setting that cannot be used. `value` is shown; leave it out where a secret may stand by mistake. */
export function settingMalformed(setting: string, remedy: string, value?: string): LoaderError {
  const what = value === undefined ? 'is not what it must be, and is not shown here' : `is ${quoted(value)}`;
  return new LoaderError('LOADER_SETTING_MALFORMED', `${setting} ${what}; ${remedy}`);
}

/**
 * Hours of an overlap.
 * @throws LoaderError `LOADER_SETTING_MALFORMED`.
 */
export function overlapHours(setting: string, value: string | number): number {
  const hours = typeof value === 'number' ? value : /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isInteger(hours) && hours >= 1 && hours <= LONGEST_OVERLAP_HOURS) return hours;
  throw settingMalformed(setting, `write the overlap in whole hours, 1 to ${LONGEST_OVERLAP_HOURS}`, String(value));
}
