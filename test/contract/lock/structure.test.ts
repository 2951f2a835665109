import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { LOCK_SCHEMA_VERSION } from '../../../contract/lock';
import { readLockStructure } from '../../../contract/lock/structure';
import { type Json, partsOf, withPart } from '../allowlist/arbitraries';
import { codeOf } from '../refusal';
import { anyLock } from './arbitraries';

const schema = JSON.parse(readFileSync(join(__dirname, '../../../contract/schema/egress-lock.schema.json'), 'utf8'));
const schemaAllows = new Ajv({ strict: true }).compile(schema);
const parserAllows = (value: unknown) => codeOf(() => readLockStructure(value)) === undefined;

/** Values near the border between what is allowed and what is not. */
const nearValue = fc.oneof(
  fc.jsonValue(),
  fc.ipV4(),
  fc.stringMatching(/^[a-z]{1,5}(-[a-z]{0,3}){1,2}-[0-9]{0,3}[a-z]?$/),
  fc.stringMatching(/^eipalloc-([0-9a-f]{7,9}|[0-9a-fA-F]{16,18})$/),
  fc.stringMatching(/^fnv1a64:[0-9a-f]{15,17}$/),
  fc.stringMatching(/^[0-9]{3,5}-[0-9]{1,3}-[0-9]{2}$/),
  fc.string({ unit: 'binary', minLength: 0, maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 195, maxLength: 205 }),
  fc.constantFrom('active', 'draining', 'Active', 'active\n', 1, 2, '1', null, true, '', 'prod\n', '2026-11-22\n'),
  fc.constantFrom({}, [], { xxkk: '2026-11-22' }, { xxkk: '' }, { 'xx--kk': '2026-11-22' }, { toString: '2026-11-22' }),
  fc.nat({ max: 3 }).map((more) => ({ ['a'.repeat(29 + more)]: '2026-11-22' })),
  fc.constantFrom('\ud800', 'a\u202eb', 'ř', '😀'.repeat(200), '😀'.repeat(201), ' ', '\t'),
) as fc.Arbitrary<Json>;

const mutation: fc.Arbitrary<(part: Json) => Json> = fc.oneof(
  nearValue.map((value) => () => value),
  fc.tuple(fc.constantFrom('reason', 'approvedBy', 'retireAfter', 'told', 'x'), nearValue).map(([key, value]) => {
    return (part: Json) =>
      typeof part === 'object' && part !== null && !Array.isArray(part) ? { ...part, [key]: value } : part;
  }),
  fc.nat().map((which) => (part: Json) => {
    if (Array.isArray(part)) return part.filter((_, index) => index !== which % part.length);
    if (typeof part !== 'object' || part === null) return part;
    const keys = Object.keys(part);
    return Object.fromEntries(Object.entries(part).filter(([key]) => key !== keys[which % keys.length]));
  }),
);

test('a valid lock is allowed by schema and parser', () => {
  fc.assert(
    fc.property(anyLock, (lock) => {
      expect(schemaAllows(lock)).toBe(true);
      expect(readLockStructure(lock)).toEqual(lock);
    }),
  );
});

test('schema and parser agree on locks with one or two parts changed', () => {
  const outcomes = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(anyLock, fc.array(fc.tuple(fc.nat(), mutation), { minLength: 1, maxLength: 2 }), (lock, changes) => {
      let value = lock as unknown as Json;
      for (const [which, change] of changes) {
        const places = partsOf(value);
        value = withPart(value, places[which % places.length], change);
      }
      const allowed = schemaAllows(value);
      outcomes[allowed ? 'allowed' : 'refused']++;
      expect(parserAllows(value)).toBe(allowed);
    }),
    { numRuns: 1500 },
  );
  expect(outcomes.allowed).toBeGreaterThan(50);
  expect(outcomes.refused).toBeGreaterThan(50);
});

test.each(['reason', 'approvedBy'])('schema and parser agree on any %s', (key) => {
  const place = {
    availabilityZone: 'eu-west-1a',
    allocationId: 'eipalloc-01234567',
    address: '52.1.1.1',
    role: 'active',
  };
  fc.assert(
    fc.property(nearValue, (value) => {
      const entry = { ...place, since: '2026-10-01', told: {}, [key]: value };
      const lock = {
        schemaVersion: 1,
        environment: 'prod',
        hash: `fnv1a64:${'0'.repeat(16)}`,
        regions: { 'eu-west-1': [entry] },
      };
      expect(parserAllows(lock)).toBe(schemaAllows(lock));
    }),
    { numRuns: 500 },
  );
});

test('schema and parser agree on any value', () => {
  fc.assert(fc.property(nearValue, (value) => expect(parserAllows(value)).toBe(schemaAllows(value))));
});

test('the schema has the version that is written', () => {
  expect(schema.properties.schemaVersion.const).toBe(LOCK_SCHEMA_VERSION);
});
