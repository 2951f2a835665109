// Which locks the properties are tried on: valid ones, of prod, with public addresses.
import fc from 'fast-check';
import { type LockDocument, type LockEntry, sealLock } from '../../../contract/lock';

export const REGIONS = ['ap-southeast-1', 'eu-west-1', 'us-gov-west-1'] as const;

/** The n-th address of all, and its allocation id. */
export const addressOf = (n: number) => `52.210.${n >> 8}.${n & 255}`;
export const allocationOf = (n: number, digits = 17) => `eipalloc-${n.toString(16).padStart(digits, '0')}`;

export const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Any note but one with a character that does not print. */
const anyNote = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u.test(text);
});

const anyTold = fc.dictionary(fc.constantFrom('xxkk', 'kraken', 'constructor', 'okx-eu', 'a'.repeat(31)), anyDay, {
  noNullPrototype: true,
});

/** An entry before it has an address of its own. */
type Unplaced = Omit<LockEntry, 'availabilityZone' | 'allocationId' | 'address' | 'retireAfter'> & {
  zone: string;
  temporary: boolean;
  longIds: boolean;
};

const anyEntry: fc.Arbitrary<Unplaced> = fc.record(
  {
    zone: fc.constantFrom(...'abcd'),
    role: fc.constantFrom('active' as const, 'standby' as const, 'draining' as const),
    since: anyDay,
    temporary: fc.boolean(),
    longIds: fc.boolean(),
    reason: anyNote,
    approvedBy: anyNote,
    told: anyTold,
  },
  { requiredKeys: ['zone', 'role', 'since', 'temporary', 'longIds', 'told'] },
);

/** A valid lock, sorted and sealed. */
export const anyLock: fc.Arbitrary<LockDocument> = fc
  .dictionary(fc.constantFrom(...REGIONS), fc.array(anyEntry, { minLength: 1, maxLength: 6 }), {
    noNullPrototype: true,
  })
  .map((regions) => {
    let n = 1;
    const read = (region: string, entries: Unplaced[]): LockEntry[] => {
      const taken = new Set<string>();
      return entries.map(({ zone, role: wanted, temporary, longIds, ...rest }) => {
        const role = taken.has(zone) ? 'draining' : wanted;
        if (role !== 'draining') taken.add(zone);
        n++;
        return {
          availabilityZone: `${region}${zone}`,
          allocationId: allocationOf(n, longIds ? 17 : 8),
          address: addressOf(n),
          role,
          ...rest,
          ...((temporary || role === 'draining') && { retireAfter: '2099-01-01' }),
        };
      });
    };
    const named = Object.entries(regions).map(([region, entries]) => [region, read(region, entries)]);
    return sealLock({ schemaVersion: 1, environment: 'prod', regions: Object.fromEntries(named) });
  });
