// Which versions of a key could be used when: labels, overlaps to the millisecond, and the four ways it can stand.
import { CANDIDATE, CURRENT, formatLabel, LabelKind, PENDING, PREVIOUS } from '../../../contract/keys';
import { EndpointCategory } from '../../../contract/watch';
import { KnownAddresses } from '../../../runtime/watch/known-addresses';
import { WatchedKey } from '../../../runtime/watch/watched-key';
import { HOUR, type KeyOptions, keyState, NOW, OTHER, quarantined, revoke, STRANGE } from './support/pure-watch';
import { VERSION } from './support/records';

const NONE: ReadonlySet<string> = new Set();
const key = (options: KeyOptions = {}) => new WatchedKey(keyState(options));
const withOther = (...labels: string[]) => key({ versions: { [VERSION]: [CURRENT], [OTHER]: labels } });
const standing = (labels: string[], at = NOW) => withOther(...labels).standing(OTHER, at, NONE);

test('the current version is in use whenever it was used', () => {
  const watched = key();
  for (const at of [0, NOW, Number.MAX_SAFE_INTEGER]) {
    expect(watched.isUsable(VERSION, at)).toBe(true);
    expect(watched.standing(VERSION, at, NONE)).toBe('in use');
  }
});

test.each([
  ['the current one', [CURRENT, PENDING, CANDIDATE], 'in use'],
  ['one of a rotation', [PENDING], 'undeployed'],
  ['one that a person has put', [CANDIDATE], 'undeployed'],
  ['one of a rotation, with a time', [PENDING, revoke(HOUR)], 'undeployed'],
  ['the one before, without a time', [PREVIOUS], 'retired'],
  ['one with a label of somebody else', ['mine'], 'retired'],
])('%s is %#', (_, labels, expected) => {
  expect(standing(labels)).toBe(expected);
});

test('an overlap lasts until its last millisecond', () => {
  const end = NOW + HOUR;
  for (const labels of [[revoke(HOUR)], [PREVIOUS, revoke(HOUR)]]) {
    expect([0, NOW, end, end + 1].map((at) => standing(labels, at))).toEqual(['in use', 'in use', 'in use', 'retired']);
  }
});

test('of two pins the later counts, and a quarantine cuts an overlap short', () => {
  expect(standing([revoke(-HOUR), revoke(HOUR)])).toBe('in use');
  expect(standing([revoke(HOUR), quarantined(0)])).toBe('in use');
  expect(standing([revoke(HOUR), quarantined(-1_000)])).toBe('retired');
  expect(standing([revoke(-1_000), quarantined(HOUR)])).toBe('retired');
  expect(standing([quarantined(0)])).toBe('in use');
  expect(standing([quarantined(0)], NOW + 1)).toBe('retired');
  expect(standing([formatLabel(LabelKind.DELETE_ASKED, NOW / 1000)], NOW + 1)).toBe('retired');
});

test('a version that was never in use could be used at no time, not even in 1970', () => {
  for (const labels of [[PENDING], [CANDIDATE]]) {
    expect(withOther(...labels).isUsable(OTHER, 0)).toBe(false);
  }
  expect(key().isUsable(STRANGE, 0)).toBe(false);
});

test('a version that the key does not have is unknown, unless the secret had it once', () => {
  expect(key().standing(STRANGE, NOW, NONE)).toBe('unknown');
  expect(key().standing(STRANGE, NOW, new Set([STRANGE]))).toBe('retired');
  expect(key().standing(STRANGE, NOW, new Set([OTHER]))).toBe('unknown');
});

test('a secret without a current version has none in use', () => {
  const watched = key({ versions: { [OTHER]: [PENDING] } });
  expect(watched.standing(OTHER, NOW, NONE)).toBe('undeployed');
  expect(key({ versions: {} }).standing(OTHER, NOW, NONE)).toBe('unknown');
});

test('which versions are on a label, whatever it says', () => {
  const watched = key({ versions: { [VERSION]: [CURRENT], [OTHER]: ['mine'] } });
  expect([VERSION, OTHER, STRANGE].map((version) => watched.isLabelled(version))).toEqual([true, true, false]);
});

test('what a secret says of its key', () => {
  const watched = key({ exchange: 'bybit', permissions: ['read', 'withdraw'].slice(0, 1) as ['read'] });
  expect([watched.exchange, watched.permissions, watched.doomed]).toEqual(['bybit', ['read'], false]);
  expect(watched.arn).toMatch(/^arn:aws:secretsmanager:/);
  expect(key({ deleted: true }).doomed).toBe(true);
});

test.each<[KeyOptions['permissions'], EndpointCategory[]]>([
  [['read'], [EndpointCategory.READ]],
  [['trade'], [EndpointCategory.READ, EndpointCategory.TRADE]],
])('%j permits what the table says', (permissions, permitted) => {
  const watched = key({ permissions });
  expect(Object.values(EndpointCategory).filter((category) => watched.permits(category))).toEqual(permitted);
});

test('addresses are kept when the key is read again', () => {
  const addresses = new KnownAddresses();
  expect(new WatchedKey(keyState(), addresses).addresses).toBe(addresses);
  expect(key().addresses.has('198.51.100.7', NOW)).toBe(false);
});
