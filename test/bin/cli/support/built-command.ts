// The command as it is published: one file in a folder without node_modules, run as a process of its own.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPython } from '../../../../scripts/find-python.cjs';

const ROOT = path.join(__dirname, '..', '..', '..', '..');
const BUILD = `
  import { build } from 'esbuild';
  import { cliBundleOptions } from './scripts/build.mjs';
  await build({ ...cliBundleOptions, outfile: process.env.OUTFILE });
`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** Interrupted, as by Ctrl-C, as soon as it has printed this on stderr. */
  readonly killAt?: RegExp;
  /** Nobody reads stdout any more as soon as this was in it. */
  readonly closeAt?: RegExp;
  readonly env?: Record<string, string>;
}

export interface BuiltCommand {
  /** All that was ever printed. */
  readonly printed: readonly string[];
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** On a terminal, with answers to what it asks. */
  runOnTerminal(
    args: readonly string[],
    answers: readonly (readonly [regex: string, text: string])[],
    env: Record<string, string>,
  ): Promise<Ended>;
  remove(): void;
}

export async function buildCommand(): Promise<BuiltCommand> {
  const folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-cli-'));
  const file = path.join(folder, 'dist', 'bin', 'exchange-keys.js');
  copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  const built = await start(process.execPath, ['--input-type=module', '-e', BUILD], ROOT, { env: { OUTFILE: file } });
  if (built.code !== 0) throw new Error(built.stderr);
  const printed: string[] = [];
  const startHere = async (command: string, args: readonly string[], options: RunOptions) => {
    const ended = await start(command, args, folder, { ...options, env: { HOME: folder, ...options.env } });
    printed.push(ended.stdout, ended.stderr);
    return ended;
  };
  return {
    printed,
    run: (args, options = {}) => startHere(process.execPath, [file, ...args], options),
    runOnTerminal: (args, answers, env) => {
      const python = findPython();
      if (!python) throw new Error('no Python');
      const helper = path.join(__dirname, 'on_terminal.py');
      // the answers are in the helper's arguments, not in the command's
      const command = [helper, JSON.stringify(answers), process.execPath, file, ...args];
      return startHere(python, command, { env: { ...env, TERM: 'xterm' } });
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function start(
  command: string,
  args: readonly string[],
  cwd: string,
  { input = '', killAt, closeAt, env = {} }: RunOptions,
): Promise<Ended> {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? '', ...env }, timeout: 90_000 });
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout.on('data', (chunk) => {
    stdout.push(String(chunk));
    if (closeAt?.test(stdout.join(''))) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    stderr.push(String(chunk));
    // once: the second signal ends it at once, as everyone expects of a second Ctrl-C
    if (killAt?.test(stderr.join('')) && !child.killed) child.kill('SIGINT');
  });
  child.stdin.on('error', () => undefined); // it may end before it has read
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') }));
  });
}
