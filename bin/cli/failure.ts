// Why the command ended without doing what it was asked for: a code to search for, a message for people, an exit code.
import { InputError } from '../../contract/errors';
import { EXIT, type ExitCode } from './exit-codes';

export interface FailureOptions {
  /** @default 1 */
  readonly exitCode?: ExitCode;
  /** Name AWS gave its error, `ResourceNotFoundException`. */
  readonly awsError?: string;
}

export class Failure extends InputError {
  public readonly exitCode: ExitCode;
  public readonly awsError?: string;

  constructor(code: string, message: string, { exitCode = EXIT.failed, awsError }: FailureOptions = {}) {
    super(code, message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.awsError = awsError;
  }
}

/** What is refused in the arguments is wrong usage. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Failure(error.code, error.message, { exitCode: EXIT.usage });
  }
}

/** Ended by Ctrl-C or a signal. */
export class Interrupted extends Error {}
