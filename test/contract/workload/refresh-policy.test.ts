// When a key is read again: always well within the overlap, and seldom however often it fails (the values are in contract/vectors/refresh.json).
import fc from 'fast-check';
import { FILE_POLL_MS, refreshDelay, retryDelay, START_PATIENCE_MS, unchangedPause } from '../../../contract/workload';

const hours = fc.integer({ min: 1, max: 720 });
const random = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 1_000_000 });
const LONGEST_TIMER = 2 ** 31 - 1;

test('every pause is a whole number of milliseconds, at most a tenth of the overlap, and fits into a timer', () => {
  fc.assert(
    fc.property(hours, random, count, (overlap, chance, times) => {
      const tenth = overlap * 360_000;
      for (const pause of [
        refreshDelay(overlap, chance),
        retryDelay(times, overlap, chance),
        unchangedPause(times, overlap),
      ]) {
        expect(Number.isInteger(pause) && pause > 0 && pause <= tenth && pause <= LONGEST_TIMER).toBe(true);
      }
      expect(refreshDelay(overlap, chance)).toBeGreaterThanOrEqual(0.8 * tenth);
    }),
  );
});

test('pauses never become shorter while things stay bad', () => {
  fc.assert(
    fc.property(hours, random, count, (overlap, chance, times) => {
      expect(retryDelay(times + 1, overlap, chance)).toBeGreaterThanOrEqual(retryDelay(times, overlap, chance));
      expect(unchangedPause(times + 1, overlap)).toBeGreaterThanOrEqual(unchangedPause(times, overlap));
    }),
  );
});

test('a few tries fit into the patience of a start, and a mounted file is looked at often within the shortest overlap', () => {
  const pauses = [1, 2, 3, 4].map((failures) => retryDelay(failures, 24, 0.5));
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(START_PATIENCE_MS);
  expect(FILE_POLL_MS).toBeLessThan(refreshDelay(1, 0) / 10);
});
