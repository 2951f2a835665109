// Decides what becomes of keys at the exchange that carry this ring's labels. Pure.
import type { KeyDocument } from '../../../contract/keys';
import { PENDING, PREVIOUS } from '../../../contract/keys';
import type { ListedKey } from '../../exchange/adapter';
import { isOurs, type RingId } from '../exchange-label';
import type { KeyVersion } from '../key-state';
import { endOfOverlap, HOUR, isWanted } from './facts';

/** How long a rotation may take to save a key and find a label for it. */
export const ORPHAN_AGE = 2 * HOUR;
/** More at once is not an accident of single rotations: the ring's secrets may not all be visible, so nothing is touched. */
export const MOST_ORPHANS = 5;

/** The version whose rotation gives this label. */
export interface Origin {
  readonly secretName: string;
  readonly arn: string;
  readonly versionId: string;
  /** Without labels: Secrets Manager no longer shows the version, and may delete it. */
  readonly labels: readonly string[];
  /** The secret is to be deleted; nothing of it can be read. */
  readonly doomed: boolean;
}

export type Verdict =
  /** It is some version's key. */
  | 'explained'
  /** It was current until someone put another value; its readers get an overlap. */
  | 'pin'
  | 'revoke'
  /** Nothing is certain enough to touch it. */
  | 'report';

/** Keys of this ring's labels that are not obviously those of versions in use; most passes end here. */
export function suspects(
  listed: readonly ListedKey[],
  ring: RingId,
  protectedLabels: ReadonlySet<string>,
  now: number,
): ListedKey[] {
  const ours = listed.filter(({ label }) => isOurs(ring, label));
  return ours.filter(({ label, createdAt }) => {
    if (createdAt && createdAt.getTime() / 1000 > now - ORPHAN_AGE) return false;
    // two keys of one label: an answer was lost, and one of the two is nobody's
    const single = ours.filter((other) => other.label === label).length === 1;
    return !(single && protectedLabels.has(label ?? ''));
  });
}

/** A version that a workload, a rotation or a running overlap needs. */
export const isProtected = (version: KeyVersion) => isWanted(version) || endOfOverlap(version) !== undefined;

/**
 * `value`: what the origin's version holds. `heldElsewhere`: another version with labels holds this very key.
 * `listed`: all keys of the account.
 */
export function judge(
  key: ListedKey,
  origin: (Origin & { readonly version?: KeyVersion }) | undefined,
  value: KeyDocument | 'placeholder' | 'no value' | 'malformed' | undefined,
  heldElsewhere: boolean,
  listed: readonly ListedKey[],
): Verdict {
  if (!key.createdAt || origin?.doomed || value === 'malformed') return 'report';
  const own = typeof value === 'object' && value.keyId === key.keyId;
  if (heldElsewhere) return 'explained';
  if (!origin) return 'revoke';
  if (!own) {
    // the unfinished rotation itself removes what a lost answer has left behind
    if (typeof value !== 'object') return origin.labels.includes(PENDING) ? 'explained' : 'revoke';
    // where the version's own key is not in the list, its id may be of another kind, and this key may be the one in use
    return listed.some(({ keyId }) => keyId === value.keyId) ? 'revoke' : 'report';
  }
  if (origin.version && isProtected(origin.version)) return 'explained';
  // never promoted, or it would have been used: a key is tried within minutes of its creation, and then no more
  const used = key.lastUsedAt && key.lastUsedAt.getTime() - key.createdAt.getTime() > ORPHAN_AGE * 1000;
  // where the exchange says when keys were used, one without a time was not
  const tellsUse = listed.some(({ lastUsedAt }) => lastUsedAt !== undefined);
  return tellsUse && !used && !origin.labels.includes(PREVIOUS) ? 'revoke' : 'pin';
}
