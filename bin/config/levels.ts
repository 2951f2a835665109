// Lists, from the schema, which keys are allowed at which place of the file.
import { stringify } from 'yaml';
import { exchangeKeysConfigSchema } from '../../contract/schema/exchange-keys-config';
import type { Path } from './show';

/** What stands in a level's path for a name that is up to the user, such as a region. */
export const ANY_NAME = '<name>';

/** A mapping of the schema with fixed keys. */
export interface Level {
  readonly path: readonly string[];
  readonly keys: readonly string[];
  readonly properties: Readonly<Record<string, LevelSchema>>;
}

interface LevelSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, LevelSchema>>;
  readonly patternProperties?: Readonly<Record<string, LevelSchema>>;
}

const levelsBelow = (schema: LevelSchema, path: readonly string[]): Level[] => [
  ...(schema.properties === undefined
    ? []
    : [{ path, keys: Object.keys(schema.properties), properties: schema.properties }]),
  ...Object.entries(schema.properties ?? {}).flatMap(([key, below]) => levelsBelow(below, [...path, key])),
  ...Object.values(schema.patternProperties ?? {}).flatMap((below) => levelsBelow(below, [...path, ANY_NAME])),
];

/** Every such mapping, outermost first. */
export const LEVELS: readonly Level[] = levelsBelow(exchangeKeysConfigSchema, []);

/** The level that is the mapping at that path, unless its keys are names. */
export const levelAt = (path: Path): Level | undefined =>
  LEVELS.find(
    (level) =>
      level.path.length === path.length && level.path.every((step, index) => step === ANY_NAME || step === path[index]),
  );

/** How a key of the mapping at that path could be written, on one line. */
export const exampleOf = (key: string, parent: Path): string => {
  const example = levelAt(parent)?.properties[key]?.examples?.[0];
  return `${key}: ${stringify(example, { collectionStyle: 'flow', lineWidth: 0, singleQuote: true }).trim()}`;
};

/** The level's path as it reads from `from`: with the names `from` uses, as far as both agree. */
export const levelPathFrom = (level: Level, from: Path): Path => {
  const parting = level.path.findIndex((step, index) => step !== ANY_NAME && step !== from[index]);
  return level.path.map((step, index) =>
    step === ANY_NAME && (parting === -1 || index < parting) ? (from[index] ?? step) : step,
  );
};
