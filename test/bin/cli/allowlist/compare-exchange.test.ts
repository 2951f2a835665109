// What `diff` says of an exchange's list: addresses count, not how they are written; nothing in use is ever to be removed.
import fc from 'fast-check';
import { compareExchange } from '../../../../bin/cli/allowlist/compare-exchange';
import { type Cidr, containsCidr, parseCidr } from '../../../../contract/cidr';
import { draining, entry, lockOf } from '../../../contract/lock/fixture';

const key = (allowlist?: string[]) => ({ keyName: 'prod-egress-probe-0', exchange: 'xxkk', allowlist });
const published = ['52.210.0.1/32', '52.210.0.2/32'];
const lock = lockOf(entry('a', 1), entry('b', 2));

const compare = (allowlist: string[] | undefined, expected: Partial<Parameters<typeof compareExchange>[1]> = {}) =>
  compareExchange(key(allowlist), { published, complete: true, lock, ...expected });
const said = (...given: Parameters<typeof compare>) =>
  compare(...given).map(({ code, entry: about, words }) => [code, about, words]);

test.each([
  [['52.210.0.1/32', '52.210.0.2/32']],
  [['52.210.0.2', '52.210.0.1']],
  [['52.210.0.1', '52.210.0.1', '52.210.0.2']],
])('the same, however it is written: %s', (allowlist) => {
  expect(compare(allowlist)).toEqual([]);
});

test('a pool as its halves, and as a whole', () => {
  const block = { published: ['52.210.0.0/30'], lock: undefined };
  expect(compare(['52.210.0.0/31', '52.210.0.2/31'], block)).toEqual([]);
  expect(compare(['52.210.0.0/30'], { published: ['52.210.0.0/31', '52.210.0.2/31'], lock: undefined })).toEqual([]);
});

test('misses one', () => {
  expect(said(['52.210.0.1'])).toEqual([
    [
      'EXCHANGE_MISSES',
      '52.210.0.2/32',
      '52.210.0.2/32 is published, and not let in, though the lock says it is; add it there',
    ],
  ]);
  expect(said(['52.210.0.1'], { lock: undefined })[0][2]).toBe(
    '52.210.0.2/32 is published, and not let in; add it there',
  );
});

test('an empty list lets in everybody or nobody: all are missing', () => {
  expect(said([]).map(([code]) => code)).toEqual(['EXCHANGE_MISSES', 'EXCHANGE_MISSES']);
});

test.each([
  ['complete', true, lock, 'and not published; remove it there'],
  ['only some regions were read', false, lock, 'and not published in the regions that were read'],
  ['draining', true, lockOf(entry('a', 1), entry('b', 2), draining('c', 3)), 'and draining; remove it there'],
  [
    'in use by the lock',
    true,
    lockOf(entry('a', 1), entry('b', 2), entry('c', 3)),
    'and not published, but active in the lock; keep it, and find out why first',
  ],
])('has one more: %s', (_, complete, expected, words) => {
  expect(said(['52.210.0.1', '52.210.0.2', '52.210.0.3'], { complete, lock: expected })).toEqual([
    ['EXCHANGE_HAS_MORE', '52.210.0.3/32', `52.210.0.3/32 is let in, ${words}`],
  ]);
});

test('a range that is wider', () => {
  expect(said(['52.210.0.0/24'])).toEqual([
    [
      'EXCHANGE_HAS_MORE',
      '52.210.0.0/24',
      '52.210.0.0/24 is let in, and wider than what is published; put the published ranges in its place',
    ],
  ]);
});

test('the lock has not heard of it yet', () => {
  const untold = lockOf(entry('a', 1), entry('b', 2, { told: { kraken: '2026-10-02' } }));
  expect(said(published, { lock: untold })).toEqual([
    [
      'EXCHANGE_NOT_TOLD',
      '52.210.0.2',
      "52.210.0.2 is let in, and the lock does not say so; run 'exchange-keys allowlist told'",
    ],
  ]);
});

test('what drains may be there or not, while it is still deployed; the lock has to follow', () => {
  const leaving = lockOf(entry('a', 1), draining('b', 2));
  expect(compare(published, { lock: leaving })).toEqual([]);
  expect(said(['52.210.0.1'], { lock: leaving })).toEqual([
    [
      'EXCHANGE_NOT_DROPPED',
      '52.210.0.2',
      "52.210.0.2 is not let in any more, and the lock says it is; run 'exchange-keys allowlist dropped'",
    ],
  ]);
  expect(compare(['52.210.0.1'], { lock: lockOf(entry('a', 1), draining('b', 2, { told: {} })) })).toEqual([]);
});

test.each([[undefined], [['52.210.0.1', 'anywhere\u001b[2J']], [['52.210.0.1/8']]])(
  'unknown is no pass: %s',
  (allowlist) => {
    const found = compare(allowlist);
    expect(found.map(({ code }) => code)).toEqual(['EXCHANGE_NOT_KNOWN']);
    expect(found[0].words).not.toContain('\u001b');
  },
);

describe('any lists', () => {
  const range = fc
    .record({ host: fc.nat(63), length: fc.integer({ min: 27, max: 32 }) })
    .map(({ host, length }) => `52.210.0.${host - (host % 2 ** (32 - length))}/${length}`);
  const ranges = fc.array(range, { maxLength: 6 });
  const hosts = (texts: readonly string[]) => {
    const all: Cidr[] = texts.map(parseCidr);
    return Array.from({ length: 64 }, (_, host) => parseCidr(`52.210.0.${host}`)).filter((host) =>
      all.some((cidr) => containsCidr(cidr, host)),
    );
  };

  test('no difference exactly if the same addresses are in both', () => {
    fc.assert(
      fc.property(ranges, ranges, (wanted, listed) => {
        const found = compareExchange(key(listed), { published: wanted, complete: true, lock: undefined });
        const texts = (given: string[]) => hosts(given).map(({ text }) => text);
        expect(found.length === 0).toBe(texts(wanted).join() === texts(listed).join());
      }),
    );
  });

  test('never says to remove a range that has a published address in it', () => {
    fc.assert(
      fc.property(ranges, ranges, (wanted, listed) => {
        const found = compareExchange(key(listed), { published: wanted, complete: true, lock: undefined });
        for (const { entry: about, words } of found.filter(({ words: text }) => text.endsWith('; remove it there'))) {
          const removed = hosts([String(about)]).map(({ text }) => text);
          expect({ words, kept: hosts(wanted).filter(({ text }) => removed.includes(text)) }).toEqual({
            words,
            kept: [],
          });
        }
      }),
    );
  });
});
