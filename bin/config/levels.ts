// Lists, from the schema, which keys are allowed at which place of the file.
import { stringify } from 'yaml';
import { exchangeKeysConfigSchema } from '../../contract/schema/exchange-keys-config';
import type { Path } from './show';

/** What stands in a level's path for a name that is up to the user. */
const ANY_NAME: Readonly<Record<string, string>> = { regions: '<region>', keys: '<key>' };
const anyName = (below: readonly string[]): string => ANY_NAME[below.at(-1) ?? ''] ?? '<zone>';

/** Whether a step of a level's path stands for any name. */
export const isAnyName = (step: string): boolean => step.startsWith('<');

/** A mapping of the schema with fixed keys. */
export interface Level {
  readonly path: readonly string[];
  readonly keys: readonly string[];
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, LevelSchema>>;
}

interface LevelSchema {
  readonly required?: readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, LevelSchema>>;
  readonly patternProperties?: Readonly<Record<string, LevelSchema>>;
}

const levelsBelow = (schema: LevelSchema, path: readonly string[]): Level[] => [
  ...(schema.properties === undefined
    ? []
    : [{ path, keys: Object.keys(schema.properties), required: schema.required ?? [], properties: schema.properties }]),
  ...Object.entries(schema.properties ?? {}).flatMap(([key, below]) => levelsBelow(below, [...path, key])),
  ...Object.values(schema.patternProperties ?? {}).flatMap((below) => levelsBelow(below, [...path, anyName(path)])),
];

/** Every such mapping, outermost first. */
export const LEVELS: readonly Level[] = levelsBelow(exchangeKeysConfigSchema, []);

/** The level that is the mapping at that path, unless its keys are names. */
export const levelAt = (path: Path): Level | undefined =>
  LEVELS.find(
    (level) =>
      level.path.length === path.length && level.path.every((step, index) => isAnyName(step) || step === path[index]),
  );

/** How a key of the mapping at that path could be written, on one line. */
export const exampleOf = (key: string, parent: Path): string => {
  const example = levelAt(parent)?.properties[key]?.examples?.[0];
  return `${key}: ${stringify(example, { collectionStyle: 'flow', lineWidth: 0, singleQuote: true }).trim()}`;
};

/** The level's path as it reads from `from`: with the names `from` uses, as far as both agree. */
export const levelPathFrom = (level: Level, from: Path): Path => {
  const parting = level.path.findIndex((step, index) => !isAnyName(step) && step !== from[index]);
  return level.path.map((step, index) =>
    isAnyName(step) && (parting === -1 || index < parting) ? (from[index] ?? step) : step,
  );
};

/** Whether the key at that path may not be left out. */
export const isRequired = (path: Path): boolean =>
  levelAt(path.slice(0, -1))?.required.includes(String(path.at(-1))) ?? false;
