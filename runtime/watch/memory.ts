// What a detector that stays warm knows to be stored, so that quiet traffic costs no call. Bounded, because a log's writer chooses what is in it.
import { ONCE } from '../../contract/watch';
import { type Found, identity } from './found';
import { type Held, heldId } from './held-versions';
import type { Pair } from './judge';

const MOST_FINDINGS = 20_000;
const MOST_KEYS = 20_000;
const MOST_HELD = 20_000;
/** What is stored of an old version may be older by this much. */
const HELD_MS = 600_000;

export class Memory {
  private readonly stored = new Set<string>();
  private readonly firsts = new Map<string, number>();
  private readonly held = new Map<string, number>();

  /** True while the pair needs no look. */
  public knows({ key, record }: Pair, now: number): boolean {
    return key.addresses.has(record.sourceIp, now);
  }

  /** The pair is stored, and needs no look until then. */
  public learn({ key, record }: Pair, until: number): void {
    key.addresses.add(record.sourceIp, until);
  }

  /** When the key was first seen, if that is known here. */
  public firstSeen(keyName: string): number | undefined {
    return this.firsts.get(keyName);
  }

  public rememberFirst(keyName: string, seenAt: number): void {
    if (this.firsts.size >= MOST_KEYS) this.firsts.clear();
    this.firsts.set(keyName, seenAt);
  }

  /** True while what is stored of the old version is new enough. */
  public isHeldStored(held: Held): boolean {
    const stored = this.held.get(heldId(held));
    return stored !== undefined && held.at < stored + HELD_MS;
  }

  public rememberHeld(held: Held): void {
    if (this.held.size >= MOST_HELD) this.held.clear();
    this.held.set(heldId(held), held.at);
  }

  public isStored(found: Found): boolean {
    return this.stored.has(identity(found));
  }

  /** One that is not repeated is known by its pair, and new again when that has expired. */
  public rememberStored(found: Found): void {
    if (found.period === ONCE) return;
    if (this.stored.size >= MOST_FINDINGS) this.stored.clear();
    this.stored.add(identity(found));
  }
}
