// Questions to a person at a terminal; without one, nothing irreversible is done unless --yes says so.
import { confirm as confirmPrompt, password } from '@inquirer/prompts';
import type { Context } from './context';
import { EXIT } from './exit-codes';
import { Failure, Interrupted } from './failure';

/** True when a person can be asked: questions appear on stderr, so that stdout may go into a file. */
export function canAsk({ stdin, stderr }: Context): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

export interface Confirmation {
  /** What the command was asked not to ask. */
  readonly yes: boolean;
  /** What will happen, as a question. */
  readonly question: string;
  /** What was to be done, for the refusal: `rotating 'prod-trader-bot-a'`. */
  readonly what: string;
}

/** @throws Failure `CONFIRMATION_IMPOSSIBLE`: there is nobody to ask, and no --yes. */
export function requireConfirmable(context: Context, { yes, what }: Omit<Confirmation, 'question'>): void {
  if (yes || canAsk(context)) return;
  throw new Failure(
    'CONFIRMATION_IMPOSSIBLE',
    `${what} has to be confirmed, and there is no terminal to ask on; add --yes if it is meant`,
    { exitCode: EXIT.notConfirmed },
  );
}

/** @throws Failure `NOT_CONFIRMED`, `CONFIRMATION_IMPOSSIBLE`. */
export async function confirm(context: Context, confirmation: Confirmation): Promise<void> {
  requireConfirmable(context, confirmation);
  const { yes, question, what } = confirmation;
  if (yes) return;
  const agreed = await asking(context, (streams) => confirmPrompt({ message: question, default: false }, streams));
  if (!agreed) throw new Failure('NOT_CONFIRMED', `${what} was not confirmed`, { exitCode: EXIT.notConfirmed });
}

/** Text that does not appear on the screen; `check` gives what is wrong with it, never the text itself. */
export function askHidden(
  context: Context,
  message: string,
  check: (text: string) => string | undefined,
): Promise<string> {
  const validate = (text: string) => check(text) ?? true;
  return asking(context, (streams) => password({ message, mask: false, validate }, streams));
}

type Streams = Parameters<typeof password>[1] & object;

async function asking<T>({ stdin, stderr, signal }: Context, ask: (streams: Streams) => Promise<T>): Promise<T> {
  try {
    return await ask({ input: stdin, output: stderr, signal });
  } catch (error) {
    // Ctrl-C, an end of input, or the signal: inquirer has an error of its own for each
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) {
      throw new Interrupted('interrupted');
    }
    throw error;
  }
}
