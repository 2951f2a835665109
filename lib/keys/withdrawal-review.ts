// The record without which no key may withdraw: who reviewed the requirement, when, where, and until when it holds.

/** A formal, reviewed requirement to withdraw (guide row G3). */
export interface WithdrawalReview {
  /** Who reviewed it: one word, for example an account name. */
  readonly reviewer: string;
  /** Day of the review, `2026-11-22`. */
  readonly date: string;
  /** Where it is written down: one word, for example `SEC-1234`. */
  readonly ticket: string;
  /** First day on which it no longer holds, at most 366 days after `date`. */
  readonly expires: string;
}
