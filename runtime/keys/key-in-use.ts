// Whether a key is already that of another version: promoted again, it would be revoked as its own predecessor.
import { CURRENT, type KeyDocument, LabelKind } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import type { KeyState } from './key-state';
import type { KeyStore } from './key-store';
import { sameKey } from './run';

const ENDING: readonly LabelKind[] = [LabelKind.REVOKE, LabelKind.QUARANTINED, LabelKind.DELETE_ASKED];

/** `current`: the version in use holds the key; `ending`: one that is to be revoked does. */
export async function versionInUse(
  store: KeyStore,
  state: KeyState,
  document: KeyDocument,
): Promise<'current' | 'ending' | undefined> {
  let ending = false;
  for (const { id, labels, marks } of state.versions) {
    const current = labels.includes(CURRENT);
    if (!current && !marks.some(({ kind }) => ENDING.includes(kind))) continue;
    const value = await readable(store, state.arn, id);
    if (value === undefined || !sameKey(value, document)) continue;
    if (current) return 'current';
    ending = true;
  }
  return ending ? 'ending' : undefined;
}

export function candidateInUse(keyName: string, use: 'current' | 'ending'): Refusal {
  const which = use === 'current' ? 'the one in use' : 'one that is about to be revoked';
  return new Refusal(
    'CANDIDATE_IN_USE',
    `the candidate of '${keyName}' is ${which}; create a new key at the exchange, and run 'exchange-keys key put ${keyName}' with it`,
  );
}

/** What a person wrote by hand may be anything; it is not the key we look for then. */
async function readable(store: KeyStore, arn: string, versionId: string): Promise<KeyDocument | undefined> {
  try {
    const value = await store.read(arn, versionId);
    return typeof value === 'string' ? undefined : value;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return undefined;
    throw error;
  }
}
