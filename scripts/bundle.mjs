// Bundles every Lambda entry point runtime/<area>/<name>.handler.ts to assets/<name>/index.js, which the package ships.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const SUFFIX = '.handler.ts';

export const handlerEntries = () =>
  readdirSync(path.join(root, 'runtime'), { recursive: true })
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => ({ name: path.basename(file, SUFFIX), entry: path.join('runtime', file) }))
    .sort((a, b) => a.name.localeCompare(b.name));

/** esbuild options of one Lambda bundle; the same input always gives the same bytes, so the asset hash is stable. */
export const bundleOptions = ({ name, entry }) => ({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile: `assets/${name}/index.js`,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  external: ['@aws-sdk/*'], // part of the Lambda runtime
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(path.join(root, 'assets'), { recursive: true, force: true });
  for (const handler of handlerEntries()) {
    const { metafile } = await build(bundleOptions(handler));
    const [[file, { bytes }]] = Object.entries(metafile.outputs);
    console.log(`bundled ${handler.entry} -> ${file} (${(bytes / 1024).toFixed(1)} kB)`);
  }
}
