// How a finding lies in the table and comes back: hours, expiry, sort keys, and what cannot be read as one.
import {
  addressItem,
  EXPIRY_ATTRIBUTE,
  FIRST_ITEM,
  type Finding,
  FindingKind,
  findingAttributes,
  findingItem,
  HEARTBEAT_ITEM,
  HEARTBEAT_KEY,
  hourOf,
  ITEM_ATTRIBUTE,
  isFindingItem,
  KEPT_MS,
  KEY_ATTRIBUTE,
  ONCE,
  readFindingItem,
  spikeItem,
} from '../../../contract/watch';
import { expirySeconds } from '../../../contract/watch/finding-item';

const AT = Date.UTC(2026, 10, 22, 20, 59, 59, 999);
const FINDING: Finding = {
  kind: FindingKind.NEW_SOURCE_IP,
  keyName: 'prod-trader-bot-a',
  subject: '203.0.113.7',
  at: AT,
  detail: 'the address is not ours',
  keyVersion: 'a1b2',
  sourceIp: '203.0.113.7',
  endpoint: '/v1/account',
  category: 'read',
  exchange: 'xxkk',
};
const item = (finding: Finding = FINDING, foundAt = AT + 1) => ({
  key: { S: finding.keyName },
  ...findingAttributes(finding, foundAt),
});

test('an hour lasts from its first to its last millisecond', () => {
  expect(hourOf(AT)).toBe('2026-11-22T20');
  expect(hourOf(AT + 1)).toBe('2026-11-22T21');
  expect(hourOf(0)).toBe('1970-01-01T00');
});

test('the names that are in tables already', () => {
  expect([KEY_ATTRIBUTE, ITEM_ATTRIBUTE, EXPIRY_ATTRIBUTE]).toEqual(['key', 'item', 'expiresAt']);
  expect([HEARTBEAT_KEY, HEARTBEAT_ITEM, FIRST_ITEM, ONCE]).toEqual(['#heartbeat', 'beat', 'key#first', 'once']);
});

test('sort keys', () => {
  expect(addressItem('2001:db8::/64')).toBe('address#2001:db8::/64');
  expect(spikeItem(1_795_000_000_000)).toBe('spike#1795000000000');
  expect(findingItem(FINDING, hourOf(AT))).toBe('finding#NewSourceIp#203.0.113.7#2026-11-22T20');
  expect(['finding#', 'findings#', 'address#', '', ' finding#'].map(isFindingItem)).toEqual([
    true,
    ...[false, false, false, false],
  ]);
});

test('what was written is kept for ninety days, to the next whole second', () => {
  expect(KEPT_MS).toBe(7_776_000_000);
  expect(expirySeconds(0)).toBe('7776000');
  expect(expirySeconds(1)).toBe('7776001');
  expect(expirySeconds(1000)).toBe('7776001');
});

test('attributes are written as DynamoDB takes them, and absent ones are left out', () => {
  const { keyVersion: _, ...rest } = FINDING;
  expect(findingAttributes(rest, AT + 1)).toEqual({
    finding: { S: 'NewSourceIp' },
    at: { N: String(AT) },
    foundAt: { N: String(AT + 1) },
    expiresAt: { N: String((AT + 1 + KEPT_MS) / 1000) },
    subject: { S: '203.0.113.7' },
    detail: { S: 'the address is not ours' },
    sourceIp: { S: '203.0.113.7' },
    endpoint: { S: '/v1/account' },
    category: { S: 'read' },
    exchange: { S: 'xxkk' },
  });
});

test('a finding comes back as it was, with and without what is optional', () => {
  expect(readFindingItem(item())).toEqual({ finding: FINDING, foundAt: AT + 1 });
  const { keyName, kind, subject, at, detail } = FINDING;
  const least = { keyName, kind, subject, at, detail };
  expect(readFindingItem(item(least, 0))).toEqual({ finding: least, foundAt: 0 });
  expect(readFindingItem(item({ ...least, at: 8.64e15 }, -8.64e15))?.foundAt).toBe(-8.64e15);
});

test.each<[string, object]>([
  ['no kind', { finding: undefined }],
  ['another kind', { finding: { S: 'Newest' } }],
  ['no key', { key: undefined }],
  ['a key that is no text', { key: { N: '7' } }],
  ['no time', { at: undefined }],
  ['a time that is a text', { at: { S: '7' } }],
  ['a time with a fraction', { at: { N: '1.5' } }],
  ['a time beyond any date', { at: { N: '8640000000000001' } }],
  ['a time that is no number', { at: { N: 'x' } }],
  ['no time of finding', { foundAt: undefined }],
  ['a time of finding with a fraction', { foundAt: { N: '0.5' } }],
  ['no subject', { subject: undefined }],
  ['no detail', { detail: undefined }],
  ['a subject that is no text', { subject: { N: '7' } }],
])('an item with %s is no finding', (_, changes) => {
  expect(readFindingItem({ ...item(), ...changes })).toBeUndefined();
});

test('an optional attribute that is no text is left out', () => {
  expect(readFindingItem({ ...item(), endpoint: { N: '7' } })?.finding).not.toHaveProperty('endpoint');
});
