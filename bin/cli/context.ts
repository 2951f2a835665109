// Everything of the outside world that the command touches, in one place, so that tests can put their own there.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Connect, connect } from './aws/clients';
import { Interrupted } from './failure';

/** A stream that may be a terminal. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
export type Sink = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface Context {
  readonly stdin: Input;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Aborted by Ctrl-C and by a request to end. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Ends early, with `Interrupted`, when the signal is aborted. `limit`: it bounds something else, and keeps no process alive. */
  readonly sleep: (milliseconds: number, limit?: 'limit') => Promise<void>;
  /** Version ids of what is written. */
  readonly newId: () => string;
  readonly connect: Connect;
}

/** The real world. */
export function realContext(version: string, signal: AbortSignal): Context {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    version,
    signal,
    now: () => new Date(),
    sleep: (milliseconds, limit) =>
      wait(milliseconds, undefined, { signal, ref: limit === undefined }).catch(() => {
        throw new Interrupted('interrupted');
      }),
    newId: randomUUID,
    connect,
  };
}
