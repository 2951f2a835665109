// Step 1: gives the pending version its value, a candidate that a person has put or a key created at the exchange.
import { CANDIDATE, CURRENT, isManagementKey, LABEL_QUOTA, LabelKind, PENDING, PREVIOUS } from '../../contract/keys';
import type { ExchangeAdapter } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';
import { createAtExchange } from './create-at-exchange';
import { settleIntent } from './create-intent';
import { candidateInUse, versionInUse } from './key-in-use';
import { holder, type KeyVersion, marksOf } from './key-state';
import { abandon, note, type Run } from './run';
import { savePending } from './save-pending';

export async function createSecret(run: Run): Promise<void> {
  const { store, state, token } = run;
  const value = await store.read(state.arn, token, { expected: false });
  if (value !== 'no value') {
    await settleIntent(run, value);
    note(run, 'the pending version has its value already', { operation: 'create', outcome: 'nothing to do' });
    return;
  }
  const current = holder(state, CURRENT);
  if (!current) return abandon(run, notBootstrapped(run));
  const candidate = holder(state, CANDIDATE);
  if (candidate && (await stageCandidate(run, candidate))) return;
  if (!(await isKey(run, current))) return abandon(run, notBootstrapped(run));
  const adapter = await run.loadExchange(state.description.exchange);
  if (!canCreate(run, adapter)) return abandon(run, candidateMissing(run));
  await checkLabelQuota(run, adapter.capabilities.list ? 0 : 1);
  await createAtExchange(run, adapter, current);
}

/** False when the candidate is the key in use: what is left of a promotion that was interrupted after its end. */
async function stageCandidate(run: Run, candidate: KeyVersion): Promise<boolean> {
  const { store, state } = run;
  const document = await store.read(state.arn, candidate.id).catch((error) => {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return abandon(run, error);
    throw error;
  });
  if (typeof document === 'string') return abandon(run, candidateMissing(run));
  const use = await versionInUse(store, state, document);
  if (use === 'ending') return abandon(run, candidateInUse(state.key.text, use));
  if (use === 'current') {
    await store.removeLabel(state.arn, CANDIDATE, candidate.id);
    note(run, 'the candidate is in use already', { operation: 'stage', outcome: 'done', versionId: candidate.id });
    return false;
  }
  await checkLabelQuota(run, 0);
  const saved = await savePending(run, document);
  // conflict: a parallel run was first; whatever it staged is validated next
  note(run, 'the candidate is pending', { operation: 'stage', outcome: saved, versionId: candidate.id });
  return true;
}

async function isKey({ store, state }: Run, { id }: KeyVersion): Promise<boolean> {
  try {
    return typeof (await store.read(state.arn, id)) !== 'string';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return false;
    throw error;
  }
}

/** A management key is made by a person: one that could make its like would survive its own revocation. */
function canCreate({ state }: Run, { capabilities }: ExchangeAdapter): boolean {
  return capabilities.create && !isManagementKey(state.key);
}

/** Refuses before anything is created: the outgoing version must get its label, and a person must be able to put a key. */
async function checkLabelQuota(run: Run, more: number): Promise<void> {
  const service = [CURRENT, PENDING, PREVIOUS, CANDIDATE];
  const others = run.state.versions.flatMap(({ labels }) => labels.filter((label) => !service.includes(label)));
  const current = holder(run.state, CURRENT);
  const pinned = current?.marks.some(({ kind }) => kind === LabelKind.REVOKE) ? 0 : 1;
  if (service.length + others.length + pinned + more <= LABEL_QUOTA) return;
  const waiting = marksOf(run.state, LabelKind.REVOKE, LabelKind.QUARANTINED, LabelKind.DELETE_ASKED).length;
  await abandon(
    run,
    new Refusal(
      'LABEL_QUOTA_REACHED',
      `key '${run.state.key.text}' has ${waiting} old versions that wait for their revocation, AWS allows ${LABEL_QUOTA} labels a secret; wait until the oldest is revoked, or find out what keeps the caretaker from it`,
    ),
  );
}

function notBootstrapped({ state }: Run): Refusal {
  return new Refusal(
    'KEY_NOT_BOOTSTRAPPED',
    `key '${state.key.text}' holds no key yet; create one at the exchange, and run 'exchange-keys key put ${state.key.text}'`,
  );
}

function candidateMissing({ state }: Run): Refusal {
  const { key, description } = state;
  return new Refusal(
    'CANDIDATE_MISSING',
    `key '${key.text}' cannot be created by API at '${description.exchange}' and no candidate was put; create a key there, and run 'exchange-keys key put ${key.text}'`,
  );
}
