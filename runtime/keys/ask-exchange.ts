// One call to an exchange during a rotation: repeated after what passes by itself, refused in our own words.
import { ErrorClass } from '../../contract/exchange/error-class';
import { type DescribedPermission, KeyPermission } from '../../contract/keys';
import type { Credentials } from '../../protocol/credentials';
import { type ExchangeAdapter, ExchangeError } from '../exchange/adapter';
import { exchangeRefusal } from './exchange-refusal';
import { patiently } from './patience';
import type { Run } from './run';

/** A refused pace is always worth another attempt: nothing was done. A lost answer is only where a repetition is harmless. */
export async function askExchange<T>(run: Run, call: () => Promise<T>, alsoAfter: readonly ErrorClass[]): Promise<T> {
  try {
    return await patiently(run, call, ({ errorClass }) => [ErrorClass.RATE_LIMIT, ...alsoAfter].includes(errorClass));
  } catch (error) {
    throw exchangeRefusal(error, run.state.key.text);
  }
}

/**
 * Resolves when a signed read succeeds, or is refused for lack of a permission that the key is not meant to have: key,
 * signature and address were accepted then.
 */
export async function probed(
  adapter: ExchangeAdapter,
  credentials: Credentials,
  declared: readonly DescribedPermission[],
): Promise<void> {
  const { result, code } = await adapter.probe(credentials);
  if (result === 'OK' || (result === ErrorClass.PERMISSION && !declared.includes(KeyPermission.READ))) return;
  throw new ExchangeError(result, 'probe', `the probe was answered with ${result}`, code);
}
