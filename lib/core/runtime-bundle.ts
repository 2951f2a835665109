// Finds a prebuilt Lambda bundle: all that the library knows of the code in `runtime/` is its name.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Construct } from 'constructs';
import { ConfigError } from './config-error';

/** Folder of a bundle. `assets/` lies beside `package.json`, whether this file runs from `lib/` or from `dist/lib/`. */
export function bundlePath(scope: Construct, bundle: string): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const path = join(folder, 'assets', bundle);
  if (!existsSync(join(path, 'index.js'))) {
    throw new ConfigError('BUNDLE_MISSING', `Lambda bundle '${bundle}' is not built; run 'npm run bundle'`, scope);
  }
  return path;
}
