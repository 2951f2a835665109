// Runs the `exchange-keys` command as an operator would, against the local AWS of a tour.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { clientVariables } from '../local-aws/start-local-aws';
import { ROOT } from './cdk-cli';
import type { Tour } from './keys-tour';

/** What it printed; a key goes through stdin only. */
export async function command({ endpoint, config, signal }: Tour, args: string[], input?: object): Promise<string> {
  const region = config.ring?.homeRegion as string;
  const env = { ...process.env, ...clientVariables(endpoint, region), EXCHANGE_KEYS_ENVIRONMENT: config.environment };
  const cli = ['--import', 'tsx', path.join(ROOT, 'bin', 'cli', 'main.ts'), ...args];
  const child = spawn(process.execPath, cli, { cwd: ROOT, env, signal, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.end(input ? JSON.stringify(input) : '');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`exchange-keys ${args.join(' ')} exited with ${code}:\n${output.stderr}`);
  return output.stdout;
}
