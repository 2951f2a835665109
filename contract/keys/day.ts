// Days of the calendar as records write them, 2026-11-22, without a clock.
import { InputError } from '../errors';
import { quoted } from '../quoted';

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A day of the calendar, `2026-11-22`.
 * @throws InputError `DAY_MALFORMED`.
 */
export function parseDay(what: string, day: string): string {
  if (isDay(day)) return day;
  throw new InputError(
    'DAY_MALFORMED',
    `${what} ${quoted(day)} is not a day; write it as YYYY-MM-DD, for example 2026-11-22`,
  );
}

/** True for a day of the calendar, from 1970 on. */
export function isDay(text: string): boolean {
  const [, year, month, date] = (DAY.exec(text) ?? []).map(Number);
  return year >= 1970 && date >= 1 && date <= daysIn(year, month);
}

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  const [year, month, date] = parseDay('day', day).split('-').map(Number);
  const leapDays = Math.floor((year - 1969) / 4) - Math.floor((year - 1901) / 100) + Math.floor((year - 1601) / 400);
  const inYear = Array.from({ length: month - 1 }, (_, index) => daysIn(year, index + 1));
  return (year - 1970) * 365 + leapDays + inYear.reduce((sum, days) => sum + days, 0) + date - 1;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (LENGTHS[month - 1] ?? 0);
}
