// How the library refuses an input at synth: a code to search for, a message that says what to change, and where.
import { IConstruct } from 'constructs';
import { InputError } from '../../contract/errors';

/** Thrown at once for input that is wrong by itself; `node.addValidation` is for what only the end of synth can tell. */
export class ConfigError extends InputError {
  constructor(
    code: string,
    private readonly problem: string,
    /** The construct that got the input; its path ends the message. */
    public readonly scope: IConstruct,
    /** Id of what could not be made in it. */
    child?: string,
  ) {
    const place = [scope.node.path, child].filter(Boolean).join('/');
    super(code, `${problem} (at ${place || 'the app'}) [${code}]`);
    this.name = 'ConfigError';
  }

  /** The same about a child of the construct that was refused before it was made. */
  public of(child: string): ConfigError {
    return new ConfigError(this.code, this.problem, this.scope, child);
  }
}

/** Runs a pure check of `contract/` and turns its refusal into a `ConfigError` that names the prop and the construct. */
export function checked<T>(scope: IConstruct, prop: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof InputError && !(error instanceof ConfigError)) {
      throw new ConfigError(error.code, `'${prop}': ${error.message}`, scope);
    }
    throw error;
  }
}

/** A refusal for `node.addValidation`, in the same form. */
export function finding(code: string, message: string): string {
  return `${message} [${code}]`;
}
