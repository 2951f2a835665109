// Median and quartiles.

export interface Summary {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  readonly samples: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    samples: sorted.length,
  };
}

/** The median of each side on its own. */
export const medians = (pairs: { subject: number; baseline: number }[]) => ({
  subject: summarize(pairs.map(({ subject }) => subject)).median,
  baseline: summarize(pairs.map(({ baseline }) => baseline)).median,
});

/** Linear between the two nearest ranks. */
function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) throw new Error('no samples');
  const rank = (sorted.length - 1) * q;
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
}
