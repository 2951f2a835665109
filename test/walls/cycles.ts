// Finds import cycles: between files, and between areas, which are the folders one level below the top.
import { resolveImport, SourceFile } from './imports';
import { within } from './walls';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Where a cycle is an error. */
export const ACYCLIC = ['contract/', 'lib/', 'protocol/', 'runtime/', 'loaders/', 'bin/'];

/** Every cycle among the files, as the way around it: `a.ts → b.ts → a.ts`. What `import type` needs, nobody executes. */
export function fileCycles(files: readonly SourceFile[]): string[] {
  const executed = files.map((source) => ({ ...source, imports: source.imports.filter(({ typeOnly }) => !typeOnly) }));
  return cycles(graphOf(executed, (file) => file));
}

/** Every cycle among the areas: `lib/core → lib/egress → lib/core`, even if no file takes part in one; types count. */
export function areaCycles(files: readonly SourceFile[]): string[] {
  return cycles(graphOf(files, (file) => file.split('/').slice(0, 2).join('/')));
}

function graphOf(files: readonly SourceFile[], nodeOf: (file: string) => string): Graph {
  const known = new Set(files.map(({ file }) => file));
  const graph = new Map<string, Set<string>>();
  for (const { file, imports } of files.filter((source) => within(source.file, ACYCLIC))) {
    const node = nodeOf(file);
    const targets = graph.get(node) ?? new Set();
    graph.set(node, targets);
    for (const { specifier } of imports.filter((item) => item.specifier.startsWith('.'))) {
      const target = nodeOf(resolveImport(file, specifier, known));
      if (target !== node) targets.add(target);
    }
  }
  return graph;
}

function cycles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]) => {
    const start = way.indexOf(node);
    if (start >= 0) found.push([...way.slice(start), node].join(' → '));
    if (start >= 0 || done.has(node)) return;
    for (const target of graph.get(node) ?? []) walk(target, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}
