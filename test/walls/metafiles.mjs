// Builds everything that is shipped from the tree in the working directory, writing nothing, and prints the metafiles.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const absWorkingDir = process.cwd();
const script = (name) => import(pathToFileURL(path.join(absWorkingDir, 'scripts', name)).href);
const { bundleOptions, handlerEntries } = await script('bundle.mjs');
const SUFFIX = 'BundleOptions';

/** What jsii compiles is not bundled; bundling it all the same shows what it reaches. */
const reach = { bundle: true, packages: 'external', platform: 'node', outdir: 'out', logLevel: 'silent' };

const bundles = [
  ...handlerEntries().map((handler) => ({ kind: 'lambda', name: handler.name, options: bundleOptions(handler) })),
  ...Object.entries(await script('build.mjs'))
    .filter(([name]) => name.endsWith(SUFFIX))
    .map(([name, options]) => ({ kind: name.slice(0, -SUFFIX.length), name: options.outfile, options })),
  { kind: 'library', name: 'lib/index.ts', options: { ...reach, entryPoints: ['lib/index.ts'] } },
  { kind: 'contract', name: 'contract/', options: { ...reach, entryPoints: ['contract/**/*.ts'] } },
];

const built = [];
for (const { kind, name, options } of bundles) {
  const { metafile } = await build({ ...options, absWorkingDir, metafile: true, write: false });
  built.push({ kind, name, metafile });
}
process.stdout.write(JSON.stringify(built));
