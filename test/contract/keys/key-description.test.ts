import fc from 'fast-check';
import {
  formatDescription,
  KeyPermission,
  parseDescription,
  parseExchangeName,
  parseWord,
  RiskTier,
} from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { codeOf } from '../refusal';
import { descriptions, words } from './arbitraries';

const TRADER = {
  owner: 'desk-1',
  exchange: 'xxkk',
  permissions: [KeyPermission.READ, KeyPermission.TRADE],
  tier: RiskTier.HIGH,
  overlapHours: 24,
} as const;
const TEXT = 'exchange-keys/1 owner=desk-1 exchange=xxkk tier=high permissions=read,trade overlap=24h';

test('is one line of fields (frozen: deployed secrets have it)', () => {
  expect(formatDescription(TRADER)).toBe(TEXT);
  expect(
    formatDescription({
      ...TRADER,
      account: 'sub-1',
      permissions: [KeyPermission.WITHDRAW],
      withdrawalReview: { reviewer: 'ciso', date: '2026-11-02', ticket: 'SEC-1', expires: '2027-11-02' },
    }),
  ).toBe(
    'exchange-keys/1 owner=desk-1 exchange=xxkk account=sub-1 tier=high permissions=withdraw overlap=24h review=ciso,2026-11-02,SEC-1,2027-11-02',
  );
});

test('every description can be read back, and fits into a secret (2048 characters)', () => {
  fc.assert(
    fc.property(descriptions, (key) => {
      const text = formatDescription(key);
      expect(parseDescription(text)).toEqual(key);
      expect(text.length).toBeLessThanOrEqual(2048);
    }),
  );
});

/** Any change of the text at one place. */
const changes = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 3 }),
  insert: fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom(' ', '=', ',', '0', ' owner=x', ' x=y', ',read', ' review=a,2026-01-01,b,2026-02-01'),
  ),
});

test('a changed description is refused, or says exactly what it now says', () => {
  fc.assert(
    fc.property(descriptions, changes, (key, { at, remove, insert }) => {
      const text = formatDescription(key);
      const start = at % (text.length + 1);
      const changed = text.slice(0, start) + insert + text.slice(start + remove);
      fc.pre(changed !== text);
      const code = codeOf(() => parseDescription(changed));
      if (code === undefined) expect(formatDescription(parseDescription(changed))).toBe(changed);
      else expect(code).toBe('DESCRIPTION_MALFORMED');
    }),
    { numRuns: 1000 },
  );
});

const REVIEW = 'review=ciso,2026-11-02,SEC-1,2027-11-02';

test.each([
  ['nothing', ''],
  ['another text', 'my key'],
  ['another schema', TEXT.replace('keys/1', 'keys/2')],
  ['no schema', TEXT.slice('exchange-keys/1 '.length)],
  ['a missing owner', TEXT.replace(' owner=desk-1', '')],
  ['a missing exchange', TEXT.replace(' exchange=xxkk', '')],
  ['a missing tier', TEXT.replace(' tier=high', '')],
  ['missing permissions', TEXT.replace(' permissions=read,trade', '')],
  ['a missing overlap', TEXT.replace(' overlap=24h', '')],
  ['a field twice', `${TEXT} owner=desk-2`],
  ['an unknown field', `${TEXT} note=x`],
  ['a field of the prototype', `${TEXT} constructor=x`],
  ['another order', TEXT.replace('owner=desk-1 exchange=xxkk', 'exchange=xxkk owner=desk-1')],
  ['another order of permissions', TEXT.replace('read,trade', 'trade,read')],
  ['an unknown permission', TEXT.replace('read,trade', 'read,everything')],
  ['a permission twice', TEXT.replace('read,trade', 'read,read')],
  ['a lowered tier', TEXT.replace('tier=high', 'tier=low')],
  ['a longer overlap', TEXT.replace('24h', '25h')],
  ['an overlap with a zero in front', TEXT.replace('24h', '024h')],
  ['an overlap without unit', TEXT.replace('24h', '24')],
  ['two blanks', TEXT.replace(' owner', '  owner')],
  ['a blank at the end', `${TEXT} `],
  ['a line break at the end', `${TEXT}\n`],
  ['a review with a part missing', `${TEXT} review=ciso,2026-11-02,SEC-1`],
  ['a review with a part more', `${TEXT} ${REVIEW},x`],
  ['a review on a day that is none', `${TEXT} ${REVIEW.replace('11-02', '02-30')}`],
])('is refused with %s', (_, text) => {
  refusal('DESCRIPTION_MALFORMED', () => parseDescription(text));
});

test.each([
  ['WORD_MALFORMED', { owner: 'desk 1' }],
  ['WORD_MALFORMED', { owner: '' }],
  ['WORD_MALFORMED', { account: 'a,b' }],
  ['WORD_MALFORMED', { account: 'a=b' }],
  ['EXCHANGE_NAME_MALFORMED', { exchange: 'XX KK' }],
  ['TIER_LOWERED', { tier: RiskTier.LOW }],
  ['PERMISSIONS_EMPTY', { permissions: [] }],
  ['OVERLAP_OUT_OF_BOUNDS', { overlapHours: 48 }],
  ['DAY_MALFORMED', { withdrawalReview: { reviewer: 'ciso', date: '2026', ticket: 'SEC-1', expires: '2027-11-02' } }],
])('is not written: %s for %j', (code, change) => {
  refusal(code, () => formatDescription({ ...TRADER, ...change }));
});

test('a word has 1 to 63 characters, none of which separates fields or values', () => {
  fc.assert(
    fc.property(words, (word) => {
      expect(parseWord('owner', word)).toBe(word);
      expect(word).not.toMatch(/[\s,=]/);
    }),
  );
  expect(parseWord('owner', 'a'.repeat(63))).toHaveLength(63);
  for (const wrong of ['', 'a'.repeat(64), '-a', '.a', 'a b', 'a\n', 'ä', 'a,b', 'a=b']) {
    expect(refusal('WORD_MALFORMED', () => parseWord('ticket', wrong))).toMatch(/^ticket '/);
  }
});

test('an exchange name has at most 31 characters', () => {
  expect(parseExchangeName('a'.repeat(31))).toHaveLength(31);
  refusal('EXCHANGE_NAME_MALFORMED', () => parseExchangeName('a'.repeat(32)));
});
