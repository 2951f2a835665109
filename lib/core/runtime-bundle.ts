// What the library reads of its own package: prebuilt Lambda bundles, of which it knows the name only, and its version.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Construct } from 'constructs';
import { ConfigError } from './config-error';

/** Folder of a bundle: `assets/` lies beside `package.json`. */
export function bundlePath(scope: Construct, bundle: string): string {
  const path = join(packageFolder(), 'assets', bundle);
  if (!existsSync(join(path, 'index.js'))) {
    throw new ConfigError('BUNDLE_MISSING', `Lambda bundle '${bundle}' is not built; run 'npm run bundle'`, scope);
  }
  return path;
}

/** The version that a pipeline runs the command of. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version;
}

/** Whether this file runs from `lib/` or from `dist/lib/`. */
function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
