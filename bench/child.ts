// Bundles the worker and runs jobs in child processes of plain Node, without tsx in the way.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Job } from './worker';

/** Inside the repository: the library looks for its Lambda bundles in the folder of package.json. */
const OUT = path.join(__dirname, '..', 'out');
const NODE_MODULES = path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), '..');

export type Run = <R>(job: Job) => R;

/** Runs the action with a function that runs jobs of synthesis; the bundle is gone afterwards. */
export function withWorker<T>(action: (run: Run) => T): T {
  const { file, remove } = bundleWorker('worker.ts');
  try {
    return action((job) => runJob(file, job));
  } finally {
    remove();
  }
}

/** A worker in `bench/` as one file; what it takes from `childEnvironment` stays outside. */
export function bundleWorker(entry: string): { readonly file: string; readonly remove: () => void } {
  const folder = outFolder();
  const file = path.join(folder, 'worker.cjs');
  buildSync({
    entryPoints: [path.join(__dirname, entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs', '@aws-sdk/*'],
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function outFolder(): string {
  mkdirSync(OUT, { recursive: true });
  return mkdtempSync(path.join(OUT, 'bench-worker-'));
}

/** A plain environment in which a bundle finds CDK and the AWS SDK. */
export const childEnvironment = (): NodeJS.ProcessEnv => ({ ...environmentWithoutCdk(), NODE_PATH: NODE_MODULES });

function runJob<R>(bundle: string, job: Job): R {
  const stdout = execFileSync(process.execPath, ['--expose-gc', bundle, JSON.stringify(job)], {
    env: { ...childEnvironment(), CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

/** What the CDK CLI or a debugging session left in the environment would change what is measured. */
function environmentWithoutCdk(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(CDK_|NODE_OPTIONS$)/.test(name));
  return Object.fromEntries(kept);
}
