// The operator's command as a process of its own, against a local AWS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { clientVariables } from '../../../local-aws/start-local-aws';
import { ROOT } from '../../../scripts/cdk-cli';

export interface Finished {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs it to its end; `input` goes through stdin, `more` are environment variables. */
export async function operatorCommand(
  place: { readonly endpoint: string; readonly region: string; readonly environment: string },
  args: readonly string[],
  input?: unknown,
  more: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const { endpoint, region, environment } = place;
  const env = { ...process.env, ...clientVariables(endpoint, region), EXCHANGE_KEYS_ENVIRONMENT: environment, ...more };
  const main = path.join(ROOT, 'bin', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: ROOT, env, timeout: 120_000 });
  let output = '';
  let stdout = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (stream === child.stdout) stdout += text;
    });
  }
  child.stdin.end(typeof input === 'string' ? input : JSON.stringify(input ?? ''));
  const [code] = await once(child, 'close');
  return { code, output, stdout };
}
