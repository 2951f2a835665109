// What the operator's command asks before it starts a rotation: would the key that was just put be accepted?
import { CANDIDATE } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import { KeyRefused } from './exchange-refusal';
import { candidateInUse, versionInUse } from './key-in-use';
import { holder, type KeyState } from './key-state';
import type { RotationDependencies } from './run';
import { validateKey } from './validate-key';

export type CandidateVerdict =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The verdict; a refusal is an answer, and nothing in it is of the key itself. */
export async function validateCandidate(
  dependencies: RotationDependencies,
  secretId: string,
  deadline: number,
): Promise<CandidateVerdict> {
  try {
    const state = await dependencies.store.describe(secretId);
    return {
      ok: true,
      warnings: await validate(dependencies, state, deadline).catch((error) => withdraw(error, state)),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }

  /** Here and not by whoever asked: only the ring's own roles move labels, and a rotation would try the candidate first. */
  async function withdraw(error: unknown, state: KeyState): Promise<never> {
    const candidate = holder(state, CANDIDATE);
    if (candidate && isForGood(error)) await dependencies.store.removeLabel(state.arn, CANDIDATE, candidate.id);
    throw error;
  }
}

/** True when trying again without another key would give the same refusal. */
function isForGood(error: unknown): boolean {
  if (error instanceof KeyRefused) return true;
  return error instanceof Refusal && ['CANDIDATE_IN_USE', 'KEY_DOCUMENT_MALFORMED'].includes(error.code);
}

async function validate(dependencies: RotationDependencies, state: KeyState, deadline: number) {
  const { store } = dependencies;
  const { key, description, arn } = state;
  const candidate = holder(state, CANDIDATE);
  const document = candidate ? await store.read(arn, candidate.id) : 'no value';
  if (typeof document === 'string') {
    throw new Refusal(
      'CANDIDATE_MISSING',
      `no candidate was put for key '${key.text}'; create a key at '${description.exchange}', and run 'exchange-keys key put ${key.text}'`,
    );
  }
  const use = await versionInUse(store, state, document);
  if (use) throw candidateInUse(key.text, use);
  const adapter = await dependencies.loadExchange(description.exchange);
  const ourAddresses = await dependencies.ourAddresses();
  const { warnings } = await validateKey({ state, document }, { ...dependencies, adapter, ourAddresses, deadline });
  return warnings;
}
