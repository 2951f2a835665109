import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { ALLOWLIST_SCHEMA_VERSION } from '../../../contract/allowlist';
import { readStructure } from '../../../contract/allowlist/structure';
import { codeOf } from '../refusal';
import { anyDocument, type Json, partsOf, withPart } from './arbitraries';

const schemaFile = join(__dirname, '../../../contract/schema/allowlist-document.schema.json');
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const schemaAllows = new Ajv({ strict: true }).compile(schema);
const parserAllows = (value: unknown) => codeOf(() => readStructure(value)) === undefined;

/** Values near the border between what is allowed and what is not. */
const nearValue = fc.oneof(
  fc.jsonValue(),
  fc.ipV4(),
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 40 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.stringMatching(/^[a-z]{1,5}(-[a-z]{0,3}){1,2}-[0-9]{0,3}[a-z]?$/),
  fc.stringMatching(/^eipalloc-([0-9a-f]{7,9}|[0-9a-fA-F]{16,18})$/),
  fc.stringMatching(/^[a-z0-9]{0,18}$/),
  fc.constantFrom('active', 'standby', 'Active', 'active\n', 1, 2, 1.5, '1', null, true, '', 'prod\n', '::/128'),
  fc.constantFrom('01.2.3.4', '1.2.3.4/08', '1.2.3', '256.1.1.1', '1.2.3.4/', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4/32\n'),
  fc.constantFrom([], {}, [''], ['1.2.3.4/32'], [null]),
);

const mutation: fc.Arbitrary<(part: Json) => Json> = fc.oneof(
  nearValue.map((value) => () => value as Json),
  fc.tuple(fc.string(), fc.jsonValue()).map(([key, value]) => (part: Json) => {
    if (Array.isArray(part)) return [...part, value as Json];
    return typeof part === 'object' && part !== null ? { ...part, [key]: value as Json } : part;
  }),
  fc.nat().map((which) => (part: Json) => {
    if (Array.isArray(part)) return part.filter((_, index) => index !== which % part.length);
    if (typeof part !== 'object' || part === null) return part;
    const keys = Object.keys(part);
    return Object.fromEntries(Object.entries(part).filter(([key]) => key !== keys[which % keys.length]));
  }),
);

test('a valid document is allowed by schema and parser', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(schemaAllows(document)).toBe(true);
      expect(readStructure(document)).toEqual(document);
    }),
  );
});

test('schema and parser agree on documents with one or two parts changed', () => {
  const outcomes = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(
      anyDocument,
      fc.array(fc.tuple(fc.nat(), mutation), { minLength: 1, maxLength: 2 }),
      (document, changes) => {
        let value = document as unknown as Json;
        for (const [which, change] of changes) {
          const places = partsOf(value);
          value = withPart(value, places[which % places.length], change);
        }
        const allowed = schemaAllows(value);
        outcomes[allowed ? 'allowed' : 'refused']++;
        expect(parserAllows(value)).toBe(allowed);
      },
    ),
    { numRuns: 3000 },
  );
  expect(outcomes.allowed).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(100);
});

test('schema and parser agree on any value', () => {
  fc.assert(fc.property(nearValue, (value) => expect(parserAllows(value)).toBe(schemaAllows(value))));
});

test('the schema has the version that is written', () => {
  expect(schema.properties.schemaVersion.const).toBe(ALLOWLIST_SCHEMA_VERSION);
});
