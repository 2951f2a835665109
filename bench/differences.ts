// Resources by type, ours against the baseline; each difference must be listed with its purpose.
import type { Benchmark } from './benchmark';
import type { TemplateFacts } from './template-facts';

export interface TypeComparison {
  readonly type: string;
  readonly ours: number;
  readonly baseline: number;
  readonly difference: number;
  /** Undefined when there is no difference, or when it is not listed. */
  readonly purpose?: string;
  readonly listed: boolean;
}

export function compareTypes(
  differences: Benchmark['listed'],
  size: number,
  ours: TemplateFacts,
  baseline: TemplateFacts,
): TypeComparison[] {
  const types = new Set([...Object.keys(ours.byType), ...Object.keys(baseline.byType)]);
  return [...types].sort().map((type) => {
    const counts = { ours: ours.byType[type] ?? 0, baseline: baseline.byType[type] ?? 0 };
    const difference = counts.ours - counts.baseline;
    const entry = differences.find((listed) => listed.type === type);
    const listed = difference === (entry?.perUnit ?? 0) * size;
    return { type, ...counts, difference, listed, purpose: listed && difference !== 0 ? entry?.purpose : undefined };
  });
}
