// What the loader tells people, each thing once until it changes; a listener that throws harms nobody.
import { harmlessly } from './harmlessly';
import { type LoaderLogger, type LogFields, safely } from './logger';

/** Something that somebody should look at. Never a value of a key. */
export interface LoaderWarning {
  /** Stable, searchable, upper snake case. */
  readonly code: string;
  readonly message: string;
}

export class Notices {
  readonly #log: LoaderLogger;
  readonly #onWarning: ((warning: LoaderWarning) => void) | undefined;
  readonly #told = new Set<string>();

  constructor(logger: LoaderLogger, onWarning?: (warning: LoaderWarning) => void) {
    this.#log = safely(logger);
    this.#onWarning = onWarning;
  }

  info(code: string, message: string, fields: Omit<LogFields, 'code'> = {}): void {
    this.#log.info(message, { ...fields, code });
  }

  warn(code: string, message: string, fields: Omit<LogFields, 'code'> = {}): void {
    this.#log.warn(message, { ...fields, code });
    harmlessly(() => this.#onWarning?.({ code, message }));
  }

  /** Warns, unless the same thing has been told since it was last settled. */
  warnOnce(about: string, code: string, message: string): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.warn(code, message);
  }

  /** Forgets what was told about things that begin so; true if there was any. */
  settle(prefix: string): boolean {
    const settled = [...this.#told].filter((about) => about.startsWith(prefix));
    for (const about of settled) this.#told.delete(about);
    return settled.length > 0;
  }
}
