// What a key is made of, as the user says it.
import { Duration } from 'aws-cdk-lib';
import { KeyPermission, RiskTier } from '../../contract/keys';
import { Exchange } from './exchange';
import { KeyRefresh } from './key-refresh';
import { WithdrawalReview } from './withdrawal-review';

/** What makes a key; see `KeyRing.addKey`. */
export interface ExchangeKeyProps {
  /** What the key is for, the middle of its name: lower-case words joined by hyphens, e.g. `trader-bot`. Changing it makes another secret. */
  readonly purpose: string;
  /** Which one of several, the end of its name: 1 to 5 lower-case letters or digits, e.g. `a` or `01`. Changing it makes another secret. */
  readonly instance: string;
  /** Team that answers for the key: one word. Changing it changes a tag and the description. */
  readonly owner: string;
  /**
   * What the key may do. Anything else at the exchange makes its validation fail: after a change, rotate the key, or put
   * another one where people make the keys.
   */
  readonly permissions: KeyPermission[];

  /**
   * Which exchange the key is of.
   * @default the ring's
   */
  readonly exchange?: Exchange;

  /**
   * Sub-account at the exchange: one word, as the exchange's API takes it.
   * @default the account of the management key
   */
  readonly account?: string;

  /**
   * Tier to treat the key as; never below the one that follows from its permissions (row G17).
   * @default LOW for `READ`, MEDIUM with `TRADE_LIMITED`, HIGH with `TRADE` or `WITHDRAW`
   */
  readonly tier?: RiskTier;

  /**
   * How long the old key lives on beside the new one, in whole hours: 48 for LOW, 24 to 48 for MEDIUM, 24 for HIGH.
   * @default 48 hours for LOW, otherwise 24 hours
   */
  readonly overlap?: Duration;

  /**
   * How the workload gets the new key; refused if that does not fit into the overlap.
   * @default the workload reads the secret at least every tenth of the overlap
   */
  readonly refresh?: KeyRefresh;

  /**
   * Record of the reviewed requirement; `KeyPermission.WITHDRAW` needs one that has not expired.
   * @default none
   */
  readonly withdrawalReview?: WithdrawalReview;
}
