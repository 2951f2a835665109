// How a test asserts a refusal: the code and the whole message, since the message is a heading of the FAQ.
import { InputError } from '../../contract/errors';

/** What the call refuses with; fails if it refuses nothing or with something that is no `InputError`. */
export function refusalOf(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof InputError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The code it refuses with, or undefined. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
}
