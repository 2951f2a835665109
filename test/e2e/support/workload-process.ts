// One process of a workload: a bot in Node or Python with its loader, started as a platform would, told what to do, and listened to.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buildSync } from 'esbuild';
import { ROOT } from '../../../scripts/cdk-cli';
import { ensurePython } from '../../../scripts/find-python.cjs';
import { until } from './until';

export const LANGUAGES = ['node', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What the bot tells on its third descriptor. */
export type BotEvent =
  | { readonly event: 'ready'; readonly version: string; readonly source: string }
  | { readonly event: 'rotated'; readonly from: string; readonly to: string }
  | { readonly event: 'resting'; readonly version: string }
  | { readonly event: 'shown' }
  | Answer;

export interface Answer {
  readonly event: 'answer';
  /** `GET /v1/positions` */
  readonly what: string;
  readonly outcome: string;
  readonly exchangeCode?: string | null;
  /** Of an error that was thrown. */
  readonly code?: string;
  readonly message?: string;
}

const APPS = path.join(ROOT, 'test', 'e2e', 'apps');

/** Starts bots; the one in Node is bundled once, as users bundle theirs. */
export class Bots {
  public readonly all: Bot[] = [];
  private readonly bundle: string;
  private readonly python = ensurePython();

  constructor(folder: string) {
    this.bundle = path.join(folder, 'trading-bot.js');
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: [path.join(APPS, 'trading-bot.ts')],
      outfile: this.bundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'error',
    });
  }

  /** @param environment all of it, but for what any process needs to be found and run */
  public start(language: Language, environment: NodeJS.ProcessEnv): Bot {
    const { PATH, HOME } = process.env;
    const [command, args, own] =
      language === 'node'
        ? [process.execPath, ['--require', path.join(APPS, 'placed.cjs'), this.bundle], {}]
        : [
            this.python,
            ['-m', 'trading_bot'],
            { PYTHONPATH: [path.join(ROOT, 'loaders', 'python'), APPS].join(path.delimiter) },
          ];
    const env = { PATH, HOME, PYTHONDONTWRITEBYTECODE: '1', ...own, ...environment };
    const bot = new Bot(language, spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] }));
    this.all.push(bot);
    return bot;
  }

  /** Everything that any of them ever printed, by stream. */
  public printed(): string[] {
    return this.all.flatMap(({ stdout, stderr }) => [...stdout, ...stderr]);
  }

  public async stop(): Promise<void> {
    for (const bot of this.all) await bot.kill();
  }
}

export class Bot {
  public readonly stdout: string[] = [];
  public readonly stderr: string[] = [];
  public readonly events: BotEvent[] = [];
  /** Exit code, or signal, when it has ended. */
  public ended: number | string | undefined;

  constructor(
    public readonly language: Language,
    private readonly child: ChildProcess,
  ) {
    const listen = (stream: unknown, take: (line: string) => void) =>
      createInterface({ input: stream as Readable }).on('line', take);
    listen(child.stdout, (line) => this.stdout.push(line));
    listen(child.stderr, (line) => this.stderr.push(line));
    listen(child.stdio[3], (line) => this.events.push(JSON.parse(line)));
    child.stdin?.on('error', () => undefined); // it may be gone
    child.once('close', (code, signal) => {
      this.ended = code ?? signal ?? 'unknown';
    });
  }

  public get answers(): Answer[] {
    return this.events.filter((one): one is Answer => one.event === 'answer');
  }

  /** Answers other than success. */
  public get failures(): Answer[] {
    return this.answers.filter(({ outcome }) => outcome !== 'ok');
  }

  /** The version it began with, then each it took over. */
  public get versions(): string[] {
    return this.events.flatMap((one) =>
      one.event === 'ready' ? [one.version] : one.event === 'rotated' ? [one.to] : [],
    );
  }

  public tell(command: { readonly do: string; readonly [more: string]: unknown }): void {
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  public async ready(): Promise<this> {
    await this.until('ready', () => this.events.some(({ event }) => event === 'ready'));
    return this;
  }

  public async trading(): Promise<this> {
    await this.ready();
    this.tell({ do: 'trade' });
    await this.some(1);
    return this;
  }

  /** Waits until it has got so many more answers. */
  public async some(more: number): Promise<void> {
    const wanted = this.answers.length + more;
    await this.until(`${more} more answers`, () => this.answers.length >= wanted);
  }

  /** Asks for one request, and gives its answer. */
  public async call(method: string, path: string, body?: object): Promise<Answer> {
    const before = this.answers.length;
    this.tell({ do: 'call', method, path, ...(body && { body }) });
    await this.until(`an answer to ${method} ${path}`, () => this.answers.length > before);
    return this.answers[before];
  }

  /** It has sent its last request, and counted its answer. */
  public async rest(): Promise<void> {
    this.tell({ do: 'rest' });
    await this.until('rest', () => this.events.at(-1)?.event === 'resting');
  }

  public async show(): Promise<void> {
    this.tell({ do: 'show' });
    await this.until('what it shows', () => this.events.some(({ event }) => event === 'shown'));
  }

  /** Waits for one more line on stderr with the code. */
  public async says(code: string, seconds = 60): Promise<void> {
    const lines = () => this.stderr.filter((line) => line.includes(`"${code}"`)).length;
    const before = lines();
    await this.until(code, () => lines() > before, seconds);
  }

  public async takesOver(version: string, seconds = 30): Promise<void> {
    await this.until(`version ${version}`, () => this.versions.at(-1) === version, seconds);
  }

  /** Ends it in an orderly way, and gives its exit code. */
  public async stop(): Promise<number | string> {
    this.tell({ do: 'stop' });
    return this.end();
  }

  /** Waits for its end. */
  public async end(seconds = 30): Promise<number | string> {
    await until(`${this} ends`, async () => this.ended !== undefined, seconds);
    return this.ended as number | string;
  }

  /** SIGKILL, in whatever it does. */
  public async kill(): Promise<void> {
    if (this.ended !== undefined) return;
    this.child.kill('SIGKILL');
    await this.end();
  }

  public toString(): string {
    return `${this.language} bot ${this.child.pid}`;
  }

  private until(what: string, is: () => boolean, seconds = 30): Promise<true> {
    return until(`${this}: ${what}`, async () => is() || this.refuseToBeDead(what, is), seconds).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${this.stderr.slice(-20).join('\n')}`);
      },
    );
  }

  private refuseToBeDead(what: string, is: () => boolean): false {
    if (this.ended === undefined || is()) return false;
    throw new Error(`${this} ended with ${this.ended} before: ${what}\n${this.stderr.slice(-20).join('\n')}`);
  }
}
