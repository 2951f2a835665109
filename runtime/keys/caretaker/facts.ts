// What the caretaker decides on: one key's labels, the time, and what has been found out in this pass.
import {
  CANDIDATE,
  CURRENT,
  isManagementKey,
  type KeyDocument,
  LABEL_QUOTA,
  LabelKind,
  PENDING,
} from '../../../contract/keys';
import { holder, type KeyState, type KeyVersion } from '../key-state';
import type { Known } from './known';

export interface Facts {
  /** Seconds since 1970. */
  readonly now: number;
  readonly key: KeyState;
  /** True in the pass of the routine check, and soon after the secret was changed. */
  readonly routine: boolean;
  readonly known: Known;
}

export const HOUR = 3600;
export const DAY = 24 * HOUR;
/** Time between two passes. */
export const PASS = 900;

export const overlapSeconds = ({ key }: Facts) => key.description.overlapHours * HOUR;

/** The version workloads read. */
export const currentVersion = ({ key }: Facts) => holder(key, CURRENT);

/** The version of a rotation that has not ended. */
export function pendingOf(key: KeyState): KeyVersion | undefined {
  const pending = holder(key, PENDING);
  return pending?.labels.includes(CURRENT) ? undefined : pending;
}

export const pendingVersion = ({ key }: Facts) => pendingOf(key);

/** True while the version is, or may be about to become, what workloads read. */
export const isWanted = ({ labels }: KeyVersion) => [CURRENT, PENDING, CANDIDATE].some((one) => labels.includes(one));

export const timesOf = ({ marks }: KeyVersion, kind: LabelKind) =>
  marks.filter((mark) => mark.kind === kind).map(({ epochSeconds }) => epochSeconds);

export const has = (version: KeyVersion, kind: LabelKind) => timesOf(version, kind).length > 0;

export const labelsOf = ({ marks }: KeyVersion, ...kinds: readonly LabelKind[]) =>
  marks.filter(({ kind }) => kinds.includes(kind)).map(({ label }) => label);

/**
 * When the overlap of a version ends; undefined for one that has none. Of two pins that crossed, the later counts.
 * A version that was already quarantined, or whose deletion was already asked for, has had its time.
 */
export function endOfOverlap(version: KeyVersion): number | undefined {
  const pins = timesOf(version, LabelKind.REVOKE);
  if (pins.length > 0) return Math.max(...pins);
  const later = [...timesOf(version, LabelKind.QUARANTINED), ...timesOf(version, LabelKind.DELETE_ASKED)];
  return later.length > 0 ? Math.min(...later) : undefined;
}

/** Whether one more label fits into the secret's quota. */
export function hasRoom({ versions }: KeyState): boolean {
  return versions.reduce((sum, { labels }) => sum + labels.length, 0) < LABEL_QUOTA;
}

/** The document of AWSCURRENT, if it is a real key. */
export function currentKey(facts: Facts): KeyDocument | undefined {
  const current = currentVersion(facts);
  const value = current && facts.known.ask('value', current.id);
  return typeof value === 'object' ? value : undefined;
}

export function isSameKey(a: KeyDocument, b: KeyDocument): boolean {
  return a.exchange === b.exchange && (a.apiKey === b.apiKey || (a.keyId === b.keyId && a.account === b.account));
}

/** Other versions that need this version's key: two versions may hold one key when a person put it twice. */
export function sharedWith(facts: Facts, { id }: KeyVersion, document: KeyDocument): KeyVersion[] {
  return facts.key.versions.filter((other) => {
    const end = endOfOverlap(other);
    if (other.id === id || !(isWanted(other) || (end !== undefined && end > facts.now))) return false;
    const value = facts.known.ask('value', other.id);
    return typeof value === 'object' && isSameKey(value, document);
  });
}

/** True when a person creates the key: no machine can. No exchange makes management keys by API. */
export const isCreatedByHand = (facts: Facts) => isManagementKey(facts.key.key) || !facts.known.ask('exchange').create;

/** True when a person deletes the key. A management key cannot be trusted to delete its own predecessor. */
export function isDeletedByHand(facts: Facts): boolean {
  const { revoke, revokeSignedBy } = facts.known.ask('exchange');
  return !revoke || (revokeSignedBy === 'management' && isManagementKey(facts.key.key));
}
