// Runs the CDK CLI of this project as a child process that can be stopped, line by line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = path.join(__dirname, '..');

export interface CdkRun {
  readonly code: number | null;
  /** Everything it printed, standard output and standard error in the order they came. */
  readonly output: string;
}

export interface CdkOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Aborting it ends the CLI and what it started. */
  readonly signal?: AbortSignal;
}

export async function cdk(args: string[], { env, onLine, signal }: CdkOptions): Promise<CdkRun> {
  const cli = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cli, ...args, '--no-notices', '--no-color'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that the app it starts ends with it
  });
  const end = () => child.pid && process.kill(-child.pid, 'SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const [code] = await once(child, 'close');
  signal?.removeEventListener('abort', end);
  return { code, output: lines.join('\n') };
}
