// One read of the source that surely ends: a source that never answers is one that cannot be reached.
import { errorName } from '../shared/error-name';
import { LoaderError } from '../shared/loader-error';
import type { Timers } from '../shared/time';
import type { HeldKey } from './held-key';
import { type KeyReader, Unreachable } from './key-source';

/** Longest read: what the SDK needs for its attempts, and some. */
export const LONGEST_READ_MS = 20_000;

export interface ReadLimits {
  readonly timers: Timers;
  readonly milliseconds: number;
  /** Whether the process must wait for it. */
  readonly keepsAlive: boolean;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** @throws LoaderError; `Unreachable` when the time is up. */
export async function boundedRead(source: KeyReader, limits: ReadLimits): Promise<HeldKey> {
  const { timers, milliseconds, keepsAlive, signal } = limits;
  const abort = new AbortController();
  let end = (_problem: string) => {};
  const ended = new Promise<never>((_, reject) => {
    end = (problem) => {
      reject(new Unreachable(codeOf(source), `${source.label}: ${problem}; check the network of the workload`));
      abort.abort();
    };
  });
  const onAbort = () => end('the read was ended');
  signal?.addEventListener('abort', onAbort);
  const timer = timers.setTimeout(() => end(`no answer within ${milliseconds / 1_000} s`), milliseconds);
  if (!keepsAlive) timer.unref?.();
  try {
    return await Promise.race([source.read(abort.signal), ended]);
  } catch (error) {
    throw error instanceof LoaderError ? error : unforeseen(source, error);
  } finally {
    timers.clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function codeOf({ kind }: KeyReader): string {
  return kind === 'file' ? 'SECRET_FILE_UNREADABLE' : 'SECRET_UNREADABLE';
}

/** An error that nobody foresaw, by its name only. */
function unforeseen(source: KeyReader, error: unknown): LoaderError {
  return new LoaderError(
    codeOf(source),
    `${source.label}: it cannot be read (${errorName(error)}); report this if it stays`,
  );
}
