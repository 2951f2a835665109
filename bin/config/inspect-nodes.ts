// Finds what only the YAML nodes show: secrets, duplicate keys, aliases without an anchor, merges of no mapping.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { isSecretKey } from '../../contract/secret-words';
import { keyText, resolveAlias } from './nodes';
import type { Problem, ProblemCode } from './problem';
import { type Path, showKey, showPath, showPlace } from './show';

/** What the nodes show; `unusable` means the document has no value to check. */
export interface Inspection {
  readonly problems: readonly Problem[];
  readonly unusable: boolean;
}

const offsetOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/** Of `apiKey=abc` or `apiKey:abc`, which YAML takes for one key, only the name. */
const nameOnly = (key: string): string => key.replace(/[^\w.-].*$/s, '…');

const secret = (key: string, parent: Path): string =>
  `secret in the file: the key ${showKey(nameOnly(key))} at ${showPlace(parent)} looks like key material, which never goes in this file; ` +
  'treat the value as leaked: rotate it at the exchange, then remove the key here and from the history of the repository';

/** Walks every node once, never through an alias, so that no file can make it run long. */
export const inspectNodes = (doc: Document, lines: LineCounter): Inspection => {
  const problems: Problem[] = [];
  let unusable = false;
  const report = (code: ProblemCode, node: unknown, text: string): void => {
    problems.push({ code, offset: offsetOf(node), text });
  };
  const refuse = (node: unknown, text: string): void => {
    unusable = true;
    report('CONFIG_YAML_MALFORMED', node, text);
  };

  const inspectAlias = (alias: Alias, path: Path): void => {
    if (alias.resolve(doc) !== undefined) return;
    const quote = "a text that starts with * must be in quotes, such as '*.xxkk.example'";
    refuse(alias, `malformed YAML: the alias at ${showPath(path)} has no anchor before it; ${quote}`);
  };

  const inspectMerge = ({ key, value }: Pair, path: Path): void => {
    const source = resolveAlias(doc, value);
    const sources = isSeq(source) ? source.items.map((item) => resolveAlias(doc, item)) : [source];
    if (!sources.every((item) => isMap(item))) {
      refuse(
        key,
        `malformed YAML: '<<' at ${showPath(path)} must merge mappings; write <<: *name of an anchored mapping`,
      );
    }
  };

  const inspectMap = (map: YAMLMap, path: Path): void => {
    const first = new Map<string, number>();
    for (const pair of map.items) {
      const key = keyText(pair.key);
      const below = [...path, key];
      const isMerge = key === '<<';
      if (isMerge) inspectMerge(pair, below);
      if (isSecretKey(key)) {
        report('CONFIG_SECRET_IN_FILE', pair.key, secret(key, path));
        // Nothing of its value may appear, not even the keys.
        continue;
      }
      const before = first.get(key);
      if (before === undefined) first.set(key, offsetOf(pair.key));
      else if (!isMerge) {
        const where = `first on line ${lines.linePos(before).line}`;
        report(
          'CONFIG_DUPLICATE_KEY',
          pair.key,
          `duplicate key ${showKey(key)} at ${showPath(below)}, ${where}; keep one`,
        );
      }
      inspect(pair.value, below);
    }
  };

  const inspect = (node: unknown, path: Path): void => {
    if (isAlias(node)) inspectAlias(node, path);
    else if (isMap(node)) inspectMap(node, path);
    else if (isSeq(node)) for (const [index, item] of node.items.entries()) inspect(item, [...path, index]);
  };

  inspect(doc.contents, []);
  return { problems, unusable };
};
