import fc from 'fast-check';
import { dayNumber, isDay, parseDay } from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { dayNumbers, dayOf } from './arbitraries';

test('a day has the number that the calendar of the platform gives it', () => {
  fc.assert(
    fc.property(dayNumbers, (number) => {
      expect(dayNumber(dayOf(number))).toBe(number);
    }),
  );
});

test.each([
  ['1970-01-01', 0],
  ['1970-03-01', 59],
  ['2000-02-29', 11_016],
  ['2000-03-01', 11_017],
  ['2100-03-01', 47_541],
  ['2026-11-22', 20_779],
])('%s is day %d', (day, number) => {
  expect(dayNumber(day)).toBe(number);
  expect(new Date(day).getTime()).toBe(number * 86_400_000);
});

test('of all texts in the form of a day, those are days which the platform reads back unchanged', () => {
  const digits = (min: number, max: number, length: number) =>
    fc.integer({ min, max }).map((number) => String(number).padStart(length, '0'));
  const forms = fc.tuple(digits(1970, 9999, 4), digits(0, 14, 2), digits(0, 33, 2)).map((parts) => parts.join('-'));
  fc.assert(
    fc.property(forms, (text) => {
      const read = new Date(`${text}T00:00:00Z`);
      const exists = !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === text;
      expect(isDay(text)).toBe(exists);
    }),
    { numRuns: 500 },
  );
});

test.each([
  '',
  '2026-11-22 ',
  '2026-11-22\n',
  '2026-1-2',
  '22-11-2026',
  '2026/11/22',
  '20261122',
  '2026-13-01',
  '2026-00-01',
  '2026-02-30',
  '2026-04-31',
  '2100-02-29',
  '1969-12-31',
  '２０２６-11-22',
  '2026-11-22T00:00:00Z',
])('%j is no day', (text) => {
  expect(refusal('DAY_MALFORMED', () => parseDay('expires', text))).toMatch(/^expires '/);
  refusal('DAY_MALFORMED', () => dayNumber(text));
});
