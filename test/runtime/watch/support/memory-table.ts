// The findings table in memory: the same conditions on every write, and a list of the calls that were made.
import {
  addressItem,
  FIRST_ITEM,
  type Finding,
  HEARTBEAT_ITEM,
  HEARTBEAT_KEY,
  KEPT_MS,
  spikeItem,
  versionItem,
} from '../../../../contract/watch';
import type { Place, Stored } from '../../../../runtime/shared/table-reader';
import type { FindingsTable } from '../../../../runtime/watch/findings-table';
import type { Found } from '../../../../runtime/watch/found';
import type { Held } from '../../../../runtime/watch/held-versions';
import { totalOf, type Window } from '../../../../runtime/watch/spikes';

interface Item extends Stored {
  readonly finding?: Finding;
  readonly failures?: ReadonlySet<string>;
}

/** To the next whole second, as attributes are. */
const expiry = (now: number) => Math.ceil((now + KEPT_MS) / 1000) * 1000;

export class MemoryTable implements Pick<FindingsTable, keyof FindingsTable> {
  public readonly items = new Map<string, Item>();
  /** `putFirst prod-trader-bot-a`, in their order. */
  public readonly calls: string[] = [];
  /** Thrown by the call of that name. */
  public failure: { readonly call: string; readonly error: Error } | undefined;

  public async read(places: readonly Place[], now: number): Promise<Map<string, Stored>> {
    this.enter('read', places.map(({ keyName, item }) => `${keyName} ${item}`).join(', '));
    const ids = places.map(({ keyName, item }) => `${keyName} ${item}`);
    return new Map(ids.flatMap((id) => (this.isThere(id, now) ? [[id, this.items.get(id) as Stored] as const] : [])));
  }

  public async putFindings(found: readonly Found[], now: number, stored: (one: Found) => void): Promise<void> {
    for (const one of found) {
      const id = `${one.finding.keyName} ${one.item}`;
      this.enter('putFinding', id);
      this.put(id, { finding: one.finding, expiresAt: expiry(now) }, now);
      stored(one);
    }
  }

  public async putFirst(keyName: string, now: number): Promise<void> {
    this.enter('putFirst', keyName);
    this.put(`${keyName} ${FIRST_ITEM}`, { seenAt: now, expiresAt: Number.POSITIVE_INFINITY }, now);
  }

  public async putAddress(keyName: string, origin: string, now: number): Promise<void> {
    this.enter('putAddress', `${keyName} ${origin}`);
    this.put(`${keyName} ${addressItem(origin)}`, { seenAt: now, expiresAt: expiry(now) }, now);
  }

  public async keepAddress(keyName: string, origin: string, now: number): Promise<void> {
    this.enter('keepAddress', `${keyName} ${origin}`);
    const id = `${keyName} ${addressItem(origin)}`;
    this.items.set(id, { seenAt: now, ...this.items.get(id), expiresAt: expiry(now) });
  }

  public async addFailures(window: Window, threshold: number, now: number): Promise<readonly string[] | 'enough'> {
    this.enter('addFailures', `${window.keyName} ${window.start}`);
    const id = `${window.keyName} ${spikeItem(window.start)}`;
    const before = this.items.get(id)?.failures ?? new Set();
    if (before.size >= threshold) return 'enough';
    const failures = new Set([...before, ...window.failures]);
    this.items.set(id, { failures, expiresAt: expiry(now) });
    return [...failures];
  }

  public async putHeld({ keyName, versionId, at }: Held, now: number): Promise<void> {
    this.enter('putHeld', `${keyName} ${versionId}`);
    const id = `${keyName} ${versionItem(versionId)}`;
    if ((this.items.get(id)?.heldAt ?? Number.NEGATIVE_INFINITY) < at) {
      this.items.set(id, { heldAt: at, expiresAt: expiry(now) });
    }
  }

  public async putHeartbeat(beatAt: number, now: number, judged: boolean): Promise<void> {
    this.enter('putHeartbeat', String(beatAt));
    const times = { seenAt: now, ...(judged && { judgedAt: beatAt }), expiresAt: Number.POSITIVE_INFINITY };
    this.items.set(`${HEARTBEAT_KEY} ${HEARTBEAT_ITEM}`, times);
  }

  /** As `settle` and the detector take it. */
  public readonly open = () => this as unknown as FindingsTable;

  /** How many refusals a window has in the table. */
  public failuresOf(keyName: string, start: number): number {
    return totalOf([...(this.items.get(`${keyName} ${spikeItem(start)}`)?.failures ?? [])]);
  }

  /** `NewSourceIp 203.0.113.7` for each finding, sorted. */
  public told(): string[] {
    const findings = [...this.items.values()].flatMap(({ finding }) => finding ?? []);
    return findings.map(({ kind, subject }) => `${kind} ${subject}`).sort();
  }

  private enter(call: string, about: string): void {
    this.calls.push(`${call} ${about}`);
    if (this.failure?.call === call) throw this.failure.error;
  }

  private put(id: string, item: Item, now: number): void {
    if (!this.isThere(id, now)) this.items.set(id, item);
  }

  /** DynamoDB deletes late. */
  private isThere(id: string, now: number): boolean {
    const item = this.items.get(id);
    return item !== undefined && item.expiresAt >= now;
  }
}
