// Gives the pending version its value; repeated when the answer is lost, since the same value for the same token is the same call.
import { type KeyDocument, PENDING } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import type { Run } from './run';

const FIRST_PAUSE_MS = 500;

/**
 * `conflict`: a parallel run has written another value, which stays.
 * @throws Refusal `VALUE_NOT_SAVED` when nobody knows whether it was saved; as the AWS call does when it was not.
 */
export async function savePending(run: Run, document: KeyDocument): Promise<'saved' | 'conflict'> {
  const { store, state, token, now, sleep, deadline } = run;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    const outcome = await store.put(state.arn, token, document, [PENDING]);
    if (outcome !== 'unknown') return outcome;
    if (now() + pause >= deadline) {
      throw new Refusal(
        'VALUE_NOT_SAVED',
        `nobody knows whether the new value of key '${state.key.text}' was saved, AWS gave no answer; the next attempt finds out`,
      );
    }
    await sleep(pause);
  }
}
