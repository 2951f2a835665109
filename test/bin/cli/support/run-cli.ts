// Runs the command in this process with streams, clock and clients of the test's own, and keeps everything it prints.
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as realConnect } from '../../../../bin/cli/aws/clients';
import type { Context } from '../../../../bin/cli/context';
import { Interrupted } from '../../../../bin/cli/failure';
import { run } from '../../../../bin/cli/run';

export interface CliOptions {
  readonly stdin?: string;
  /** Stdin and stderr are terminals; what `answer` gives after each output is typed. */
  readonly answer?: (printed: string) => string | undefined;
  /** Only stdin is a terminal. */
  readonly terminalStdin?: boolean;
  readonly env?: Record<string, string>;
  readonly connect?: Context['connect'];
  readonly now?: Date;
  /** Interrupts as soon as this has been printed. */
  readonly interruptAt?: RegExp;
  readonly onSleep?: (milliseconds: number) => Promise<void> | void;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that was ever printed in this test file: to be searched for key material. */
export const everythingPrinted: string[] = [];

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const interrupt = new AbortController();
  const stdin = new PassThrough();
  const out = recorder(() => undefined);
  const err = recorder((printed) => {
    if (options.interruptAt?.test(printed)) interrupt.abort();
    const typed = options.answer?.(printed);
    if (typed !== undefined) setTimeout(() => stdin.write(typed), 5);
  });
  const terminal = options.answer !== undefined;
  Object.assign(stdin, { isTTY: terminal || options.terminalStdin === true });
  Object.assign(err.stream, { isTTY: terminal });
  if (!terminal) stdin.end(options.stdin ?? '');
  // a wait of the command lasts a moment here and its whole length on the command's own clock
  let slept = 0;
  const started = Date.now();
  const context: Context = {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    env: { NO_COLOR: '1', ...options.env },
    version: '1.2.3',
    signal: interrupt.signal,
    now: () => new Date((options.now?.getTime() ?? Date.now()) + (options.now ? Date.now() - started : 0) + slept),
    sleep: async (milliseconds, limit) => {
      const stop = () => {
        throw new Interrupted('interrupted');
      };
      if (limit) return wait(milliseconds, undefined, { signal: interrupt.signal, ref: false }).catch(stop);
      await options.onSleep?.(milliseconds);
      await wait(50, undefined, { signal: interrupt.signal }).catch(stop);
      slept += milliseconds;
    },
    newId: randomUUID,
    connect: options.connect ?? realConnect,
  };
  const code = await run(args, context);
  everythingPrinted.push(out.text(), err.text());
  return { code, stdout: out.text(), stderr: err.text() };
}

function recorder(onPrint: (printed: string) => void) {
  const chunks: string[] = [];
  const stream = new PassThrough();
  // like the process's own streams, it outlives whoever is piped into it
  stream.end = () => stream;
  stream.on('data', (chunk) => {
    chunks.push(String(chunk));
    onPrint(String(chunk));
  });
  return { stream, text: () => chunks.join('') };
}
