// Starts the loopback exchange in a process of its own and hands out its URLs and its control.
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { RemoteControl } from './control';
import { remoteControl } from './control-over-http';
import { ExchangeOptions } from './loopback-exchange';

export interface ExchangeProcess {
  readonly url: string;
  readonly controlUrl: string;
  readonly control: RemoteControl;
  readonly pid: number;
  /** Resolves with the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = path.join(__dirname, '..', '..', '..');

/** Ends its stdin and waits; kills it when that does not help. */
async function stop(child: ChildProcess, timeoutMs: number): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  child.stdin?.end();
  const [code] = await exited;
  clearTimeout(timer);
  return code;
}

export async function startExchangeProcess(
  options: Omit<ExchangeOptions, 'now' | 'onRequest'> = {},
  timeoutMs = 20_000,
): Promise<ExchangeProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'main.ts')], { cwd: ROOT });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // A process that ends at once is reported by its exit, not by the pipe that broke.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const line = once(createInterface({ input: child.stdout }), 'line', { signal });
    const exit = once(child, 'close', { signal }).then(([code]) => {
      throw new Error(`the loopback exchange ended with ${code}: ${errors.trim()}`);
    });
    const [text] = await Promise.race([line, exit]);
    const { url, controlUrl } = JSON.parse(text) as { url: string; controlUrl: string };
    const control = remoteControl(controlUrl);
    return { url, controlUrl, control, pid: child.pid ?? 0, stop: () => stop(child, timeoutMs) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
