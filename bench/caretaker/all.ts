// Runs an action for each of a number of things, a few at a time.

const AT_ONCE = 16;

/** Results in order; the first failure ends it. */
export async function all<T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = new Array(count);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await action(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
