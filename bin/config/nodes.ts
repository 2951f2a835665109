// Finds the YAML nodes, and so the position, of a path in the file.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './show';

/** The nodes of a value: its key, unless it is in a list or the whole file, and itself, unless nothing is there. */
export interface Place {
  readonly key?: Node;
  readonly value?: Node;
}

/** The text of a mapping's key. */
export const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** The node an alias stands for, or the node itself. */
export const resolveAlias = (doc: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(doc) : node);

const mergeSources = (doc: Document, map: YAMLMap): YAMLMap[] =>
  map.items
    .filter(({ key }) => keyText(key) === '<<')
    .map(({ value }) => resolveAlias(doc, value))
    .flatMap((source) => (isSeq(source) ? source.items.map((item) => resolveAlias(doc, item)) : [source]))
    .filter((source) => isMap(source));

/** The pair of a key, looking through merge keys; of several, the one YAML takes. */
const findPair = (doc: Document, map: YAMLMap, key: string): Pair | undefined => {
  const own = map.items.filter((pair) => keyText(pair.key) === key).at(-1);
  if (own !== undefined) return own;
  for (const source of mergeSources(doc, map)) {
    const merged = findPair(doc, source, key);
    if (merged !== undefined) return merged;
  }
  return undefined;
};

/** Follows the path through mappings, lists, aliases and merge keys. */
export const findPlace = (doc: Document, path: Path): Place => {
  let place: { key?: unknown; value?: unknown } = { value: doc.contents };
  for (const step of path) {
    const node = resolveAlias(doc, place.value);
    if (isMap(node)) place = findPair(doc, node, String(step)) ?? {};
    else if (isSeq(node)) place = { value: node.items[Number(step)] };
  }
  return { key: place.key as Node | undefined, value: (place.value ?? undefined) as Node | undefined };
};

/** Where the value starts, else its key. */
export const valueOffset = ({ key, value }: Place): number => value?.range?.[0] ?? key?.range?.[0] ?? 0;

/** Where the key starts, else the value. */
export const keyOffset = ({ key, value }: Place): number => key?.range?.[0] ?? value?.range?.[0] ?? 0;
