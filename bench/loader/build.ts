// Builds the loader as the package does, into a folder of its own: what lies in `dist/` may be old. Says how large it is.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, buildSync } from 'esbuild';
import { outFolder } from '../child';

const ROOT = path.join(__dirname, '..', '..');
const PYTHON_PACKAGE = path.join(ROOT, 'loaders', 'python', 'exchange_keys_loader');

export interface Size {
  readonly what: string;
  readonly files: number;
  readonly bytes: number;
  /** All of it in one stream. */
  readonly gzipBytes: number;
}

export interface BuiltLoader {
  readonly file: string;
  readonly sizes: readonly Size[];
  readonly remove: () => void;
}

export async function buildLoader(): Promise<BuiltLoader> {
  // by a variable: the script has no types
  const script = path.join(ROOT, 'scripts', 'build.mjs');
  const { loaderBundleOptions } = (await import(script)) as { readonly loaderBundleOptions: BuildOptions };
  const folder = outFolder();
  const file = path.join(folder, 'loader.cjs');
  buildSync({ ...loaderBundleOptions, absWorkingDir: ROOT, outfile: file });
  const sizes = [
    sizeOf('Node: the loader, without ajv and the AWS SDK', [file]),
    sizeOf('Python: the package', pythonFiles()),
  ];
  return { file, sizes, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function pythonFiles(): string[] {
  return readdirSync(PYTHON_PACKAGE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(py|json|typed)$/.test(name))
    .map((name) => path.join(PYTHON_PACKAGE, name));
}

function sizeOf(what: string, files: readonly string[]): Size {
  const content = Buffer.concat(files.map((file) => readFileSync(file)));
  return { what, files: files.length, bytes: content.length, gzipBytes: gzipSync(content).length };
}
