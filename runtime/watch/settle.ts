// Stores what a batch has shown: a finding always before the pair it is about, and only what nobody knows to be stored.
import { addressItem, FIRST_ITEM, type Finding, FindingKind, KEPT_MS, ONCE } from '../../contract/watch';
import { inParallel } from '../shared/in-parallel';
import type { Stored } from '../shared/table-reader';
import { aboutRecord } from './about';
import type { FindingsTable } from './findings-table';
import { capped, type Found, FoundOnce, foundIn, identity } from './found';
import type { Judgement, Pair } from './judge';
import type { Memory } from './memory';
import { spikeFinding, totalOf } from './spikes';

export interface SettleOptions {
  /** Opened when there is something to read or write. */
  readonly table: () => FindingsTable;
  readonly memory: Memory;
  readonly learningMs: number;
  readonly spikeFailures: number;
  readonly now: number;
}

/** Most findings that one batch stores. */
export const MOST_FINDINGS = 200;
const CALLS_AT_ONCE = 16;
const DAY_MS = 86_400_000;

/** Gives the number of findings that did not fit. @throws Refusal when the table cannot be read or written. */
export async function settle(judgement: Judgement, options: SettleOptions): Promise<number> {
  const found = new FoundOnce(judgement.found);
  const pairs = [...judgement.pairs.values()];
  const after = await settlePairs(pairs, found, options);
  await settleSpikes(judgement, found, options);
  const { kept, dropped } = await storeFindings(found, options);
  await after(kept);
  await settleHeld(judgement, options);
  const { heartbeat, knowsRing } = judgement;
  if (heartbeat !== undefined) await options.table().putHeartbeat(heartbeat, options.now, knowsRing);
  return dropped;
}

/** Adds findings for pairs that are new after the learning period. The answer stores the pairs, once the findings are. */
async function settlePairs(
  pairs: readonly Pair[],
  found: FoundOnce,
  options: SettleOptions,
): Promise<(kept: ReadonlySet<string>) => Promise<void>> {
  if (pairs.length === 0) return async () => undefined;
  const { memory, now, learningMs } = options;
  const table = options.table();
  const stored = await table.read(
    pairs.flatMap(({ keyName, origin }) => [
      { keyName, item: addressItem(origin) },
      ...(memory.firstSeen(keyName) === undefined ? [{ keyName, item: FIRST_ITEM }] : []),
    ]),
    now,
  );
  await storeFirsts(pairs, stored, table, options);
  const work: { readonly pair: Pair; readonly finding?: Found; readonly keep: boolean }[] = [];
  for (const pair of pairs) {
    const known = stored.get(`${pair.keyName} ${addressItem(pair.origin)}`);
    if (known !== undefined) {
      work.push({ pair, keep: true });
      memory.learn(pair, known.expiresAt - KEPT_MS + DAY_MS);
      continue;
    }
    const learning = now < (memory.firstSeen(pair.keyName) ?? now) + learningMs;
    if (learning && pair.clean) work.push({ pair, keep: false });
    if (!learning) work.push({ pair, keep: false, finding: found.add(newAddress(pair), ONCE) });
  }
  return async (kept) => {
    const open = work.filter(({ finding }) => finding === undefined || kept.has(identity(finding)));
    await inParallel(open, CALLS_AT_ONCE, async ({ pair, keep }) => {
      if (memory.knows(pair, now)) return;
      const { keyName, origin } = pair;
      await (keep ? table.keepAddress(keyName, origin, now) : table.putAddress(keyName, origin, now));
      memory.learn(pair, now + DAY_MS);
    });
  };
}

function newAddress({ record, origin, at }: Pair): Finding {
  return {
    ...aboutRecord(record, at),
    kind: FindingKind.NEW_SOURCE_IP,
    subject: origin,
    detail: 'the address is one of ours, and the key was never used from it',
  };
}

/** When the learning period of each key began. */
async function storeFirsts(
  pairs: readonly Pair[],
  stored: ReadonlyMap<string, Stored>,
  table: FindingsTable,
  { memory, now }: SettleOptions,
): Promise<void> {
  const names = [...new Set(pairs.map(({ keyName }) => keyName))].filter(
    (name) => memory.firstSeen(name) === undefined,
  );
  await inParallel(names, CALLS_AT_ONCE, async (name) => {
    const seenAt = stored.get(`${name} ${FIRST_ITEM}`)?.seenAt;
    if (seenAt === undefined) await table.putFirst(name, now);
    memory.rememberFirst(name, seenAt ?? now);
  });
}

/** Adds findings for windows that have become spikes. */
async function settleSpikes({ spikes }: Judgement, found: FoundOnce, options: SettleOptions): Promise<void> {
  const { memory, spikeFailures, now } = options;
  await inParallel(spikes.all(), CALLS_AT_ONCE, async (window) => {
    const finding = spikeFinding(window, spikeFailures);
    if (memory.isStored(foundIn(finding))) return;
    if (window.total < spikeFailures) {
      const all = await options.table().addFailures(window, spikeFailures, now);
      if (all !== 'enough' && totalOf(all) < spikeFailures) return;
    }
    found.add(finding);
  });
}

/** Stores when old versions were last held, unless that is known to be stored already, to a few minutes. */
async function settleHeld({ held }: Judgement, { memory, now, table }: SettleOptions): Promise<void> {
  const fresh = held.all().filter((one) => !memory.isHeldStored(one));
  if (fresh.length === 0) return;
  const open = table();
  await inParallel(fresh, CALLS_AT_ONCE, async (one) => {
    await open.putHeld(one, now);
    memory.rememberHeld(one);
  });
}

/** Gives the identities of the findings that are stored now and were not known to be, and how many did not fit. */
async function storeFindings(
  found: FoundOnce,
  { memory, now, table }: SettleOptions,
): Promise<{ kept: ReadonlySet<string>; dropped: number }> {
  const all = found.all();
  const fresh = all.filter((one) => !memory.isStored(one));
  const chosen = capped(fresh, MOST_FINDINGS);
  const kept = new Set<string>();
  if (chosen.length > 0) {
    const open = table();
    const places = chosen.map(({ finding: { keyName }, item }) => ({ keyName, item }));
    const stored = await open.read(places, now);
    const known = (one: Found) => {
      memory.rememberStored(one);
      kept.add(identity(one));
    };
    for (const one of chosen.filter((one) => stored.has(identity(one)))) known(one);
    await open.putFindings(
      chosen.filter((one) => !stored.has(identity(one))),
      now,
      known,
    );
  }
  return { kept, dropped: fresh.length - chosen.length };
}
