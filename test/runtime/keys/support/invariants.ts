// What must hold at every instant of a key's life, whatever dies: some key in use works, and no version that is used is revoked.
import { CURRENT, type KeyDocument, LabelKind, PENDING, parseLabel } from '../../../../contract/keys';
import { exchangeLabel, isOurs, type RingId } from '../../../../runtime/keys/exchange-label';
import { ACCOUNT, ENVIRONMENT, REGION, type RingWorld, SUB_ACCOUNT, type WorldKey } from './ring-world';

export const RING: RingId = { account: ACCOUNT, region: REGION, environment: ENVIRONMENT };

export interface Standing {
  readonly current?: KeyDocument;
  /** Versions under a label of ours that says what becomes of them. */
  readonly ending: readonly { readonly document?: KeyDocument; readonly kind: LabelKind; readonly epoch: number }[];
  /** Ids of keys that live at the exchange and are in no version that says why. */
  readonly unexplained: readonly string[];
}

/** To be called between any two effects: throws when the promise to the workload is broken. */
export function guard(world: RingWorld, key: WorldKey): () => Promise<void> {
  return async () => {
    const current = await world.current(key);
    if (current && !(await world.works(current))) throw new Error('the key in use does not work');
    const pending = await world.holder(key, PENDING);
    const document = pending && (await world.document(key, pending).catch(() => undefined));
    if (document && !world.exchange.control.liveKeys().some(({ id }) => id === document.keyId)) {
      throw new Error('the pending key was revoked');
    }
  };
}

/** What is there, from the outside. */
export async function standing(world: RingWorld, key: WorldKey): Promise<Standing> {
  const labels = await world.labels(key);
  const explained = new Set<string>();
  const ending: { document?: KeyDocument; kind: LabelKind; epoch: number }[] = [];
  for (const [id, held] of Object.entries(labels)) {
    const document = await world.document(key, id).catch(() => undefined);
    const ours = held.flatMap((label) => parseLabel(label) ?? []);
    const why = held.includes(CURRENT) || held.includes(PENDING) || held.includes('XKCANDIDATE') || ours.length > 0;
    if (document && why) explained.add(document.keyId);
    for (const { kind, epochSeconds } of ours) ending.push({ document, kind, epoch: epochSeconds });
  }
  const live = world.exchange.control.liveKeys({ account: SUB_ACCOUNT });
  return {
    current: await world.current(key),
    ending: ending.filter(({ kind }) => kind !== LabelKind.CREATE_INTENT && kind !== LabelKind.CREATE_ASKED),
    unexplained: live.map(({ id }) => id).filter((id) => !explained.has(id)),
  };
}

/** The given key is in use, and nothing is left of a rotation: no label, and no key at the exchange but so many. */
export async function expectUntouched(
  world: RingWorld,
  key: WorldKey,
  before: KeyDocument | undefined,
  keys = 1,
): Promise<void> {
  expect(await world.current(key)).toEqual(before);
  expect(await world.holder(key, PENDING)).toBeUndefined();
  const { unexplained, ending } = await standing(world, key);
  expect({ unexplained, ending }).toEqual({ unexplained: [], ending: [] });
  expect(world.exchange.control.liveKeys({ account: SUB_ACCOUNT })).toHaveLength(keys);
}

/** True when the caretaker can tell that the key is one of the ring's orphans. */
export function isFindable(world: RingWorld, keyId: string): boolean {
  return isOurs(RING, world.exchange.control.keys().find(({ id }) => id === keyId)?.label);
}

/** Label of the key that a rotation creates. */
export function labelFor({ name }: WorldKey, token: string): string {
  return exchangeLabel(RING, `exchange-keys/${ENVIRONMENT}/${name.text}`, token);
}
