// Asserts a refusal by its code, and that docs/faq.md has the message as a heading.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../contract/errors';

const FAQ = path.join(__dirname, '..', '..', 'docs', 'faq.md');

/** Headings of the FAQ as patterns: `…` stands for what differs from case to case. */
function faqHeadings(): { text: string; pattern: RegExp }[] {
  return readFileSync(FAQ, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('### '))
    .map((line) => line.slice(4).trim().replace(/^`|`$/g, ''))
    .map((text) => ({
      text,
      pattern: new RegExp(
        text
          .split('…')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('[\\s\\S]+?'),
      ),
    }));
}

/** True when some heading of the FAQ is this message. */
export function isInFaq(message: string): boolean {
  return faqHeadings().some(({ pattern }) => pattern.test(message));
}

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
  if (process.env.FAQ !== 'off' && !isInFaq(error.message))
    throw new Error(`docs/faq.md has no heading for: ${error.message}`);
  return error.message;
}
