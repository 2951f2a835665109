// The keys of a ring as Secrets Manager describes them, read again every five minutes; what looks wrong is confirmed key by key.
import { type KeyName, keyOfSecret, parseKeyName, secretName } from '../../contract/keys';
import type { KeyState, UnreadableKey } from '../keys/key-state';
import type { VersionRecord } from '../keys/key-store';
import { refusalOf } from '../shared/aws-refusal';
import { inParallel } from '../shared/in-parallel';
import type { Refusal } from '../shared/refusal';
import { WatchedKey } from './watched-key';

/** What is read of Secrets Manager: never a value. */
export interface RingSource {
  list(): Promise<(KeyState | UnreadableKey)[]>;
  /** @throws Refusal with `awsError` ResourceNotFoundException when there is no such secret. */
  describe(secretId: string): Promise<KeyState>;
  versions(arn: string): Promise<VersionRecord[]>;
}

/** What is known of the key that a record names. */
export type Known =
  | { readonly is: 'registered'; readonly key: WatchedKey; readonly unlabelled: ReadonlySet<string> }
  | { readonly is: 'none' }
  | { readonly is: 'unreadable'; readonly refusal: Refusal };

/** How old the list may be. `ListSecrets` itself lags by up to as much again. */
const LIST_MS = 300_000;
/** How old a confirmation may be. */
const CONFIRMED_MS = 5_000;
const MOST_CONFIRMED = 1_000;
const CALLS_AT_ONCE = 10;
/** Names that no secret of the list has; whoever writes the log chooses them, so beyond this many they are not asked for. */
const MOST_STRANGERS = 200;

const NONE: ReadonlySet<string> = new Set();
/** Secrets Manager's error for a secret that does not exist. */
const NOT_FOUND = 'ResourceNotFoundException';

interface Confirmation {
  readonly at: number;
  /** The versions it was asked for. */
  readonly of: ReadonlySet<string>;
  readonly known: Known;
}

export class Ring {
  private keys = new Map<string, WatchedKey>();
  /** Names of keys whose secrets cannot be understood. */
  private unreadable = new Set<string>();
  private listedAt = Number.NEGATIVE_INFINITY;
  private readonly confirmed = new Map<string, Confirmation>();

  constructor(
    private readonly environment: string,
    private readonly source: () => RingSource,
  ) {}

  /** Reads the list unless it is fresh. @throws Refusal */
  public async refresh(now: number): Promise<void> {
    if (now - this.listedAt < LIST_MS) return;
    const states = await this.source().list();
    const keys = new Map<string, WatchedKey>();
    const unreadable = new Set<string>();
    for (const state of states) {
      if (!('refusal' in state)) keys.set(state.key.text, this.watched(state));
      else unreadable.add(nameOf(state.secretName));
    }
    this.keys = keys;
    this.unreadable = unreadable;
    this.confirmed.clear();
    this.listedAt = now;
  }

  /** As far as the list tells. */
  public get(name: string): WatchedKey | undefined {
    return this.keys.get(name);
  }

  /** The addresses known of each key are forgotten: what is ours has changed. */
  public forgetAddresses(): void {
    for (const { addresses } of this.keys.values()) addresses.clear();
  }

  /** What is so now of keys that the list does not explain; `versions` are those in question, by name of the key. */
  public async confirm(versions: ReadonlyMap<string, ReadonlySet<string>>, now: number): Promise<Map<string, Known>> {
    const found = new Map<string, Known>();
    let strangers = 0;
    const asked = [...versions].filter(([name]) => {
      const known = this.keys.has(name) || this.unreadable.has(name);
      if (known || strangers++ < MOST_STRANGERS) return true;
      found.set(name, { is: 'none' });
      return false;
    });
    await inParallel(asked, CALLS_AT_ONCE, async ([name, inQuestion]) => {
      found.set(name, await this.confirmOne(name, inQuestion, now));
    });
    return found;
  }

  private async confirmOne(name: string, inQuestion: ReadonlySet<string>, now: number): Promise<Known> {
    const key = parseKeyName(name);
    // not ours to ask for, and not allowed to
    if (key.environment !== this.environment) return { is: 'none' };
    const last = this.confirmed.get(name);
    // a version that was not in question then may have been made since
    const holds = last && now - last.at < CONFIRMED_MS && [...inQuestion].every((version) => last.of.has(version));
    if (holds) return last.known;
    const described = await this.describe(key);
    const known = described.is === 'registered' ? await withUnlabelled(described, inQuestion, this.source) : described;
    if (this.confirmed.size >= MOST_CONFIRMED) this.confirmed.clear();
    if (known.is !== 'unreadable') this.confirmed.set(name, { at: now, of: inQuestion, known });
    return known;
  }

  private async describe(key: KeyName): Promise<Known> {
    try {
      const state = await this.source().describe(secretName(key));
      const watched = this.watched(state);
      if (watched.doomed) return { is: 'none' };
      // newer than the list
      this.keys.set(key.text, watched);
      return { is: 'registered', key: watched, unlabelled: NONE };
    } catch (error) {
      const refusal = refusalOf(error);
      return refusal.awsError === NOT_FOUND ? { is: 'none' } : { is: 'unreadable', refusal };
    }
  }

  private watched(state: KeyState): WatchedKey {
    return new WatchedKey(state, this.keys.get(state.key.text)?.addresses);
  }
}

/** Adds the versions that no label keeps, when one of those in question is on no label: Secrets Manager shows them on request only. */
async function withUnlabelled(
  known: Extract<Known, { is: 'registered' }>,
  inQuestion: ReadonlySet<string>,
  source: () => RingSource,
): Promise<Known> {
  if ([...inQuestion].every((version) => known.key.isLabelled(version))) return known;
  try {
    const versions = await source().versions(known.key.arn);
    return { ...known, unlabelled: new Set(versions.map(({ id }) => id)) };
  } catch (error) {
    return { is: 'unreadable', refusal: refusalOf(error) };
  }
}

/** No record can name a key by a name that is none, so such a secret hides nothing. */
function nameOf(secret: string): string {
  try {
    return keyOfSecret(secret).text;
  } catch {
    return '';
  }
}
