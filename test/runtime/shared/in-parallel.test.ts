// A few at a time, each once, and the first failure ends it after what has begun.
import { inParallel } from '../../../runtime/shared/in-parallel';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

test.each([
  [0, 3],
  [2, 3],
  [3, 3],
  [10, 3],
  [10, 1],
])('%i items, %i at once', async (count, atOnce) => {
  const items = Array.from({ length: count }, (_, index) => index);
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await inParallel(items, atOnce, async (item) => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual(items);
  expect(most).toBe(Math.min(count, atOnce));
});

test('the first failure is thrown, nothing begins after it, and what has begun comes to its end', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const run = inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item > 0) await tick();
    ended.push(item);
    if (item < 2) throw new Error(`item ${item}`);
  });
  await expect(run).rejects.toThrow('item 0');
  expect([begun, ended]).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test('a failure may be anything, even nothing', async () => {
  await expect(inParallel([1], 1, () => Promise.reject(undefined))).rejects.toBeUndefined();
});
