// Takes one step: at most one irreversible effect, written so that the next pass can repeat it after a kill at any point.
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { isManagementKey, type KeyDocument, LabelKind } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { ListedKey } from '../../exchange/adapter';
import { awsRefusal } from '../../shared/secrets-client';
import type { KeyState } from '../key-state';
import { freeLabel } from '../run';
import { hasRoom } from './facts';
import type { Known } from './known';
import type { Pass } from './pass';
import { confirmsDeath, provesDeath } from './probe-verdict';
import { createRequest, deleteRequest, keepRequest, wantedOf } from './requests';
import type { Finding, Step } from './step';

export interface Turn {
  readonly pass: Pass;
  readonly key: KeyState;
  readonly known: Known;
}

type StepOf<D extends Step['do']> = Extract<Step, { readonly do: D }>;
type Performer<D extends Step['do']> = (turn: Turn, step: StepOf<D>) => Promise<readonly Finding[] | undefined>;

const PERFORMERS: { readonly [D in Step['do']]: Performer<D> } = {
  reprieve: async (turn, { version, labels, asked }) => {
    if (asked) await turn.pass.dependencies.publish(keepRequest(turn.key));
    return removeLabels(turn, version, labels);
  },
  extend: (turn, { version, labels, until }) => relabel(turn, version, LabelKind.REVOKE, until, labels),
  close: (turn, { version, labels }) => removeLabels(turn, version, labels),
  quarantine,
  revoke,
  'ask-delete': async (turn, { version, labels }) => {
    const document = documentOf(turn, version);
    const listed = turn.known.has('listed', version) ? turn.known.ask('listed', version) : 'unknown';
    const label = document.label ?? (typeof listed === 'object' ? listed.label : undefined);
    await turn.pass.dependencies.publish(deleteRequest(turn.key, document, label));
    return remember(turn, version, LabelKind.DELETE_ASKED, labels);
  },
  'ask-create': async (turn, { version, labels }) => {
    const { pass, key } = turn;
    const { ranges } = await pass.ourAddresses();
    const cidrs = ranges.map(({ text }) => text);
    const adapter = await pass.exchange(key.description.exchange);
    await pass.dependencies.publish(createRequest(key, wantedOf(adapter, key, cidrs)));
    return remember(turn, version, LabelKind.CREATE_ASKED, labels);
  },
  'retry-rotation': async ({ pass, key }) => {
    try {
      await pass.dependencies.secrets.send(new RotateSecretCommand({ SecretId: key.arn }));
    } catch (error) {
      // "A previous rotation isn't complete. That rotation will be reattempted." is what was asked for
      if (!(error instanceof Error && error.name === 'InvalidRequestException' && /reattempted/.test(error.message))) {
        throw awsRefusal('secretsmanager:RotateSecret', key.arn, error);
      }
    }
    return undefined;
  },
  pin: (turn, { version, until }) => relabel(turn, version, LabelKind.REVOKE, until, []),
};

/** What the step has shown that its decision could not know. */
export async function perform(turn: Turn, step: Step): Promise<readonly Finding[]> {
  const performer = PERFORMERS[step.do] as Performer<Step['do']>;
  return (await performer(turn, step)) ?? [];
}

async function quarantine(turn: Turn, { version }: StepOf<'quarantine'>): Promise<undefined> {
  const { pass, key, known } = turn;
  const { exchange, account } = key.description;
  const document = documentOf(turn, version);
  const listed = known.ask('listed', version);
  if (listed !== 'gone') {
    const [adapter, management] = [await pass.exchange(exchange), await pass.management(exchange)];
    const facts: ListedKey =
      listed === 'unknown' ? { ...(await adapter.inspect(document)), keyId: document.keyId } : listed;
    await adapter.restrict(management, account, facts);
  }
  return relabel(turn, version, LabelKind.QUARANTINED, pass.now, []);
}

/** Done when the exchange no longer knows the key; until then the labels stay, and the next pass tries again. */
async function revoke(turn: Turn, { version, labels }: StepOf<'revoke'>): Promise<readonly Finding[] | undefined> {
  const { pass, key } = turn;
  const { exchange, account } = key.description;
  const document = documentOf(turn, version);
  const adapter = await pass.exchange(exchange);
  const signer = adapter.capabilities.revokeSignedBy === 'key' ? document : await pass.management(exchange);
  await adapter.revoke(signer, account, document);
  const { result } = await adapter.probe(document);
  const listsKeys = adapter.capabilities.list && !isManagementKey(key.key);
  const dead = provesDeath(result) || (confirmsDeath(result) && listsKeys && (await isGone(turn, document)));
  if (dead) return removeLabels(turn, version, labels);
  return [{ metric: CaretakerMetric.REVOCATION_NOT_PROVEN, version, detail: result }];
}

async function isGone({ pass, key }: Turn, { keyId }: KeyDocument): Promise<boolean> {
  const listed = await pass.listNow(key.description.exchange, key.description.account);
  return !listed.some((one) => one.keyId === keyId);
}

/** The new label first: between the two the version has both, and the later one counts. */
async function relabel(
  turn: Turn,
  version: string,
  kind: LabelKind,
  epochSeconds: number,
  former: readonly string[],
): Promise<undefined> {
  const { store } = turn.pass.dependencies;
  await store.addLabel(turn.key.arn, freeLabel(turn.key, kind, epochSeconds * 1000), version);
  return removeLabels(turn, version, former);
}

/** When a person was asked; where no label fits any more, only the routine check asks again. */
async function remember(turn: Turn, version: string, kind: LabelKind, former: readonly string[]): Promise<undefined> {
  return hasRoom(turn.key) ? relabel(turn, version, kind, turn.pass.now, former) : undefined;
}

/** Pins last: as long as one is there, the version is known to be unfinished and its value is kept. */
async function removeLabels({ pass, key }: Turn, version: string, labels: readonly string[]): Promise<undefined> {
  const isPin = (label: string) => Number(label.startsWith(`xk:${LabelKind.REVOKE}:`));
  for (const label of [...labels].sort((a, b) => isPin(a) - isPin(b))) {
    await pass.dependencies.store.removeLabel(key.arn, label, version);
  }
  return undefined;
}

function documentOf({ known }: Turn, version: string): KeyDocument {
  const value = known.ask('value', version);
  if (typeof value !== 'object') throw new Error(`decided on version '${version}' without its document`);
  return value;
}
