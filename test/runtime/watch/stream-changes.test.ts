// What a record of the table's stream says has changed: a finding once, a heartbeat in time, and what cannot be read.
import fc from 'fast-check';
import { type Finding, FindingKind, findingAttributes, findingItem, hourOf } from '../../../contract/watch';
import { readChange } from '../../../runtime/watch/stream-change';
import { KEY, MINUTE, NOW, THEIRS } from './support/pure-watch';

const FINDING: Finding = { kind: FindingKind.NEW_SOURCE_IP, keyName: KEY, subject: THEIRS, at: NOW, detail: 'x' };
const ITEM = findingItem(FINDING, hourOf(NOW));
const image = (changes: object = {}) => ({
  key: { S: KEY },
  item: { S: ITEM },
  ...findingAttributes(FINDING, NOW + 1),
  ...changes,
});
const change = (dynamodb: object, eventName: unknown = 'INSERT') =>
  readChange({ eventName, dynamodb: { SequenceNumber: '100', ...dynamodb } });
const base = { sequence: '100', item: ITEM };

describe('a finding', () => {
  test('stored for the first time, or again after it had expired', () => {
    expect(change({ NewImage: image() })).toEqual({ ...base, is: 'finding', finding: FINDING });
    const before = { ...image(), foundAt: { N: '7' } };
    expect(change({ NewImage: image(), OldImage: before }, 'MODIFY')).toMatchObject({ is: 'finding' });
  });

  test('stored, and left as it was', () => {
    const before = image({ detail: { S: 'another' } });
    expect(change({ NewImage: image(), OldImage: before }, 'MODIFY')).toEqual({ ...base, is: 'nothing to tell' });
  });

  test('deleted', () => {
    expect(change({ OldImage: image(), Keys: { item: { S: ITEM } } }, 'REMOVE')).toEqual({
      ...base,
      is: 'nothing to tell',
    });
  });

  test.each<[string, object, FindingKind]>([
    ['of a kind that its attribute tells', { at: undefined }, FindingKind.NEW_SOURCE_IP],
    ['of a kind that its name tells', { finding: undefined }, FindingKind.NEW_SOURCE_IP],
    ['of a kind that nothing tells', { finding: { S: 'X' }, item: { S: 'finding#X#a#b' } }, FindingKind.BAD_RECORD],
    [
      'with the beginning of a kind',
      { finding: undefined, item: { S: 'finding#NewSource#a' } },
      FindingKind.BAD_RECORD,
    ],
    ['by its attribute only', { item: { S: 'elsewhere' } }, FindingKind.NEW_SOURCE_IP],
  ])('that cannot be read, %s', (_, changes, kind) => {
    const broken = image({ detail: undefined, ...changes });
    const { item } = broken as { item: { S: string } };
    expect(change({ NewImage: broken })).toEqual({ sequence: '100', item: item.S, is: 'unreadable finding', kind });
  });

  test('is one by its keys alone, where the image is missing', () => {
    expect(change({ Keys: { item: { S: ITEM } } })).toEqual({
      ...base,
      is: 'unreadable finding',
      kind: FindingKind.NEW_SOURCE_IP,
    });
  });
});

describe('a heartbeat', () => {
  const beat = (beatAt: number | undefined, seenAt: number | undefined, key = '#heartbeat') => ({
    key: { S: key },
    item: { S: 'beat' },
    ...(beatAt !== undefined && { beatAt: { N: `${beatAt}` } }),
    ...(seenAt !== undefined && { seenAt: { N: `${seenAt}` } }),
  });
  const is = (image: object, before?: object, event = 'INSERT') =>
    change({ NewImage: image, ...(before && { OldImage: before }) }, event).is;

  test('proves that the watch is alive when it took no longer than a quarter of an hour', () => {
    expect(is(beat(NOW, NOW))).toBe('heartbeat');
    expect(is(beat(NOW, NOW + 15 * MINUTE))).toBe('heartbeat');
    expect(is(beat(NOW, NOW + 15 * MINUTE + 1))).toBe('nothing to tell');
    expect(is(beat(undefined, NOW))).toBe('nothing to tell');
    expect(is(beat(NOW, undefined))).toBe('nothing to tell');
  });

  test('says when it was sent', () => {
    expect(change({ NewImage: beat(NOW, NOW + 1) })).toEqual({
      sequence: '100',
      item: 'beat',
      is: 'heartbeat',
      beatAt: NOW,
    });
  });

  test('counts once', () => {
    expect(is(beat(NOW, NOW + 2), beat(NOW, NOW + 1), 'MODIFY')).toBe('nothing to tell');
    expect(is(beat(NOW, NOW + 2), beat(NOW - 1, NOW + 1), 'MODIFY')).toBe('heartbeat');
    expect(is({}, beat(NOW, NOW), 'REMOVE')).toBe('nothing to tell');
    expect(is(beat(undefined, NOW + 2), beat(NOW, NOW + 1), 'MODIFY')).toBe('nothing to tell');
  });

  test('is one of the heartbeat and of no key', () => {
    expect(is(beat(NOW, NOW, KEY))).toBe('nothing to tell');
  });
});

test.each<[string, unknown]>([
  ['an address', 'address#198.51.100.7'],
  ['a first record', 'key#first'],
  ['a count of refusals', 'spike#1'],
])('%s is nothing to tell', (_, S) => {
  for (const event of ['INSERT', 'MODIFY', 'REMOVE']) {
    expect(change({ NewImage: { key: { S: KEY }, item: { S } } }, event).is).toBe('nothing to tell');
  }
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'INSERT'],
  ['no event', { dynamodb: { NewImage: { item: { S: 'key#first' } } } }],
  ['another event', { eventName: 'insert', dynamodb: { NewImage: { item: { S: 'key#first' } } } }],
  ['no image', { eventName: 'INSERT', dynamodb: {} }],
  ['null for a change', { eventName: 'INSERT', dynamodb: null }],
  ['no sort key', { eventName: 'MODIFY', dynamodb: { NewImage: { key: { S: KEY } } } }],
  ['a sort key that is no text', { eventName: 'INSERT', dynamodb: { NewImage: { item: { S: 7 } } } }],
  ['null for a sort key', { eventName: 'INSERT', dynamodb: { NewImage: { item: null } } }],
])('%s is malformed', (_, record) => {
  expect(readChange(record)).toEqual({ sequence: '', item: '', ...itemOf(record), is: 'malformed' });
});

/** What can be told of a malformed record. */
function itemOf(record: unknown): { item?: string } {
  const S = (record as { dynamodb?: { NewImage?: { item?: { S?: unknown } } } })?.dynamodb?.NewImage?.item?.S;
  return typeof S === 'string' ? { item: S } : {};
}

test('whatever comes is a change, and never a finding that was not stored', () => {
  const attribute = fc.oneof(fc.record({ S: fc.string() }), fc.record({ N: fc.string() }), fc.anything());
  const images = fc.dictionary(fc.constantFrom('key', 'item', 'finding', 'at', 'foundAt', 'beatAt'), attribute);
  const records = fc.record({
    eventName: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE', 7),
    dynamodb: fc.record({ NewImage: images, OldImage: images, Keys: images, SequenceNumber: fc.anything() }),
  });
  fc.assert(
    fc.property(fc.oneof(records, fc.anything()), (record) => {
      const { is, sequence, item } = readChange(record);
      expect(['unreadable finding', 'heartbeat', 'nothing to tell', 'malformed']).toContain(is);
      expect([typeof sequence, typeof item]).toEqual(['string', 'string']);
    }),
    { numRuns: 100 },
  );
});
