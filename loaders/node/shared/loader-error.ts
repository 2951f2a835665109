// The one error of the loader: a stable code to search for, and a message that names sources and settings and never a value of a key.
import { InputError } from '../../../contract/errors';

/**
 * Why the loader refuses. `message` says what is wrong and what to change; `code` is stable and a heading's code in docs/faq.md.
 * There is no `cause`: errors of JSON.parse and of HTTP clients quote what they were given.
 */
export class LoaderError extends Error {
  constructor(
    /** Stable, searchable, upper snake case, e.g. `CREDENTIALS_MISSING`. */
    public readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'LoaderError';
  }
}

/** Runs a rule of the contract; what it refuses is told with the source in front. */
export function refusedAs<T>(source: string, rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (error instanceof InputError) throw new LoaderError(error.code, `${source}: ${error.message}`);
    throw error;
  }
}
