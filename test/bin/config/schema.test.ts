// The schema is complete for editors, strict for ajv, and the published copy is current.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { EXPLAINED_KEYWORDS } from '../../../bin/config/explain';
import { exampleOf, isRequired, LEVELS, levelAt } from '../../../bin/config/levels';
import { exchangeConfigurationSchema } from '../../../contract/schema/exchange-configuration';
import { exchangeKeysConfigSchema } from '../../../contract/schema/exchange-keys-config';
import { isSecretKey } from '../../../contract/secret-words';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const published = path.resolve(__dirname, '../../../schema/exchange-keys.schema.json');
const publishedExchange = path.resolve(__dirname, '../../../schema/exchange-configuration.schema.json');

/** Every schema of a value, by its place in the file. */
const schemas = (schema: Schema, place: string): [string, Schema][] => [
  [place, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([key, below]) => schemas(below, `${place}.${key}`)),
  ...Object.values(schema.patternProperties ?? {}).flatMap((below) => schemas(below, `${place}.*`)),
  ...(schema.items ? schemas(schema.items, `${place}[]`) : []),
];

const all = schemas(exchangeKeysConfigSchema as unknown as Schema, '');
const named = all.filter(([place]) => !place.endsWith('[]'));

test('the published schema is current: node --import tsx scripts/write-schema.mjs', () => {
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(exchangeKeysConfigSchema);
});

test('so is that of an exchange', () => {
  const { $schema, ...written } = JSON.parse(readFileSync(publishedExchange, 'utf8'));
  expect($schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(written).toEqual(JSON.parse(JSON.stringify(exchangeConfigurationSchema)));
});

test('is a valid draft-07 schema', () => {
  expect(new Ajv({ strict: false }).validateSchema(exchangeKeysConfigSchema)).toBe(true);
});

test.each(named)('%s has a description', (_place, schema) => {
  expect(schema.description).toMatch(/^[A-Z].*\.$/);
});

test.each(all.filter(([, schema]) => schema.type === 'object'))('%s allows no other keys', (_place, schema) => {
  expect(schema.additionalProperties).toBe(false);
});

test.each(all.filter(([, schema]) => schema.pattern !== undefined))('%s has its pattern in words', (_place, schema) => {
  expect(schema.patternErrorMessage).toMatch(/^must /);
});

test.each(all.filter(([, schema]) => schema.examples !== undefined))(
  'the examples of %s are valid',
  (_place, schema) => {
    const ajv = new Ajv({ strict: false });
    for (const example of schema.examples as unknown[]) expect(ajv.validate(schema, example)).toBe(true);
  },
);

test('every required key has an example to print', () => {
  for (const level of LEVELS) {
    for (const key of level.required) expect(exampleOf(key, level.path)).toMatch(/: ./);
  }
});

test('every keyword that can fail has an explanation', () => {
  const used = new Set(all.flatMap(([, schema]) => Object.keys(schema)));
  const silent = ['$schema', 'title', 'description', 'examples', 'default', 'patternErrorMessage'];
  const structural = ['properties', 'patternProperties', 'items', 'dependencies'];
  // additionalProperties becomes an unknown key; names and alternatives are covered by it and by the keywords here.
  const covered = ['additionalProperties', 'propertyNames', 'discriminator', 'oneOf'];
  const unexplained = [...used].filter(
    (keyword) => ![...silent, ...structural, ...covered, ...EXPLAINED_KEYWORDS].includes(keyword),
  );
  expect(unexplained).toEqual([]);
});

test('no key of the file looks like a secret', () => {
  expect(LEVELS.flatMap(({ keys }) => keys).filter(isSecretKey)).toEqual([]);
});

test('levels are found by the path of a file', () => {
  expect(levelAt(['regions', 'eu-west-1', 'network'])?.keys).toContain('vpcCidr');
  expect(levelAt(['regions'])).toBeUndefined();
  expect(isRequired(['regions'])).toBe(true);
  expect(isRequired(['regions', 'eu-west-1', 'network'])).toBe(false);
});
