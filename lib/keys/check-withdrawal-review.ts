// Refuses a key that withdraws without a review that holds today.
import { IConstruct } from 'constructs';
import { type DescribedPermission, dayNumber, KeyPermission, parseDay, parseWord } from '../../contract/keys';
import { ConfigError, checked } from '../core/config-error';
import { today } from '../core/today';
import { WithdrawalReview } from './withdrawal-review';

const LONGEST_DAYS = 366;

/** The review if the permissions need one; refuses a key that withdraws without one that holds today. */
export function checkWithdrawalReview(
  scope: IConstruct,
  permissions: readonly DescribedPermission[],
  review: WithdrawalReview | undefined,
): WithdrawalReview | undefined {
  const withdraws = permissions.includes(KeyPermission.WITHDRAW);
  if (!withdraws && !review) return undefined;
  if (!review) {
    throw new ConfigError(
      'WITHDRAWAL_WITHOUT_REVIEW',
      "permission 'withdraw' needs 'withdrawalReview' with reviewer, date, ticket and expires; remove the permission unless a reviewed requirement exists",
      scope,
    );
  }
  if (!withdraws) {
    throw new ConfigError(
      'REVIEW_WITHOUT_WITHDRAWAL',
      "'withdrawalReview' is given, but the permissions do not include 'withdraw'; remove the review",
      scope,
    );
  }
  checked(scope, 'withdrawalReview', () => {
    parseWord('reviewer', review.reviewer);
    parseWord('ticket', review.ticket);
    parseDay('date', review.date);
    parseDay('expires', review.expires);
  });
  const day = today(scope);
  if (review.date > day) {
    throw new ConfigError(
      'REVIEW_IN_FUTURE',
      `the withdrawal review is dated ${review.date}, and today is ${day}; a key withdraws only after the review has taken place`,
      scope,
    );
  }
  if (review.expires <= day || review.expires <= review.date) {
    throw new ConfigError(
      'REVIEW_EXPIRED',
      `the withdrawal review '${review.ticket}' of ${review.date} expired on ${review.expires}, and today is ${day}; review the requirement again, or remove the permission 'withdraw'`,
      scope,
    );
  }
  const days = dayNumber(review.expires) - dayNumber(review.date);
  if (days > LONGEST_DAYS) {
    throw new ConfigError(
      'REVIEW_TOO_LONG',
      `the withdrawal review would hold for ${days} days, ${LONGEST_DAYS} is the longest; give an earlier 'expires'`,
      scope,
    );
  }
  return review;
}
