// What a benchmark of synthesis compares, and in which cases; the engine knows no more of its subject.
import type { Area, Implementation } from './implementations';

export interface ListedDifference {
  readonly type: string;
  /** What we have more than the baseline, for each region or key; negative when less. */
  readonly perUnit: number;
  readonly purpose: string;
}

export interface Benchmark {
  readonly area: Area;
  /** `npm run bench`. */
  readonly command: string;
  /** What is compared, for the help. */
  readonly subject: string;
  /** What the variants are called, `layout`. */
  readonly variantName: string;
  readonly variants: readonly string[];
  /** What the size counts: an option of the command and the heading of a column, `regions`. */
  readonly sizeName: string;
  readonly sizes: { readonly usual: string; readonly most: number };
  /** Pairs in one child process for a size. */
  readonly rounds: (size: number, samples: number) => number;
  /** Size of the cases that warm up the compiler. */
  readonly warmUpSize: number;
  /** Compared with the baseline as well, with fewer samples: what the ratio is to be read against. */
  readonly context: Implementation;
  /** The context is code that ours and the baseline have in common. */
  readonly contextIsShared?: boolean;
  /** One resource for another, with the reason; anything else is reported as not listed. */
  readonly listed: readonly ListedDifference[];
  /** What the project promises, to be read beside the tables. */
  readonly budget?: string;
}
