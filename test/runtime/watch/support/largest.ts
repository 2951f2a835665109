// How large a map or a set becomes while something runs: what a log's writer can fill must have an end.

export async function largest(kind: 'map' | 'set', run: () => unknown): Promise<number> {
  let most = 0;
  const { set } = Map.prototype;
  const { add } = Set.prototype;
  const grown = <T extends { readonly size: number }>(one: T): T => {
    most = Math.max(most, one.size);
    return one;
  };
  if (kind === 'map') {
    Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      return grown(set.call(this, key, value));
    };
  } else {
    Set.prototype.add = function (this: Set<unknown>, value: unknown) {
      return grown(add.call(this, value));
    };
  }
  try {
    await run();
  } finally {
    Map.prototype.set = set;
    Set.prototype.add = add;
  }
  return most;
}
