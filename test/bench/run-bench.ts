// Runs a command of bench/ as a user does.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

export function bench(command: string, ...args: string[]) {
  const parameters = ['--import', 'tsx', `bench/${command}.ts`, ...args];
  return spawnSync(process.execPath, parameters, { cwd: ROOT, encoding: 'utf8', timeout: 120_000 });
}

/** What it measured; throws what it said when it failed. */
export function measured<T>(command: string, ...args: string[]): T {
  const { status, stdout, stderr } = bench(command, '--json', ...args);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
