import fc from 'fast-check';
import {
  chooseOverlap,
  chooseTier,
  type DescribedPermission,
  KeyPermission,
  MANAGE_KEYS,
  parsePermissions,
  RiskTier,
  TIER_RULES,
  tierOf,
} from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { ALL_PERMISSIONS, permissionLists, tiersFrom } from './arbitraries';

const { READ, TRADE_LIMITED, TRADE, WITHDRAW } = KeyPermission;

/** Every non-empty set of permissions. */
const ALL_SETS: DescribedPermission[][] = Array.from({ length: 2 ** ALL_PERMISSIONS.length - 1 }, (_, bits) =>
  ALL_PERMISSIONS.filter((_permission, index) => (((bits + 1) >> index) & 1) === 1),
);

describe('permissions', () => {
  test('are put into one order, whatever order they are given in', () => {
    fc.assert(
      fc.property(permissionLists, fc.infiniteStream(fc.nat()), (permissions, random) => {
        const shuffled = permissions
          .map((permission) => [random.next().value as number, permission] as const)
          .sort(([a], [b]) => a - b)
          .map(([, permission]) => permission);
        expect(parsePermissions(shuffled)).toEqual(permissions);
      }),
    );
  });

  test.each([
    ['PERMISSIONS_EMPTY', []],
    ['PERMISSION_UNKNOWN', ['read', 'Withdraw']],
    ['PERMISSION_UNKNOWN', ['READ']],
    ['PERMISSION_UNKNOWN', ['']],
    ['PERMISSION_UNKNOWN', ['constructor']],
    ['PERMISSION_TWICE', ['read', 'trade', 'read']],
  ])('%s: %j', (code, permissions) => {
    refusal(code, () => parsePermissions(permissions));
  });

  test('the management permission is not offered to anybody', () => {
    expect(refusal('PERMISSION_UNKNOWN', () => parsePermissions(['manage']))).not.toContain(MANAGE_KEYS);
    expect(Object.values(KeyPermission)).not.toContain(MANAGE_KEYS);
  });
});

describe('the tier', () => {
  test('of all 31 sets of permissions', () => {
    expect(ALL_SETS).toHaveLength(31);
    const shown = Object.fromEntries(ALL_SETS.map((set) => [set.join(' '), tierOf(set)]));
    const low = Object.keys(shown).filter((set) => shown[set] === RiskTier.LOW);
    const medium = Object.keys(shown).filter((set) => shown[set] === RiskTier.MEDIUM);
    expect(low).toEqual(['read']);
    expect(medium).toEqual(['trade-limited', 'read trade-limited']);
    expect(Object.values(shown).filter((tier) => tier === RiskTier.HIGH)).toHaveLength(28);
  });

  test.each(ALL_SETS.map((set) => [set]))('of %j may be raised, never lowered', (set) => {
    expect(chooseTier(set)).toBe(tierOf(set));
    for (const tier of Object.values(RiskTier)) {
      if (tiersFrom(set).includes(tier)) expect(chooseTier(set, tier)).toBe(tier);
      else expect(refusal('TIER_LOWERED', () => chooseTier(set, tier))).toContain(set.join(', '));
    }
  });

  test('never falls when a permission is added', () => {
    const rank = (tier: RiskTier) => Object.values(RiskTier).indexOf(tier);
    fc.assert(
      fc.property(permissionLists, fc.constantFrom(...ALL_PERMISSIONS), (permissions, more) => {
        expect(rank(tierOf([...permissions, more]))).toBeGreaterThanOrEqual(rank(tierOf(permissions)));
      }),
    );
  });

  test.each(['', 'Low', 'critical', 'constructor'])('%j is unknown', (tier) => {
    refusal('TIER_UNKNOWN', () => chooseTier([READ], tier));
  });

  test('is the one that the guide gives to what a key does (G17)', () => {
    expect(tierOf([READ])).toBe(RiskTier.LOW);
    expect(tierOf([READ, TRADE_LIMITED])).toBe(RiskTier.MEDIUM);
    expect(tierOf([READ, TRADE])).toBe(RiskTier.HIGH);
    expect(tierOf([READ, WITHDRAW])).toBe(RiskTier.HIGH);
    expect(tierOf([MANAGE_KEYS])).toBe(RiskTier.HIGH);
  });
});

describe('age and overlap (G17)', () => {
  test('are those of the guide', () => {
    const shown = Object.entries(TIER_RULES).map(([tier, rules]) => [tier, ...Object.values(rules)]);
    expect(Object.keys(TIER_RULES.low)).toEqual([
      'maxAgeDays',
      'scheduleDays',
      'minOverlapHours',
      'maxOverlapHours',
      'overlapHours',
    ]);
    expect(shown).toEqual([
      ['low', 180, 175, 48, 48, 48],
      ['medium', 90, 85, 24, 48, 24],
      ['high', 30, 28, 24, 24, 24],
    ]);
  });

  test('a scheduled rotation is early enough that one more window still ends in time', () => {
    for (const { maxAgeDays, scheduleDays } of Object.values(TIER_RULES)) {
      expect(scheduleDays).toBeLessThanOrEqual(maxAgeDays - 2);
    }
  });

  test.each(Object.values(RiskTier))('tier %s: exactly the whole hours within its bounds are accepted', (tier) => {
    const { minOverlapHours: min, maxOverlapHours: max, overlapHours } = TIER_RULES[tier];
    expect(chooseOverlap(tier)).toBe(overlapHours);
    for (let hours = -1; hours <= 60; hours += 0.5) {
      if (Number.isInteger(hours) && hours >= min && hours <= max) expect(chooseOverlap(tier, hours)).toBe(hours);
      else refusal('OVERLAP_OUT_OF_BOUNDS', () => chooseOverlap(tier, hours));
    }
    for (const hours of [Number.NaN, Infinity, -Infinity]) {
      refusal('OVERLAP_OUT_OF_BOUNDS', () => chooseOverlap(tier, hours));
    }
  });
});
