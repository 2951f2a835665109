// Where an exchange cannot list keys: a mark on the version in use says that a key may exist which nobody knows.
import { ErrorClass } from '../../contract/exchange/error-class';
import { type KeyDocument, LabelKind, MANAGE_KEYS } from '../../contract/keys';
import type { ExchangeAdapter } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';
import { askExchange, probed } from './ask-exchange';
import { ringOf, ringPrefix } from './exchange-label';
import { type KeyVersion, type Mark, marksOf } from './key-state';
import type { VersionValue } from './key-store';
import { freeLabel, labelOf, type Run } from './run';

/**
 * Takes the mark away once the rotation's version holds `value`, if that is the key that was asked for: one that a person
 * has put in the meantime says nothing of the other.
 */
export async function settleIntent(run: Run, value: VersionValue): Promise<void> {
  if (typeof value === 'object' && value.label === labelOf(run)) await forgetIntent(run);
}

/**
 * Marks that the exchange is about to be asked.
 * @throws Refusal `CREATE_OUTCOME_UNKNOWN` when an earlier mark is still there; as the exchange does when it is down.
 */
export async function noteIntent(run: Run, adapter: ExchangeAdapter, management: KeyDocument, current: KeyVersion) {
  const [earlier] = marksOf(run.state, LabelKind.CREATE_INTENT);
  if (earlier) throw outcomeUnknown(run, adapter, earlier);
  // an exchange that is down now would leave us not knowing
  await askExchange(run, () => probed(adapter, management, [MANAGE_KEYS]), [ErrorClass.TRANSIENT]);
  await run.store.addLabel(run.state.arn, freeLabel(run.state, LabelKind.CREATE_INTENT, run.now()), current.id);
}

/** Takes the mark away: the outcome is known, the key is saved or was never made. */
export async function forgetIntent({ store, state }: Run): Promise<void> {
  const now = await store.describe(state.arn);
  for (const { label, versionId } of marksOf(now, LabelKind.CREATE_INTENT)) {
    await store.removeLabel(now.arn, label, versionId);
  }
}

function outcomeUnknown(
  { state, environment }: Run,
  { name }: ExchangeAdapter,
  mark: Mark & { readonly versionId: string },
): Refusal {
  const time = new Date(mark.epochSeconds * 1000).toISOString();
  const prefix = ringPrefix(ringOf(state.arn, environment));
  return new Refusal(
    'CREATE_OUTCOME_UNKNOWN',
    `'${name}' was asked for a key for '${state.key.text}' at ${time} and its answer was lost; delete the key there whose label begins with '${prefix}' and that was created then, if there is one, and run 'aws secretsmanager update-secret-version-stage --secret-id ${state.secretName} --version-stage ${mark.label} --remove-from-version-id ${mark.versionId}'`,
  );
}
