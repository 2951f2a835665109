// A median and how far it can be trusted, whatever the distribution: a busy machine makes long tails.
import { summarize } from '../statistics';

export interface Estimate {
  readonly median: number;
  /** Ends of the confidence interval, 95 % from six samples on; with fewer, the least and the greatest of them. */
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

const Z = 1.96;

/** The interval is that of the ranks: how many of n samples are below the median follows a binomial distribution. */
export function estimate(values: readonly number[]): Estimate {
  const { median, samples } = summarize(values);
  const sorted = [...values].sort((a, b) => a - b);
  const reach = (Z * Math.sqrt(samples)) / 2;
  const low = Math.max(0, Math.floor(samples / 2 - reach) - 1);
  const high = Math.min(samples - 1, Math.ceil(samples / 2 + reach));
  return { median, low: sorted[low], high: sorted[high], samples };
}
