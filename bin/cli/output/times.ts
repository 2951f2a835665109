// How times and spans are written and read.
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: HOUR_MS };

/** `2026-11-22 10:00 UTC` */
export function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2026-11-22` */
export function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** `90s`, `15m` or `1h` in milliseconds. */
export function parseSpan(option: string, text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,4})([smh])$/.exec(text) ?? [];
  if (unit) return Number(number) * UNITS[unit];
  throw new Failure('SPAN_MALFORMED', `${option} takes a time such as 90s, 15m or 1h, got '${text}'`, {
    exitCode: EXIT.usage,
  });
}
