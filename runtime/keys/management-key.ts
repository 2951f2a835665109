// The ring's own key at an exchange, and who signs a revocation.
import { CURRENT, type KeyDocument, managementKeyName, secretName } from '../../contract/keys';
import type { Credentials } from '../../protocol/credentials';
import type { ExchangeAdapter, RevokedKey } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';
import { holder, type KeyState } from './key-state';
import type { KeyStore } from './key-store';

/**
 * The key that creates, restricts and revokes the others of an exchange.
 * @throws Refusal `MANAGEMENT_KEY_MISSING`.
 */
export async function readManagementKey(store: KeyStore, environment: string, exchange: string): Promise<KeyDocument> {
  const name = managementKeyName(environment, exchange);
  const missing = (problem: string) =>
    new Refusal(
      'MANAGEMENT_KEY_MISSING',
      `management key '${name.text}' ${problem}; create a key that may manage keys at the exchange, and run 'exchange-keys key put ${name.text}'`,
    );
  let state: KeyState;
  try {
    state = await store.describe(secretName(name));
  } catch (error) {
    if (error instanceof Refusal && error.awsError === 'ResourceNotFoundException') throw missing('has no secret');
    throw error;
  }
  const current = holder(state, CURRENT);
  const value = current ? await store.read(state.arn, current.id) : 'no value';
  if (value === 'placeholder' || value === 'no value') throw missing('has not been put yet');
  return value;
}

/** Revokes a key with whichever key the exchange wants to sign that. */
export function revoke(
  adapter: ExchangeAdapter,
  management: Credentials,
  account: string | undefined,
  key: RevokedKey & Credentials,
) {
  const signer = adapter.capabilities.revokeSignedBy === 'key' ? key : management;
  return adapter.revoke(signer, account, key);
}
