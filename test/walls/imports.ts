// Reads what every source file of a tree imports, types included, and which globals it uses.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

export interface Import {
  /** The module as it is written. */
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the root of the tree, with slashes. */
  readonly file: string;
  readonly imports: readonly Import[];
  /** Globals as they are used: `Date.now`, `fetch`, `new Date()`. */
  readonly uses: readonly string[];
}

/** Stands for a module whose name is put together when the line runs; no wall lets it in. */
export const COMPUTED = '(computed)';

const SOURCE = /\.[cm]?[jt]sx?$/;
const NOT_OURS = ['node_modules', 'dist', 'out', 'assets', 'cdk.out', 'coverage', '__pycache__'];

/** Every source file below the root that is not installed, generated or hidden. */
export function readSources(root: string): SourceFile[] {
  return listSources(root, '').map((file) => ({ file, ...readSource(readFileSync(path.join(root, file), 'utf8')) }));
}

function listSources(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !NOT_OURS.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return listSources(root, file);
      return entry.isFile() && SOURCE.test(file) ? [file] : [];
    });
}

/** Imports and uses of one source text. */
export function readSource(text: string): Omit<SourceFile, 'file'> {
  const imports: Import[] = [];
  const uses: string[] = [];
  visit(parseSync(text, { syntax: 'typescript', target: 'es2022', decorators: true }), (node) => {
    const found = importOf(node);
    if (found) imports.push(found);
    const use = useOf(node);
    if (use) uses.push(use);
  });
  return { imports, uses };
}

// biome-ignore lint/suspicious/noExplicitAny: nodes of every kind are visited, and read by their shape.
type Node = any;

function visit(node: Node, look: (node: Node) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.type === 'string') look(node);
  for (const child of Object.values(node)) visit(child, look);
}

function importOf(node: Node): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const names: Node[] = node.specifiers ?? [];
      const typeOnly = node.typeOnly || (names.length > 0 && names.every((name) => name.isTypeOnly));
      return node.source ? { specifier: node.source.value, typeOnly } : undefined;
    }
    case 'TsExternalModuleReference':
      return { specifier: node.expression.value, typeOnly: false };
    case 'TsImportType':
      return { specifier: node.argument.value, typeOnly: true };
    case 'CallExpression': {
      const loads = node.callee.type === 'Import' || /^require(\.resolve)?$/.test(dotted(node.callee) ?? '');
      const argument = node.arguments[0]?.expression;
      if (!loads) return undefined;
      return { specifier: argument?.type === 'StringLiteral' ? argument.value : COMPUTED, typeOnly: false };
    }
  }
  return undefined;
}

function useOf(node: Node): string | undefined {
  if (node.type === 'MemberExpression') return dotted(node);
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier') return node.callee.value;
  if (node.type !== 'NewExpression') return undefined;
  const name = dotted(node.callee);
  return name === 'Date' ? `new Date(${node.arguments?.length ? '…' : ''})` : name && `new ${name}`;
}

/** `a.b` for a member of a name, the name for a name; `globalThis.a` is `a`. */
function dotted(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.value;
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return undefined;
  const object = dotted(node.object);
  return object && (object === 'globalThis' ? node.property.value : `${object}.${node.property.value}`);
}

/** The file of ours that a relative import means; the bare path when there is no such source file. */
export function resolveImport(from: string, specifier: string, known: ReadonlySet<string>): string {
  const target = path.posix.join(path.posix.dirname(from), specifier).replace(/\/$/, '');
  const stem = target.replace(/\.[cm]?js$/, '');
  const candidates = [target, ...['.ts', '.mts', '.cts', '.d.cts', '.js', '/index.ts'].map((end) => stem + end)];
  return candidates.find((candidate) => known.has(candidate)) ?? target;
}

/** `aws-cdk-lib` of `aws-cdk-lib/aws-ec2`, `@scope/name` of `@scope/name/file`. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
