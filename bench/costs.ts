// What one more region or key costs in a template, and what remains without any: two sizes of one variant, compared.

import { SUBJECT } from './implementations';
import type { Result } from './measure';

export interface Costs {
  readonly variant: string;
  /** The smaller and the larger size that are compared. */
  readonly sizes: readonly [number, number];
  readonly resourcesPerUnit: number;
  readonly bytesPerUnit: number;
  readonly fixedResources: number;
}

/** Ours, each size against the smallest of its variant. */
export function costsOf(results: readonly Result[]): Costs[] {
  const ours = results.filter(({ subject }) => subject === SUBJECT);
  const smallest = (variant: string) =>
    ours.filter((result) => result.variant === variant).reduce((a, b) => (b.size < a.size ? b : a));
  return ours.flatMap((result) => {
    const [small, large] = [smallest(result.variant), result];
    if (small.size === large.size) return [];
    const perUnit = (what: 'resources' | 'bytes') =>
      (large.facts.subject[what] - small.facts.subject[what]) / (large.size - small.size);
    const resourcesPerUnit = perUnit('resources');
    return {
      variant: result.variant,
      sizes: [small.size, large.size],
      resourcesPerUnit,
      bytesPerUnit: perUnit('bytes'),
      fixedResources: small.facts.subject.resources - small.size * resourcesPerUnit,
    };
  });
}
