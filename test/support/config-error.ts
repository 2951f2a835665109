// Asserts a refusal by its code, and that docs/faq.md has the message as a heading under that code.
import { InputError } from '../../contract/errors';
import { isInFaq } from './faq';

/** Runs the action, which must be refused with that code; returns the message for finer assertions. */
export function refusal(code: string, action: () => unknown): string {
  let error: unknown;
  try {
    action();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Error(`expected a refusal with ${code}, but nothing was thrown`);
  if (!(error instanceof Error)) throw new Error(`expected an Error, got ${String(error)}`);
  const given = error instanceof InputError ? error.code : /\[([A-Z0-9_]+)\]/.exec(error.message)?.[1];
  if (given !== code) throw new Error(`expected a refusal with ${code}, got ${given ?? 'none'}: ${error.message}`);
  if (!isInFaq(error.message, code)) throw new Error(`docs/faq.md has no heading for: ${error.message}`);
  return error.message;
}
