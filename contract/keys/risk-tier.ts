// How risky a key is, and what follows from it: how old it may become and how long two keys may live side by side.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { type DescribedPermission, KeyPermission, MANAGE_KEYS } from './permission';

/** Risk of a key; derived from its permissions, may be raised by hand, never lowered. */
export enum RiskTier {
  /** Reads only: 180 days, overlap 48 hours. */
  LOW = 'low',
  /** Reads and trades within limits: 90 days, overlap 24 to 48 hours. */
  MEDIUM = 'medium',
  /** Trades, withdraws or manages other keys: 30 days, overlap 24 hours. */
  HIGH = 'high',
}

export interface TierRules {
  /** Oldest a key may become, in days. */
  readonly maxAgeDays: number;
  /** Days between scheduled rotations: below `maxAgeDays`, so that retries still end in time. */
  readonly scheduleDays: number;
  /** Shortest overlap, in hours. */
  readonly minOverlapHours: number;
  /** Longest overlap, in hours. */
  readonly maxOverlapHours: number;
  /** Overlap if none is given, in hours. */
  readonly overlapHours: number;
}

/** Rows G17 and G18 of the guide. `rate()` schedules: a calendar cron overshoots, monthly is up to 31 days. */
export const TIER_RULES: Readonly<Record<RiskTier, TierRules>> = {
  low: { maxAgeDays: 180, scheduleDays: 175, minOverlapHours: 48, maxOverlapHours: 48, overlapHours: 48 },
  medium: { maxAgeDays: 90, scheduleDays: 85, minOverlapHours: 24, maxOverlapHours: 48, overlapHours: 24 },
  high: { maxAgeDays: 30, scheduleDays: 28, minOverlapHours: 24, maxOverlapHours: 24, overlapHours: 24 },
};

const RISING = [RiskTier.LOW, RiskTier.MEDIUM, RiskTier.HIGH];

/** The tier that follows from the permissions. */
export function tierOf(permissions: readonly DescribedPermission[]): RiskTier {
  const has = (permission: DescribedPermission) => permissions.includes(permission);
  if (has(KeyPermission.TRADE) || has(KeyPermission.WITHDRAW) || has(MANAGE_KEYS)) return RiskTier.HIGH;
  return has(KeyPermission.TRADE_LIMITED) ? RiskTier.MEDIUM : RiskTier.LOW;
}

/**
 * The tier to use: the wanted one unless it is below the derived one.
 * @throws InputError `TIER_UNKNOWN`, `TIER_LOWERED`.
 */
export function chooseTier(permissions: readonly DescribedPermission[], wanted?: string): RiskTier {
  const derived = tierOf(permissions);
  if (wanted === undefined) return derived;
  const tier = RISING.find((known) => known === wanted);
  if (!tier) {
    throw new InputError('TIER_UNKNOWN', `tier ${quoted(wanted)} is unknown, allowed are ${RISING.join(', ')}`);
  }
  if (RISING.indexOf(tier) < RISING.indexOf(derived)) {
    throw new InputError(
      'TIER_LOWERED',
      `tier '${tier}' is below '${derived}', which follows from the permissions ${permissions.join(', ')}; remove the tier, or give the key fewer permissions`,
    );
  }
  return tier;
}

/**
 * The overlap in hours, within the tier's bounds.
 * @throws InputError `OVERLAP_OUT_OF_BOUNDS`.
 */
export function chooseOverlap(tier: RiskTier, wantedHours?: number): number {
  const { minOverlapHours: min, maxOverlapHours: max, overlapHours } = TIER_RULES[tier];
  const hours = wantedHours ?? overlapHours;
  if (!Number.isInteger(hours) || hours < min || hours > max) {
    const allowed = min === max ? `exactly ${min} hours` : `${min} to ${max} whole hours`;
    throw new InputError('OVERLAP_OUT_OF_BOUNDS', `overlap of ${hours} hours, tier '${tier}' allows ${allowed}`);
  }
  return hours;
}
