// Findings of one batch: each once in its hour, the earliest of several, and a cap that no kind can fill alone.
import fc from 'fast-check';
import { FINDING_KINDS, type Finding, FindingKind, ONCE } from '../../../contract/watch';
import { capped, type Found, FoundOnce, foundIn, identity } from '../../../runtime/watch/found';
import { HOUR, KEY, NOW } from './support/pure-watch';

const finding = (changes: Partial<Finding> = {}): Finding => ({
  kind: FindingKind.NEW_SOURCE_IP,
  keyName: KEY,
  subject: '203.0.113.7',
  at: NOW,
  detail: 'x',
  ...changes,
});

test('told once in an hour, or in the period that is given', () => {
  const found = new FoundOnce();
  found.add(finding());
  found.add(finding({ at: NOW + HOUR - 1 }));
  found.add(finding({ at: NOW + HOUR }));
  found.add(finding({ at: NOW + 5 * HOUR }), ONCE);
  found.add(finding({ at: NOW + 9 * HOUR }), ONCE);
  expect(found.all().map(identity)).toEqual([
    `${KEY} finding#NewSourceIp#203.0.113.7#2026-11-22T20`,
    `${KEY} finding#NewSourceIp#203.0.113.7#2026-11-22T21`,
    `${KEY} finding#NewSourceIp#203.0.113.7#once`,
  ]);
});

test.each<[string, Partial<Finding>]>([
  ['another kind', { kind: FindingKind.BLOCKED_BY_ALLOWLIST }],
  ['another key', { keyName: 'prod-trader-bot-b' }],
  ['another subject', { subject: '203.0.113.8' }],
])('%s makes another finding', (_, changes) => {
  const found = new FoundOnce();
  found.add(finding());
  found.add(finding(changes));
  expect(found.all()).toHaveLength(2);
});

test('of several the earliest is kept, of one time the first', () => {
  const orders = [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
  ];
  for (const order of orders) {
    const found = new FoundOnce();
    for (const at of order) found.add(finding({ at: NOW + at, detail: `${at}` }));
    expect(found.all().map((one) => one.finding.detail)).toEqual(['1']);
  }
  const same = new FoundOnce();
  for (const detail of ['first', 'second']) same.add(finding({ detail }));
  expect(same.all()[0].finding.detail).toBe('first');
});

test('a copy goes its own way, and knows what was there', () => {
  const one = new FoundOnce();
  one.add(finding());
  const other = new FoundOnce(one);
  other.add(finding());
  other.add(finding({ subject: 'b' }));
  expect([one.all().length, other.all().length]).toEqual([1, 2]);
});

describe('a cap', () => {
  const some = (kind: FindingKind, count: number): Found[] =>
    Array.from({ length: count }, (_, index) => foundIn(finding({ kind, subject: String(index).padStart(3, '0') })));
  const countOf = (found: readonly Found[]) =>
    FINDING_KINDS.map((kind) => found.filter((one) => one.finding.kind === kind).length).filter((count) => count > 0);

  test('that is not reached keeps all, in their order', () => {
    const found = some(FindingKind.BAD_RECORD, 3).reverse();
    expect(capped(found, 3)).toEqual(found);
    expect(capped(found, 3)).not.toBe(found);
    expect(capped([], 0)).toEqual([]);
  });

  test('takes the first of each kind before the second of any', () => {
    const found = [...some(FindingKind.UNKNOWN_KEY, 50), ...some(FindingKind.NEW_SOURCE_IP, 2)];
    expect(countOf(capped(found, 10))).toEqual([2, 8]);
    expect(countOf(capped(found, 3))).toEqual([2, 1]);
    expect(countOf(capped(found, 2))).toEqual([1, 1]);
    expect(capped(found, 0)).toEqual([]);
    expect(capped(found, 1).map(({ finding: { kind } }) => kind)).toEqual([FindingKind.NEW_SOURCE_IP]);
  });

  test('takes those that come first by identity', () => {
    const found = some(FindingKind.UNKNOWN_KEY, 20);
    const kept = capped([...found].reverse(), 3);
    expect(kept.map((one) => one.finding.subject)).toEqual(['000', '001', '002']);
  });

  test('keeps as many as it may, each once, the same ones in whatever order they came', () => {
    const kinds = fc.constantFrom(...FINDING_KINDS);
    const found = fc
      .uniqueArray(fc.tuple(kinds, fc.nat({ max: 30 })), { selector: String, maxLength: 40 })
      .map((given) => given.map(([kind, subject]) => foundIn(finding({ kind, subject: `${subject}` }))));
    const orders = found.chain((one) =>
      fc.tuple(fc.constant(one), fc.shuffledSubarray(one, { minLength: one.length })),
    );
    const ids = (some: readonly Found[]) => some.map(identity).sort();
    fc.assert(
      fc.property(orders, fc.nat({ max: 40 }), ([one, other], most) => {
        const kept = ids(capped(one, most));
        expect(new Set(kept).size).toBe(Math.min(one.length, most));
        expect(ids(capped(other, most))).toEqual(kept);
        expect(ids(one)).toEqual(expect.arrayContaining(kept));
      }),
      { numRuns: 60 },
    );
  });
});
