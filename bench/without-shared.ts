// The ratio of what is not the same code on both sides: time of the shared parts is taken off ours and the baseline alike.
import { BASELINE, type Implementation, SUBJECT } from './implementations';
import type { Result } from './measure';

export interface WithoutShared {
  readonly variant: string;
  readonly size: number;
  /** Share of the baseline's time that is the shared parts. */
  readonly sharedShare: number;
  /** Undefined when the shared parts are nearly all there is: what is left would be noise divided by noise. */
  readonly ratio: number | undefined;
}

const MOST_SHARED = 0.9;

/** From the medians of the ratios of ours and of the shared parts alone, both to the baseline. */
export function withoutShared(results: readonly Result[], shared: Implementation): WithoutShared[] {
  return results.flatMap(({ variant, size, subject, cpuRatio: { median } }) => {
    const alone = results.find((other) => other.subject === shared && other.variant === variant && other.size === size);
    if (subject !== SUBJECT || alone === undefined) return [];
    const sharedShare = alone.cpuRatio.median;
    const ratio = sharedShare <= MOST_SHARED ? (median - sharedShare) / (1 - sharedShare) : undefined;
    return [{ variant, size, sharedShare, ratio }];
  });
}

export const WITHOUT_SHARED_TITLE = `What is left when the code that ours and '${BASELINE}' have in common is taken off both (medians):`;
