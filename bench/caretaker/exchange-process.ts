// The loopback exchange as a process of its own, started and controlled from outside: test/ is not imported from here.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.join(__dirname, '..', '..');
const PATIENCE_MS = 60_000;

/** What a person enters in the exchange's pages. */
export interface HandMade {
  readonly account: string;
  readonly label: string;
  readonly permissions: readonly string[];
  readonly ips: readonly string[];
}

export interface Issued {
  readonly id: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export class ExchangeProcess {
  public static async start(subAccounts: readonly string[]): Promise<ExchangeProcess> {
    const main = path.join(ROOT, 'test', 'support', 'exchange', 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined); // an exit says more
    child.stdin.write(`${JSON.stringify({ subAccounts })}\n`);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const started = once(createInterface({ input: child.stdout }), 'line', { signal });
    const ended = once(child, 'close', { signal }).then(([code]) => {
      throw new Error(`the loopback exchange ended with ${code}`);
    });
    try {
      const [line] = await Promise.race([started, ended]);
      const { url, controlUrl } = JSON.parse(line);
      return new ExchangeProcess(child, url, controlUrl);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      ended.catch(() => undefined);
    }
  }

  private constructor(
    private readonly child: ChildProcess,
    public readonly url: string,
    private readonly controlUrl: string,
  ) {}

  public createKeyByHand(key: HandMade): Promise<Issued> {
    return this.control('createKeyByHand', key);
  }

  /** Ids of the keys that somebody could use. */
  public async liveKeys(): Promise<string[]> {
    return (await this.control<Issued[]>('liveKeys')).map(({ id }) => id);
  }

  /** Requests by operation since the last call of this. */
  public async requests(): Promise<Record<string, number>> {
    const counters = await this.control<Record<string, { total: number }>>('counters');
    await this.control('clearJournal');
    return Object.fromEntries(Object.entries(counters).map(([operation, { total }]) => [operation, total]));
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }

  private async control<T>(method: string, ...parameters: unknown[]): Promise<T> {
    const response = await fetch(`${this.controlUrl}/${method}`, {
      method: 'POST',
      body: JSON.stringify(parameters),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { result, error } = (await response.json()) as { result: T; error?: string };
    if (!response.ok) throw new Error(`the exchange's control answered: ${error}`);
    return result;
  }
}
