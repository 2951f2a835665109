// Runs the workers: plain Node with a bundle, Python with its scripts. The last line that one prints is its result.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleWorker, childEnvironment } from '../child';
import { runNode } from '../watch/child';

const execute = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..');
const PATIENCE_MS = 600_000;

/** Bundles the worker, runs the job in so many processes, one after the other. */
export async function inNode<R>(
  worker: string,
  job: object,
  children: number,
  variables: NodeJS.ProcessEnv = {},
): Promise<R[]> {
  const { file, remove } = bundleWorker(`loader/${worker}.ts`);
  try {
    const answers: R[] = [];
    for (let child = 0; child < children; child++)
      answers.push(await runNode<R>([file, JSON.stringify(job)], variables));
    return answers;
  } finally {
    remove();
  }
}

/** A script of `python/`, with the package of the repository. */
export async function runPython<R>(
  python: string,
  script: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<R> {
  const { stdout } = await execute(python, [path.join(__dirname, 'python', `${script}.py`), ...args], {
    env: {
      ...childEnvironment(),
      PYTHONPATH: path.join(ROOT, 'loaders', 'python'),
      PYTHONDONTWRITEBYTECODE: '',
      ...variables,
    },
    maxBuffer: 64 * 1024 * 1024,
    timeout: PATIENCE_MS,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}

export async function inPython<R>(
  python: string,
  script: string,
  job: object,
  children: number,
  variables: NodeJS.ProcessEnv = {},
): Promise<R[]> {
  const answers: R[] = [];
  for (let child = 0; child < children; child++) {
    answers.push(await runPython<R>(python, script, [JSON.stringify(job)], variables));
  }
  return answers;
}
