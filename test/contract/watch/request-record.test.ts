// The reader of request records and the JSON Schema that is published for writers say the same of every line.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import {
  BadRecordReason,
  EndpointCategory,
  HEARTBEAT_EVENT,
  LARGEST_COUNT,
  LONGEST_RECORD,
  Outcome,
  REQUEST_EVENT,
  type RequestRecord,
  readRecord,
} from '../../../contract/watch';
import { parseSourceAddress } from '../../../contract/watch/source-address';

const schemaFile = path.join(__dirname, '../../../contract/schema/request-record.schema.json');
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const isValid = new Ajv({ strict: true, allErrors: false }).compile(schema);

const word = (pattern: RegExp, maxLength = 40) => fc.stringMatching(pattern).filter((text) => text.length <= maxLength);
const record: fc.Arbitrary<RequestRecord> = fc.record(
  {
    event: fc.constant(REQUEST_EVENT),
    schema: fc.constant(1 as const),
    timestamp: fc.nat(Number.MAX_SAFE_INTEGER),
    keyName: word(/^[a-z][a-z0-9]{1,15}-[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,9}){0,3}-[a-z0-9]{1,5}$/, 60),
    keyId: word(/^[0-9a-f]{12}$/),
    keyVersion: word(/^[A-Za-z0-9-]{32,64}$/, 64),
    exchange: word(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,2}$/, 31),
    sourceIp: fc.oneof(fc.ipV4(), fc.ipV6()),
    category: fc.constantFrom(...Object.values(EndpointCategory)),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'WS'),
    endpoint: word(/^[A-Za-z0-9/][A-Za-z0-9_.:{}/-]{0,99}$/, 100),
    status: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 599 })),
    exchangeCode: word(/^[!-~]{1,64}$/, 64),
    outcome: fc.constantFrom(...Object.values(Outcome)),
    latencyMs: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
    count: fc.integer({ min: 1, max: LARGEST_COUNT }),
  },
  { requiredKeys: [...(schema.required as (keyof RequestRecord)[])] as never },
) as fc.Arbitrary<RequestRecord>;

const NAMES = [...Object.keys(schema.properties), '__proto__', 'constructor', 'more'];
/** Near misses, and what has nothing to do with it. */
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(0, 1, -1, 99, 100, 599, 600, 1.5, 1e300, LARGEST_COUNT + 1, 3_600_001, true, null, ''),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.constantFrom(
    'GET',
    'get',
    'ok',
    'read',
    'xxkk',
    'x'.repeat(32),
    '-x',
    'a-',
    'prod-a-b',
    'prod-a',
    '1.2.3.4',
    '::1',
  ),
  record.chain((one) => fc.constantFrom<unknown>(...Object.values(one))),
);

interface Mutation {
  readonly name: string;
  readonly value?: unknown;
  readonly remove: boolean;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({ name: fc.constantFrom(...NAMES), value, remove: fc.boolean() });

/** As a JSON text, so that `__proto__` is a field like others. */
function mutated(one: RequestRecord, mutations: readonly Mutation[]): string {
  const fields = new Map<string, unknown>(Object.entries(one));
  for (const { name, value, remove } of mutations) {
    if (remove) fields.delete(name);
    else fields.set(name, value);
  }
  return `{${[...fields].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
}

test('a record is read as it was written, and the schema lets it pass', () => {
  const property = fc.property(record, (one) => {
    const line = JSON.stringify(one);
    expect(readRecord(line)).toEqual(JSON.parse(line));
    expect(isValid(JSON.parse(line))).toBe(true);
  });
  fc.assert(property, { numRuns: 500 });
});

test('reader and schema agree on every mutation; of addresses the reader leaves the judgement to others', () => {
  const property = fc.property(record, fc.array(mutation, { minLength: 1, maxLength: 3 }), (one, mutations) => {
    const line = mutated(one, mutations);
    const read = readRecord(line);
    const readable = typeof read === 'object' && read.event === REQUEST_EVENT;
    const address = readable && parseSourceAddress(read.sourceIp) !== undefined;
    const valid = isValid(JSON.parse(line));
    if (line.length > LONGEST_RECORD) return;
    if (valid) expect(readable).toBe(true);
    if (address) expect(valid).toBe(true);
    if (!readable) expect(valid).toBe(false);
  });
  fc.assert(property, { numRuns: 5_000 });
});

test('the schema names every field and every value of the lists', () => {
  expect(schema.properties.outcome.enum).toEqual(Object.values(Outcome));
  expect(schema.properties.category.enum).toEqual(Object.values(EndpointCategory));
  expect(Object.keys(schema.properties).sort()).toEqual([...schema.required, 'exchangeCode', 'count'].sort());
});

test('nothing makes the reader throw', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.jsonValue().map((any) => JSON.stringify(any)),
  );
  fc.assert(
    fc.property(line, (text) => {
      const read = readRecord(text);
      if (typeof read === 'string') expect(Object.values(BadRecordReason)).toContain(read);
    }),
    { numRuns: 1_000 },
  );
});

test('a heartbeat has three fields and no more', () => {
  const beat = { event: HEARTBEAT_EVENT, schema: 1, timestamp: 1_795_000_000_000 };
  expect(readRecord(JSON.stringify(beat))).toEqual(beat);
  expect(readRecord(JSON.stringify({ ...beat, schema: 2 }))).toBe(BadRecordReason.UNKNOWN_SCHEMA);
  for (const wrong of [{ more: 1 }, { timestamp: -1 }, { timestamp: '1' }, { timestamp: 0.5 }]) {
    expect(readRecord(JSON.stringify({ ...beat, ...wrong }))).toBe(BadRecordReason.MALFORMED_FIELD);
  }
});

test("a heartbeat that a workload's own log could deliver is none: of that log only lines that hold exchange.request come", () => {
  const forged = `{"event":"${REQUEST_EVENT}","event":"${HEARTBEAT_EVENT}","schema":1,"timestamp":1795000000000}`;
  expect(readRecord(forged)).toBe(BadRecordReason.MALFORMED_FIELD);
});
