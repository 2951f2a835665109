// What the loader has to say to people: one JSON line on stderr, or the logger of the workload.

import { harmlessly } from './harmlessly';
import { writeLine } from './write-line';

/** Facts beside a message. Never a value of a key. */
export interface LogFields {
  /** Stable, searchable, upper snake case. */
  readonly code: string;
  readonly [field: string]: string | number;
}

/** Fits `console` and the logger of AWS Lambda Powertools. What it throws or rejects with is ignored. */
export interface LoaderLogger {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
}

const write = (level: string) => (message: string, fields: LogFields) => {
  writeLine(process.stderr, JSON.stringify({ level, message, ...fields }));
};

/** `{"level":"warn","message":…,"code":…}` on stderr, one line each. */
export const STDERR_LOGGER: LoaderLogger = { info: write('info'), warn: write('warn') };

/** A logger that harms nobody when it throws. */
export function safely(logger: LoaderLogger): LoaderLogger {
  const guarded = (log: LoaderLogger['warn']) => (message: string, fields: LogFields) => {
    harmlessly(() => log.call(logger, message, fields));
  };
  return { info: guarded(logger.info), warn: guarded(logger.warn) };
}
