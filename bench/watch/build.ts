// Builds the functions of the watch as the package does, into a folder of their own: what lies in `assets/` may be old.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, buildSync } from 'esbuild';
import { outFolder } from '../child';

export const FUNCTIONS = ['detector', 'notifier', 'heartbeat'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Built {
  readonly name: FunctionName;
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

interface Handler {
  readonly name: string;
}

interface BundleScript {
  handlerEntries(): Handler[];
  bundleOptions(handler: Handler): BuildOptions;
}

export async function buildFunctions(): Promise<{ readonly built: Built[]; readonly remove: () => void }> {
  // by a variable: the script has no types
  const script = path.join(__dirname, '..', '..', 'scripts', 'bundle.mjs');
  const { handlerEntries, bundleOptions } = (await import(script)) as BundleScript;
  const folder = outFolder();
  const built = FUNCTIONS.map((name) => {
    const handler = handlerEntries().find((entry) => entry.name === name) as Handler;
    const outfile = path.join(folder, name, 'index.js');
    buildSync({ ...bundleOptions(handler), outfile });
    const code = readFileSync(outfile);
    return { name, file: outfile, bytes: code.length, gzipBytes: gzipSync(code).length };
  });
  return { built, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
