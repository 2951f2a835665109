// Builds what is published: Lambda bundles, the jsii assembly of lib/ and contract/, the app and the command as one file each.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
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

if (process.argv[1]?.endsWith('build.mjs')) {
  rmSync('dist', { recursive: true, force: true });
  run('scripts/bundle.mjs');
  run('node_modules/jsii/bin/jsii', '--tsconfig', 'tsconfig.lib.json', '--silence-warnings', ...SILENCED);
  for (const options of [appBundleOptions, cliBundleOptions]) {
    await build(options);
    chmodSync(options.outfile, 0o755);
  }
}
