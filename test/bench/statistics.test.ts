// Median and quartiles of the benchmark's samples.
import { summarize } from '../../bench/statistics';

test.each([
  [[7], { q1: 7, median: 7, q3: 7, samples: 1 }],
  [[3, 1], { q1: 1.5, median: 2, q3: 2.5, samples: 2 }],
  [[10, 1, 9, 2, 5], { q1: 2, median: 5, q3: 9, samples: 5 }],
])('summarizes %j', (values, summary) => {
  expect(summarize(values)).toEqual(summary);
});

test('does not sort the given array', () => {
  const values = [3, 1, 2];
  summarize(values);
  expect(values).toEqual([3, 1, 2]);
});

test('refuses nothing at all', () => {
  expect(() => summarize([])).toThrow('no samples');
});
