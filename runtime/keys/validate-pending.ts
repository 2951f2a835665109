// Validates the pending key; one that is refused for good is revoked, if this rotation created it, and forgotten.

import { ErrorClass } from '../../contract/exchange/error-class';
import { CURRENT, type KeyDocument, PENDING } from '../../contract/keys';
import { fingerprint } from '../../protocol/fingerprint';
import type { ExchangeAdapter } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';
import { askExchange } from './ask-exchange';
import { KeyRefused } from './exchange-refusal';
import { candidateInUse, versionInUse } from './key-in-use';
import { holder } from './key-state';
import { readManagementKey, revoke } from './management-key';
import { abandon, labelOf, note, type Run } from './run';
import { validateKey } from './validate-key';

export async function validatePending(run: Run, document: KeyDocument): Promise<void> {
  const use = await versionInUse(run.store, run.state, document);
  if (use) return abandon(run, candidateInUse(run.state.key.text, use));
  const adapter = await run.loadExchange(run.state.description.exchange);
  try {
    const ourAddresses = await run.ourAddresses();
    const current = await currentKey(run);
    const { warnings } = await validateKey({ state: run.state, document, current }, { ...run, adapter, ourAddresses });
    for (const warning of warnings) note(run, warning, { operation: 'validate', outcome: 'warning' });
    note(run, 'the new key is as declared', {
      operation: 'validate',
      outcome: 'done',
      fingerprint: fingerprint(document.apiKey),
    });
  } catch (error) {
    if (error instanceof KeyRefused) await discard(run, adapter, document, error);
    throw error;
  }
}

/** The key in use, if there is one that can be read. */
async function currentKey({ store, state }: Run): Promise<KeyDocument | undefined> {
  const current = holder(state, CURRENT);
  if (!current) return undefined;
  try {
    const value = await store.read(state.arn, current.id);
    return typeof value === 'string' ? undefined : value;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return undefined;
    throw error;
  }
}

/** Revokes first: while the pending version stands, its document is there to do it with. */
async function discard(run: Run, adapter: ExchangeAdapter, document: KeyDocument, verdict: KeyRefused): Promise<never> {
  const created = document.label === labelOf(run);
  const facts = { operation: 'revoke', fingerprint: fingerprint(document.apiKey), label: document.label };
  if (created && adapter.capabilities.revoke) {
    try {
      const { account, exchange } = run.state.description;
      const management = await readManagementKey(run.store, run.environment, exchange);
      const call = () => revoke(adapter, management, account, document);
      note(run, 'revoked the refused key', { ...facts, outcome: await askExchange(run, call, [ErrorClass.TRANSIENT]) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // the pending version stays, so that the next attempt comes back to this
      note(run, 'the refused key is not revoked', { ...facts, outcome: 'refused', code: error.code });
      throw verdict;
    }
  }
  await run.store.removeLabel(run.state.arn, PENDING, run.token);
  note(run, 'the pending version was removed', { operation: 'abandon', outcome: 'done', code: verdict.code });
  throw verdict;
}
