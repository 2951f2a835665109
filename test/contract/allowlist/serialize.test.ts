import fc from 'fast-check';
import {
  type AllowlistDocument,
  parseAllowlistDocument,
  serializeAllowlistDocument,
} from '../../../contract/allowlist';
import { refusalOf } from '../refusal';
import { anyDocument } from './arbitraries';

const entry = (letter: string, host: number): AllowlistDocument['entries'][number] => ({
  role: 'active',
  cidr: `203.0.113.${host}/32`,
  address: `203.0.113.${host}`,
  allocationId: `eipalloc-${host.toString(16).padStart(17, '0')}`,
  availabilityZone: `eu-west-1${letter}`,
});
const document = (...entries: AllowlistDocument['entries']): AllowlistDocument => ({
  entries,
  cidrs: entries.map(({ cidr }) => cidr),
  region: 'eu-west-1',
  environment: 'dev',
  schemaVersion: 1,
});

test('written are the keys in the order of the schema, without white space', () => {
  expect(serializeAllowlistDocument(document(entry('a', 10)))).toBe(
    '{"schemaVersion":1,"environment":"dev","region":"eu-west-1","cidrs":["203.0.113.10/32"],"entries":[' +
      '{"availabilityZone":"eu-west-1a","allocationId":"eipalloc-0000000000000000a","address":"203.0.113.10",' +
      '"cidr":"203.0.113.10/32","role":"active"}]}',
  );
});

test('what is written is read as the same document', () => {
  fc.assert(
    fc.property(anyDocument, (given) => {
      expect(parseAllowlistDocument(serializeAllowlistDocument(given))).toEqual(given);
    }),
  );
});

test('the order of the lists does not matter', () => {
  const shuffled = anyDocument.chain((given) =>
    fc.record({
      given: fc.constant(given),
      cidrs: fc.shuffledSubarray([...given.cidrs], { minLength: given.cidrs.length }),
      entries: fc.shuffledSubarray([...given.entries], { minLength: given.entries.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ given, cidrs, entries }) => {
      expect(serializeAllowlistDocument({ ...given, cidrs, entries })).toBe(serializeAllowlistDocument(given));
    }),
  );
});

test('a document that could not be read is not written', () => {
  expect(refusalOf(() => serializeAllowlistDocument({ ...document(entry('a', 10)), cidrs: [] })).code).toBe(
    'ALLOWLIST_DOCUMENT_EMPTY',
  );
  expect(refusalOf(() => serializeAllowlistDocument(document(entry('a', 10)), { region: 'us-east-1' })).code).toBe(
    'ALLOWLIST_DOCUMENT_OTHER_REGION',
  );
});

test('a document that does not fit a parameter is not written', () => {
  const entries = [...'abcdefghijklmnopqrstuvwxyz'].map((letter, index) => entry(letter, 100 + index));
  expect(refusalOf(() => serializeAllowlistDocument(document(...entries), { maxEntries: 26 }))).toEqual({
    code: 'ALLOWLIST_DOCUMENT_TOO_LARGE',
    message: 'the allowlist document has 4372 bytes, an SSM parameter holds 4096; use fewer zones',
  });
});
