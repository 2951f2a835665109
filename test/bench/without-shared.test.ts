// What both sides share is taken off both.
import type { Result } from '../../bench/measure';
import { withoutShared } from '../../bench/without-shared';

function result(subject: string, size: number, median: number): Result {
  return { variant: 'a', size, subject, cpuRatio: { median } } as unknown as Result;
}

test('takes the time of the shared parts off ours and off the baseline', () => {
  const results = [result('ours', 10, 1.1), result('ours', 100, 1.2), result('shared-parts', 10, 0.5)];
  const [only, ...more] = withoutShared(results, 'shared-parts');
  expect(more).toEqual([]);
  expect(only).toMatchObject({ variant: 'a', size: 10, sharedShare: 0.5 });
  // 0.6 of ours against 0.5 of the baseline
  expect(only.ratio).toBeCloseTo(1.2);
});

test('says nothing when the shared parts took nearly all the time', () => {
  expect(
    withoutShared([result('ours', 1, 1.01), result('shared-parts', 1, 0.96)], 'shared-parts')[0].ratio,
  ).toBeUndefined();
});
