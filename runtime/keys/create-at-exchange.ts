// Creates the new key at the exchange and saves it at once: its secret is shown once, and what is not saved is lost.

import { ErrorClass } from '../../contract/exchange/error-class';
import type { KeyDocument } from '../../contract/keys';
import { fingerprint } from '../../protocol/fingerprint';
import { type CreatedKey, type ExchangeAdapter, ExchangeError, type ListedKey } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';
import { askExchange } from './ask-exchange';
import { forgetIntent, noteIntent } from './create-intent';
import { exchangeRefusal } from './exchange-refusal';
import type { KeyVersion } from './key-state';
import { readManagementKey, revoke } from './management-key';
import { patiently } from './patience';
import { abandon, labelOf, note, type Run } from './run';
import { savePending } from './save-pending';

/** A call that may be repeated after a lost answer. */
const REPEATABLE = [ErrorClass.TRANSIENT] as const;

export async function createAtExchange(run: Run, adapter: ExchangeAdapter, current: KeyVersion): Promise<void> {
  const allowlist = (await run.ourAddresses()).map(({ text }) => text);
  const management = await managementKey(run);
  if (adapter.capabilities.list) {
    if ((await removeOrphans(run, adapter, management)) === 'saved meanwhile') return;
  } else {
    await noteIntent(run, adapter, management, current);
  }
  const created = await create(run, adapter, management, allowlist);
  const facts = { fingerprint: fingerprint(created.apiKey), label: labelOf(run) };
  note(run, 'created at the exchange', { operation: 'create', outcome: 'done', ...facts });
  const document = documentOf(run, created);
  try {
    const saved = await savePending(run, document);
    note(run, 'the new key is pending', { operation: 'save', outcome: saved, ...facts });
    // it forgets the intent itself, if there is nothing left to look for
    if (saved === 'conflict') return await takeBack(run, adapter, management, document);
  } catch (error) {
    // when nobody knows whether it was saved, the next attempt reads the version, or finds the key by its label
    const unknown = error instanceof Refusal && error.code === 'VALUE_NOT_SAVED';
    if (!unknown) await takeBack(run, adapter, management, document);
    throw error;
  }
  await forgetIntent(run);
}

async function managementKey(run: Run): Promise<KeyDocument> {
  try {
    return await readManagementKey(run.store, run.environment, run.state.description.exchange);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'MANAGEMENT_KEY_MISSING') return abandon(run, error);
    throw error;
  }
}

/** A key with this run's label was created by an attempt whose answer was lost, and its secret with it. */
async function removeOrphans(
  run: Run,
  adapter: ExchangeAdapter,
  management: KeyDocument,
): Promise<'none left' | 'saved meanwhile'> {
  const { state, store, token } = run;
  const listed = await askExchange(run, () => adapter.list(management, state.description.account), REPEATABLE);
  const orphans = listed.filter(({ label }) => label === labelOf(run));
  if (orphans.length === 0) return 'none left';
  // By a parallel run, since we looked. Asked before every attempt: one that has to wait may be overtaken by a promotion.
  const isLost = async () => (await store.read(state.arn, token, { expected: false })) === 'no value';
  for (const orphan of orphans) {
    if ((await revokeOrphan(run, adapter, management, orphan, isLost)) === 'saved meanwhile') return 'saved meanwhile';
  }
  return 'none left';
}

async function revokeOrphan(
  run: Run,
  adapter: ExchangeAdapter,
  management: KeyDocument,
  orphan: ListedKey,
  isLost: () => Promise<boolean>,
) {
  const { key, description } = run.state;
  const { revoke: possible, revokeSignedBy } = adapter.capabilities;
  if (!possible || revokeSignedBy === 'key') {
    throw new Refusal(
      'ORPHAN_NOT_REVOCABLE',
      `a key labelled '${labelOf(run)}' was created for '${key.text}' and its secret was lost, and '${adapter.name}' does not let the ring revoke it; delete it there by hand`,
    );
  }
  const attempt = async () =>
    (await isLost()) ? adapter.revoke(management, description.account, orphan) : ('saved meanwhile' as const);
  const outcome = await askExchange(run, attempt, REPEATABLE);
  if (outcome === 'saved meanwhile') return outcome;
  note(run, 'revoked a key whose secret was lost', { operation: 'revoke', outcome, label: orphan.label });
  return outcome;
}

async function create(
  run: Run,
  adapter: ExchangeAdapter,
  management: KeyDocument,
  allowlist: readonly string[],
): Promise<CreatedKey> {
  const { key, description } = run.state;
  const { account, permissions } = description;
  const request = { label: labelOf(run), account, permissions, allowlist };
  try {
    // not after a lost answer: there may be a key already
    return await patiently(
      run,
      () => adapter.create(management, request),
      ({ errorClass }) => errorClass === ErrorClass.RATE_LIMIT,
    );
  } catch (error) {
    const refusal = exchangeRefusal(error, key.text);
    if (!(error instanceof ExchangeError) || error.errorClass === ErrorClass.TRANSIENT) throw refusal;
    await forgetIntent(run);
    throw refusal instanceof Refusal && refusal.code !== 'EXCHANGE_NO_ANSWER' ? await abandon(run, refusal) : refusal;
  }
}

/** Revokes the key that was just created and is saved nowhere. */
async function takeBack(run: Run, adapter: ExchangeAdapter, management: KeyDocument, document: KeyDocument) {
  const facts = { operation: 'revoke', fingerprint: fingerprint(document.apiKey), label: document.label };
  const { account } = run.state.description;
  try {
    const outcome = await askExchange(run, () => revoke(adapter, management, account, document), REPEATABLE);
    note(run, 'revoked the key that was not saved', { ...facts, outcome });
    await forgetIntent(run);
  } catch (error) {
    // the caretaker finds it by its label; where keys cannot be listed, the mark of the intent stays
    const code = error instanceof Refusal ? error.code : 'UNEXPECTED';
    note(run, 'the key that was not saved is not revoked', { ...facts, outcome: 'refused', code });
  }
}

function documentOf(run: Run, { keyId, apiKey, apiSecret, passphrase, createdAt, expiresAt }: CreatedKey): KeyDocument {
  const { key, description } = run.state;
  return {
    schema: 1,
    exchange: description.exchange,
    name: key.text,
    ...(description.account !== undefined && { account: description.account }),
    keyId,
    apiKey,
    apiSecret,
    ...(passphrase !== undefined && { passphrase }),
    label: labelOf(run),
    createdAt: (createdAt ?? new Date(run.now())).toISOString(),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  };
}
