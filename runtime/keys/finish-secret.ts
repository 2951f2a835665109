// Step 4: promotes the pending key. What keeps the old key alive until its revocation is written before the switch, not after it.
import { CANDIDATE, CURRENT, LabelKind, PENDING } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import { settleIntent } from './create-intent';
import { holder, type KeyVersion, marksOf } from './key-state';
import { freeLabel, note, type Run, sameKey } from './run';
import { validatePending } from './validate-pending';

const HOUR_MS = 3_600_000;
const ENDING = [LabelKind.REVOKE, LabelKind.QUARANTINED, LabelKind.DELETE_ASKED] as const;

export async function finishSecret(run: Run): Promise<void> {
  const { store, state, token } = run;
  const pending = await store.read(state.arn, token);
  const outgoing = holder(state, CURRENT);
  if (typeof pending === 'string' || !outgoing) {
    throw new Refusal(
      'PENDING_VALUE_MISSING',
      `the pending version '${token}' of key '${state.key.text}' has no key to promote; rotate again`,
    );
  }
  // testSecret cannot tell a dry run from a value that it does not see yet, so the proof is made again here
  await validatePending(run, pending);
  await pin(run, outgoing);
  for (const { label, versionId } of marksOf(state, ...ENDING)) {
    if (versionId === token) await store.removeLabel(state.arn, label, token);
  }
  await store.moveLabel(state.arn, CURRENT, outgoing.id, token);
  note(run, 'the new key is in use', { operation: 'promote', outcome: 'done', versionId: outgoing.id });
  await tidy(run);
}

/** The outgoing version gets the time of its revocation, and with it a label that keeps it readable until then. */
async function pin(run: Run, { id, marks }: KeyVersion): Promise<void> {
  const { store, state, now } = run;
  if (await isPlaceholder(run, id)) return;
  for (const { label, kind } of marks) {
    // of an attempt that got this far and no further: its time has passed in part
    if (kind === LabelKind.REVOKE) await store.removeLabel(state.arn, label, id);
  }
  const label = freeLabel(state, LabelKind.REVOKE, now() + state.description.overlapHours * HOUR_MS);
  await store.addLabel(state.arn, label, id);
  note(run, 'the old key stays until its revocation', { operation: 'pin', outcome: 'done', versionId: id, label });
}

/** Anything but the placeholder may be a living key, also what we cannot read. */
async function isPlaceholder({ store, state }: Run, versionId: string): Promise<boolean> {
  try {
    return (await store.read(state.arn, versionId)) === 'placeholder';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return false;
    throw error;
  }
}

/** What is left to do once the version is in use; done again whenever a step is called after that. */
export async function tidy(run: Run): Promise<void> {
  const { store, token } = run;
  const state = await store.describe(run.state.arn);
  const current = holder(state, CURRENT);
  if (current?.id !== token) return;
  if (current.labels.includes(PENDING)) await store.removeLabel(state.arn, PENDING, token);
  for (const { label, versionId } of marksOf(state, LabelKind.CREATE_ASKED)) {
    if (versionId !== token) await store.removeLabel(state.arn, label, versionId);
  }
  if (marksOf(state, LabelKind.CREATE_INTENT).length > 0) await settleIntent(run, await store.read(state.arn, token));
  const candidate = holder(state, CANDIDATE);
  if (candidate && (await isTheKeyInUse(run, candidate))) await store.removeLabel(state.arn, CANDIDATE, candidate.id);
}

/** A person may have put the next candidate while this one was being promoted. */
async function isTheKeyInUse({ store, state, token }: Run, candidate: KeyVersion): Promise<boolean> {
  const [current, put] = await Promise.all([store.read(state.arn, token), store.read(state.arn, candidate.id)]);
  return typeof current !== 'string' && typeof put !== 'string' && sameKey(current, put);
}
