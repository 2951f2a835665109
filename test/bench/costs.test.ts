// What one more key costs is told apart from what is there without any.
import { costsOf } from '../../bench/costs';
import type { Result } from '../../bench/measure';

function result(variant: string, size: number, resources: number, bytes: number, subject = 'ours'): Result {
  return { variant, size, subject, facts: { subject: { resources, bytes } } } as unknown as Result;
}

test('compares each size with the smallest of its variant, ours only', () => {
  const results = [
    result('a', 100, 323, 21_000),
    result('a', 1, 26, 1_200),
    result('b', 10, 50, 100),
    result('a', 1, 5, 5, 'context'),
  ];
  expect(costsOf(results)).toEqual([
    { variant: 'a', sizes: [1, 100], resourcesPerUnit: 3, bytesPerUnit: 200, fixedResources: 23 },
  ]);
});
