// Where a line stops being a record: each field at its limits and just beyond, and the reason that is given.
import {
  BadRecordReason,
  EndpointCategory,
  HEARTBEAT_EVENT,
  LARGEST_COUNT,
  LONGEST_RECORD,
  Outcome,
  REQUEST_EVENT,
  readRecord,
} from '../../../contract/watch';

const { MALFORMED_FIELD, MISSING_FIELD, NOT_A_RECORD, NOT_JSON, TOO_LONG, UNKNOWN_FIELD, UNKNOWN_SCHEMA } =
  BadRecordReason;

const RECORD = {
  event: REQUEST_EVENT,
  schema: 1,
  timestamp: 1_795_000_000_000,
  keyName: 'prod-trader-bot-a',
  keyId: '0123456789ab',
  keyVersion: 'a1b2c3d4-0000-4000-8000-000000000001',
  exchange: 'xxkk',
  sourceIp: '203.0.113.7',
  category: 'read',
  method: 'GET',
  endpoint: '/v1/account',
  status: 200,
  outcome: 'ok',
  latencyMs: 31,
};
const read = (changes: object) => readRecord(JSON.stringify({ ...RECORD, ...changes }));
const without = (field: string) => read({ [field]: undefined });

test.each<[string, object]>([
  ['nothing optional', {}],
  ['everything optional', { exchangeCode: '-2015', count: 7 }],
  ['a code of 64 characters', { exchangeCode: '!'.repeat(63).concat('~') }],
  ['the first of 1970', { timestamp: 0 }],
  ['the last whole number', { timestamp: Number.MAX_SAFE_INTEGER }],
  ['no answer', { status: 0, outcome: 'transient' }],
  ['the lowest status', { status: 100 }],
  ['the highest status', { status: 599 }],
  ['no latency', { latencyMs: 0 }],
  ['a fraction of a millisecond', { latencyMs: 0.5 }],
  ['an hour', { latencyMs: 3_600_000 }],
  ['an aggregate of one', { count: 1 }],
  ['the largest aggregate', { count: LARGEST_COUNT }],
  ['the longest spelling of an address', { sourceIp: '1234:1234:1234:1234:1234:1234:255.255.255.255' }],
  ['a version id of 32 characters', { keyVersion: 'A'.repeat(32) }],
  ['a version id of 64 characters', { keyVersion: '-'.repeat(64) }],
  ['an endpoint that is a name', { endpoint: 'Z' }],
  ['an endpoint that is a slash', { endpoint: '/' }],
  ['an endpoint of 100 characters', { endpoint: `/${'{a}:_.-/'.repeat(12)}abc` }],
])('a record: %s', (_, changes) => {
  expect(read(changes)).toEqual({ ...RECORD, ...changes });
});

test.each<[string, unknown[]]>([
  ['timestamp', [-1, 1.5, 2 ** 53, '1', null]],
  ['keyName', ['', 'trader', 'Prod-trader-a', 'prod-trader-bot-a ', 7, null, ['prod-trader-bot-a']]],
  ['keyId', ['0123456789a', '0123456789abc', '0123456789aB', ' 0123456789ab', 12, null]],
  ['keyVersion', ['A'.repeat(31), 'A'.repeat(65), `${'A'.repeat(31)}_`, `\n${'A'.repeat(32)}`, null]],
  ['exchange', ['', 'XXKK', 'x x', 1, null]],
  ['sourceIp', ['1'.repeat(46), 7, null, ['203.0.113.7']]],
  ['category', ['Read', '', null, 1]],
  ['method', ['get', 'OPTIONS', '', null]],
  ['endpoint', ['', '?a=1', '.v1', '/v1?signature=1', ' /v1', '/v1 ', `/${'a'.repeat(100)}`, null]],
  ['status', [99, 600, 200.5, -1, '200', null]],
  ['outcome', ['OK', '', null, 1]],
  ['latencyMs', [-1, 3_600_001, '31', null]],
  ['exchangeCode', ['', 'a b', '!'.repeat(65), '\u007f', 10, null]],
  ['count', [0, -1, 1.5, LARGEST_COUNT + 1, '2', null]],
])('%s that is malformed', (field, values) => {
  for (const value of values) expect([value, read({ [field]: value })]).toEqual([value, MALFORMED_FIELD]);
});

test.each(Object.values(EndpointCategory))('category %s', (category) => {
  expect(read({ category })).toMatchObject({ category });
});

test.each(Object.values(Outcome))('outcome %s', (outcome) => {
  expect(read({ outcome })).toMatchObject({ outcome });
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'WS'])('method %s', (method) => {
  expect(read({ method })).toMatchObject({ method });
});

test.each(Object.keys(RECORD).filter((field) => field !== 'event' && field !== 'schema'))('no %s', (field) => {
  expect(without(field)).toBe(MISSING_FIELD);
  // an optional field in its place does not make up the number of fields
  expect(read({ [field]: undefined, count: 1 })).toBe(MISSING_FIELD);
});

test('a field that nobody knows, even an inherited name or one beside a missing one', () => {
  expect(read({ apiKey: 'value' })).toBe(UNKNOWN_FIELD);
  expect(read({ count: 1, exchangeCode: '1', extra: 1 })).toBe(UNKNOWN_FIELD);
  expect(read({ latencyMs: undefined, latency: 31 })).toBe(UNKNOWN_FIELD);
  expect(readRecord(`${JSON.stringify(RECORD).slice(0, -1)},"__proto__":{}}`)).toBe(UNKNOWN_FIELD);
  // what a field would inherit is no field
  const inherited = `${JSON.stringify({ ...RECORD, status: undefined }).slice(0, -1)},"__proto__":{"status":200}}`;
  expect(readRecord(inherited)).toBe(UNKNOWN_FIELD);
});

test('a schema of later days is told before anything else', () => {
  expect(read({ schema: 2 })).toBe(UNKNOWN_SCHEMA);
  expect(read({ schema: '1', extra: true, status: 7 })).toBe(UNKNOWN_SCHEMA);
  expect(without('schema')).toBe(UNKNOWN_SCHEMA);
});

test.each<[string, string, BadRecordReason]>([
  ['a number', '7', NOT_A_RECORD],
  ['null', 'null', NOT_A_RECORD],
  ['a text', '"exchange.request"', NOT_A_RECORD],
  ['a list', JSON.stringify([RECORD]), NOT_A_RECORD],
  ['another event', JSON.stringify({ ...RECORD, event: 'exchange.Request' }), NOT_A_RECORD],
  ['no event', '{}', NOT_A_RECORD],
  ['no JSON', '{', NOT_JSON],
  ['nothing', '', NOT_JSON],
])('%s', (_, line, reason) => {
  expect(readRecord(line)).toBe(reason);
});

test('the events are those that subscription filters look for', () => {
  expect([REQUEST_EVENT, HEARTBEAT_EVENT]).toEqual(['exchange.request', 'exchange.heartbeat']);
});

test('the longest line is read, and one that is longer is not', () => {
  const line = JSON.stringify(RECORD);
  expect(readRecord(line.padEnd(LONGEST_RECORD))).toEqual(RECORD);
  expect(readRecord(line.padEnd(LONGEST_RECORD + 1))).toBe(TOO_LONG);
});

describe('a heartbeat', () => {
  const beat = { event: HEARTBEAT_EVENT, schema: 1, timestamp: 1_795_000_000_000 };
  const beatOf = (changes: object) => readRecord(JSON.stringify({ ...beat, ...changes }));

  test('has an event, a schema and a time', () => {
    expect(beatOf({})).toEqual(beat);
    expect(beatOf({ timestamp: 0 })).toEqual({ ...beat, timestamp: 0 });
  });

  test.each<[string, object, BadRecordReason]>([
    ['another schema', { schema: 2 }, UNKNOWN_SCHEMA],
    ['one more field', { status: 1 }, MALFORMED_FIELD],
    ['no time', { timestamp: undefined }, MALFORMED_FIELD],
    ['no time, and another field for it', { timestamp: undefined, time: 1 }, MALFORMED_FIELD],
    ['a time before 1970', { timestamp: -1 }, MALFORMED_FIELD],
    ['a time as text', { timestamp: '1' }, MALFORMED_FIELD],
  ])('%s', (_, changes, reason) => {
    expect(beatOf(changes)).toBe(reason);
  });
});
