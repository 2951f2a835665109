// How times and spans are written and read.
import { quoted } from '../../../contract/quoted';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE_MS, h: HOUR_MS };
const PERIOD_UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const LONGEST_PERIOD_DAYS = 90;

/** `2026-11-22 10:00 UTC` */
export function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2026-11-22 10:00:05 UTC` */
export function second(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
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

/** A period of the past, `30m`, `12h` or `7d`, in milliseconds. */
export function parsePeriod(option: string, text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(text) ?? [];
  const period = unit ? Number(number) * PERIOD_UNITS[unit] : 0;
  if (period > 0 && period <= LONGEST_PERIOD_DAYS * DAY_MS) return period;
  throw new Failure(
    'PERIOD_MALFORMED',
    `${option} takes a period such as 30m, 12h or 7d, from 1m to ${LONGEST_PERIOD_DAYS}d, got ${quoted(text)}`,
    { exitCode: EXIT.usage },
  );
}
