// Valid parts of keys, for the laws that hold for all of them.
import fc from 'fast-check';
import {
  type DescribedPermission,
  type KeyDescription,
  type KeyDocument,
  KeyPermission,
  MANAGE_KEYS,
  RiskTier,
  TIER_RULES,
  tierOf,
} from '../../../contract/keys';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];

const textOf = (characters: readonly string[], minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

/** A letter first, then letters and digits in parts joined by hyphens. */
const hyphenated = (longest: number) =>
  fc
    .tuple(fc.constantFrom(...LETTERS), fc.array(textOf([...LETTERS, ...DIGITS], 1, 6), { minLength: 1, maxLength: 4 }))
    .map(([first, parts]) => `${first}${parts.join('-')}`.slice(0, longest).replace(/-+$/, ''));

export const environments = fc.constantFrom('dev', 'test', 'staging', 'prod');
export const purposes = hyphenated(44).filter((text) => !text.startsWith('management-'));
export const instances = textOf([...LETTERS, ...DIGITS], 1, 5);
export const exchangeNames = hyphenated(31);

/** Owner, account, reviewer, ticket. */
export const words = fc
  .tuple(
    fc.constantFrom(...LETTERS, ...LETTERS.map((letter) => letter.toUpperCase()), ...DIGITS),
    textOf([...LETTERS, ...DIGITS, ...'ABZ._@+-'], 0, 62),
  )
  .map((parts) => parts.join(''));

/** Days since 1970-01-01 up to 9999-12-31. */
export const dayNumbers = fc.integer({ min: 0, max: 2_932_896 });
export const dayOf = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
export const days = dayNumbers.map(dayOf);

export const ALL_PERMISSIONS: readonly DescribedPermission[] = [...Object.values(KeyPermission), MANAGE_KEYS];
/** In the order they are written in. */
export const permissionLists = fc.subarray([...ALL_PERMISSIONS], { minLength: 1 });

const RISING = [RiskTier.LOW, RiskTier.MEDIUM, RiskTier.HIGH];
/** The derived tier and those above it. */
export const tiersFrom = (permissions: readonly DescribedPermission[]) =>
  RISING.slice(RISING.indexOf(tierOf(permissions)));

const reviews = fc.record({ reviewer: words, date: days, ticket: words, expires: days });

export const descriptions: fc.Arbitrary<KeyDescription> = permissionLists.chain((permissions) =>
  fc.constantFrom(...tiersFrom(permissions)).chain((tier) => {
    const { minOverlapHours: min, maxOverlapHours: max } = TIER_RULES[tier];
    return fc.record(
      {
        owner: words,
        exchange: exchangeNames,
        account: words,
        permissions: fc.constant(permissions),
        tier: fc.constant(tier),
        overlapHours: fc.integer({ min, max }),
        withdrawalReview: reviews,
      },
      { requiredKeys: ['owner', 'exchange', 'permissions', 'tier', 'overlapHours'] },
    );
  }),
);

/** What can be in a header: printable ASCII without blanks. */
const secrets = textOf(
  Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)),
  8,
  80,
);
const times = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

export const documents: fc.Arbitrary<KeyDocument> = fc.record(
  {
    schema: fc.constant(1 as const),
    exchange: exchangeNames,
    name: purposes.map((purpose) => `prod-${purpose}-a`),
    account: words,
    keyId: secrets,
    apiKey: secrets,
    apiSecret: secrets,
    passphrase: secrets,
    label: words,
    createdAt: times,
    expiresAt: times,
  },
  { requiredKeys: ['schema', 'exchange', 'name', 'keyId', 'apiKey', 'apiSecret', 'createdAt'] },
);
