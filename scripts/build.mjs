// Builds what is published: Lambda bundles, the jsii assembly of lib/ and contract/, the app, the command and the loader as one file each.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const run = (...args) => {
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] },
  });
  if (status !== 0) process.exit(status ?? 1);
};

/** JSII5018: 'lock' is a word of C#, where the property is called 'Lock'. */
const SILENCED = ['JSII6', 'JSII5018'];

/** The users of the app have aws-cdk-lib and constructs; everything else it needs travels with it. */
export const appBundleOptions = {
  entryPoints: ['bin/app.ts'],
  outfile: 'dist/bin/app.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['aws-cdk-lib', 'constructs'],
  legalComments: 'eof',
  charset: 'utf8',
  metafile: true,
};

/** The command has no peers: whoever installs the package can run it, so the AWS SDK travels with it. */
export const cliBundleOptions = {
  ...appBundleOptions,
  entryPoints: ['bin/cli/main.ts'],
  outfile: 'dist/bin/exchange-keys.js',
  external: [],
  // modules can be taken apart: without this, all of EC2 would travel, too
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
};

/** What workloads load: no CDK in it. The SDK is the workload's, needed only for a key in Secrets Manager; ajv comes with the package. */
export const loaderBundleOptions = {
  ...appBundleOptions,
  entryPoints: ['loaders/node/index.ts'],
  outfile: 'dist/loaders/node/index.js',
  external: ['@aws-sdk/*', 'ajv'],
};

/** Types of the loader, and of what they refer to; the rest of them jsii has written. */
function writeLoaderTypes() {
  const folder = 'out/loader-types';
  rmSync(folder, { recursive: true, force: true });
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.loader.json', '--outDir', folder);
  for (const part of ['loaders', 'protocol']) cpSync(`${folder}/${part}`, `dist/${part}`, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync('dist', { recursive: true, force: true });
  run('scripts/bundle.mjs');
  run('node_modules/jsii/bin/jsii', '--tsconfig', 'tsconfig.lib.json', '--silence-warnings', ...SILENCED);
  for (const options of [appBundleOptions, cliBundleOptions]) {
    await build(options);
    chmodSync(options.outfile, 0o755);
  }
  await build(loaderBundleOptions);
  writeLoaderTypes();
}
