// A key report is read as it was written, by the reader and by the published schema alike; what is not quite one is told why.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import {
  BadRecordReason,
  HEARTBEAT_EVENT,
  isFindingItem,
  KEY_EVENT,
  type KeyReport,
  KeySource,
  LONGEST_RECORD,
  REQUEST_EVENT,
  readRecord,
  readVersionItem,
  versionItem,
} from '../../../contract/watch';

const schema = JSON.parse(
  readFileSync(path.join(__dirname, '../../../contract/schema/key-report.schema.json'), 'utf8'),
);
const isValid = new Ajv({ strict: true, allErrors: false }).compile(schema);

const REPORT: KeyReport = {
  event: KEY_EVENT,
  schema: 1,
  timestamp: 1_795_000_000_000,
  keyName: 'prod-trader-bot-a',
  keyId: '0123456789ab',
  keyVersion: 'a1b2c3d4-0000-4000-8000-000000000001',
  exchange: 'xxkk',
  source: KeySource.SECRETS_MANAGER,
};
const read = (changes: object) => readRecord(JSON.stringify({ ...REPORT, ...changes }));
const { MALFORMED_FIELD, MISSING_FIELD, TOO_LONG, UNKNOWN_FIELD, UNKNOWN_SCHEMA } = BadRecordReason;

test.each<[string, object]>([
  ['as it is', {}],
  ...Object.values(KeySource).map((source) => [`from ${source}`, { source }] as [string, object]),
  ['of a version without a name', { keyVersion: `unversioned-${'0'.repeat(32)}` }],
  ['the first of 1970', { timestamp: 0 }],
  ['the last whole number', { timestamp: Number.MAX_SAFE_INTEGER }],
])('a report: %s', (_, changes) => {
  expect(read(changes)).toEqual({ ...REPORT, ...changes });
  expect(isValid({ ...REPORT, ...changes })).toBe(true);
});

test.each<[string, unknown[]]>([
  ['timestamp', [-1, 1.5, 2 ** 53, '1', null]],
  ['keyName', ['', 'trader', 'Prod-trader-a', 7, null]],
  ['keyId', ['0123456789a', '0123456789aB', 12, null]],
  ['keyVersion', ['A'.repeat(31), 'A'.repeat(65), `${'A'.repeat(31)}#`, null]],
  ['exchange', ['', 'XXKK', 1, null]],
  ['source', ['', 'File', 'memory', 1, null, ['file']]],
])('%s that is malformed', (field, values) => {
  for (const value of values) {
    expect([value, read({ [field]: value })]).toEqual([value, MALFORMED_FIELD]);
    expect(isValid({ ...REPORT, [field]: value })).toBe(false);
  }
});

test.each(Object.keys(REPORT).filter((field) => !['event', 'schema'].includes(field)))('without %s', (field) => {
  expect(read({ [field]: undefined })).toBe(MISSING_FIELD);
});

test('another schema, a field that nobody knows, a field of a request, a line that is too long', () => {
  expect(read({ schema: 2 })).toBe(UNKNOWN_SCHEMA);
  expect(read({ schema: undefined })).toBe(UNKNOWN_SCHEMA);
  expect(read({ apiKey: 'x' })).toBe(UNKNOWN_FIELD);
  expect(read({ sourceIp: '203.0.113.7' })).toBe(UNKNOWN_FIELD);
  expect(read({ more: 'x'.repeat(LONGEST_RECORD) })).toBe(TOO_LONG);
});

test('reader and schema agree on every mutation', () => {
  const names = fc.constantFrom(...Object.keys(REPORT), '__proto__', 'constructor', 'outcome', 'count');
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(...Object.values(REPORT), ...Object.values(KeySource)),
  );
  const mutations = fc.array(fc.tuple(names, values, fc.boolean()), { maxLength: 3 });
  const property = fc.property(mutations, (all) => {
    const fields = new Map<string, unknown>(Object.entries(REPORT));
    for (const [name, value, remove] of all) {
      if (remove) fields.delete(name);
      else fields.set(name, value);
    }
    const line = `{${[...fields].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
    fc.pre(line.length <= LONGEST_RECORD && !line.includes(REQUEST_EVENT));
    const result = readRecord(line);
    const readable = typeof result === 'object' && result.event === KEY_EVENT;
    expect(isValid(JSON.parse(line))).toBe(readable);
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('the schema names every field and every source', () => {
  expect(Object.keys(schema.properties)).toEqual(Object.keys(REPORT));
  expect(schema.required).toEqual(Object.keys(REPORT));
  expect(schema.properties.source.enum).toEqual(Object.values(KeySource));
});

test('a line that names its event twice is neither a report nor a heartbeat', () => {
  const forged = JSON.stringify(REPORT).replace('{', `{"event":"${REQUEST_EVENT}",`);
  expect(JSON.parse(forged)).toEqual(REPORT);
  expect(readRecord(forged)).toBe(MALFORMED_FIELD);
  const beat = `{"event":"${KEY_EVENT}","event":"${HEARTBEAT_EVENT}","schema":1,"timestamp":1795000000000}`;
  expect(readRecord(beat)).toBe(MALFORMED_FIELD);
});

test('the item of a version is no finding, whatever the version is called', () => {
  for (const version of [REPORT.keyVersion, 'finding#', '']) expect(isFindingItem(versionItem(version))).toBe(false);
  expect(versionItem('a')).not.toBe(versionItem('b'));
  const item = (changes: object) => ({
    key: { S: 'prod-trader-bot-a' },
    item: { S: versionItem('v#1') },
    heldAt: { N: '1795000000000' },
    ...changes,
  });
  expect(readVersionItem(item({}))).toEqual({ keyName: 'prod-trader-bot-a', versionId: 'v#1', heldAt: 1795000000000 });
  for (const wrong of [
    { key: {} },
    { item: {} },
    { item: { S: 'address#1' } },
    { heldAt: {} },
    { heldAt: { N: 'x' } },
  ]) {
    expect(readVersionItem(item(wrong))).toBeUndefined();
  }
});
