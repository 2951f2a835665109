// Takes a key from stdin or from hidden prompts, and from nowhere else: arguments and variables can be read by others.
import { askHidden, canAsk } from '../ask';
import type { Context } from '../context';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import type { Output } from '../output/output';
import { fieldProblem, type KeyInput, parseKeyInput } from './key-input';

const LARGEST = 65_536;
/** Long enough for a password manager that asks for a finger first. */
const STDIN_TIMEOUT_MS = 5 * 60_000;

/** Said before anything is written, so that a wrong use costs nothing. @throws Failure `STDIN_IS_TERMINAL`, `STDIN_NOT_TERMINAL`. */
export function requireSource(context: Context, fromStdin: boolean): void {
  const usage = { exitCode: EXIT.usage };
  if (fromStdin && context.stdin.isTTY) {
    throw new Failure(
      'STDIN_IS_TERMINAL',
      'with --stdin the key comes from another program or a file, and stdin is this terminal, which would show it; leave --stdin out to be asked without echo',
      usage,
    );
  }
  if (!fromStdin && !canAsk(context)) {
    throw new Failure(
      'STDIN_NOT_TERMINAL',
      'there is no terminal to ask for the key on; add --stdin and pass it as JSON',
      usage,
    );
  }
}

/** The key; from here on, `output` hides its values. */
export async function readKey(context: Context, output: Output, fromStdin: boolean): Promise<KeyInput> {
  const input = fromStdin ? parseKeyInput(await readAll(context), context.now()) : await askFor(context);
  for (const value of [input.apiKey, input.apiSecret, input.passphrase, input.keyId]) if (value) output.hide(value);
  return input;
}

async function askFor(context: Context): Promise<KeyInput> {
  const ask = async (field: 'apiKey' | 'apiSecret' | 'passphrase' | 'keyId', message: string, optional = false) => {
    const text = await askHidden(context, message, (given) =>
      optional && given === '' ? undefined : fieldProblem(field, given, context.now()),
    );
    return text === '' ? undefined : text;
  };
  const apiKey = (await ask('apiKey', 'API key')) ?? '';
  const apiSecret = (await ask('apiSecret', 'API secret')) ?? '';
  const passphrase = await ask('passphrase', 'passphrase (Enter if there is none)', true);
  const keyId = await ask('keyId', "the exchange's id of the key (Enter if it is the API key)", true);
  return { apiKey, apiSecret, ...(passphrase && { passphrase }), ...(keyId && { keyId }) };
}

async function readAll({ stdin, sleep }: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const reading = (async () => {
    for await (const chunk of stdin) {
      size += chunks[chunks.push(Buffer.from(chunk)) - 1].length;
      if (size > LARGEST)
        throw new Failure('KEY_INPUT_MALFORMED', `the key cannot be read: more than ${LARGEST} bytes`);
    }
    return Buffer.concat(chunks).toString('utf8');
  })();
  const late = sleep(STDIN_TIMEOUT_MS, 'limit').then(() => {
    throw new Failure('STDIN_TIMED_OUT', 'nothing ended stdin within 5 minutes; pass the key and close stdin', {
      exitCode: EXIT.timedOut,
    });
  });
  late.catch(() => undefined);
  return Promise.race([reading, late]);
}
