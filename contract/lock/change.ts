// What a run of `allowlist lock` changed, in words.

import { DROPPED_COMMAND, TOLD_COMMAND } from './commands';
import type { LockEntry } from './document';
import { exchangesOf } from './entries';

export type LockChangeKind = 'added' | 'moved' | 'reallocated' | 'role-changed' | 'draining' | 'restored' | 'dropped';

/** One thing that changed. */
export interface LockChange {
  readonly kind: LockChangeKind;
  readonly region: string;
  readonly availabilityZone: string;
  readonly address: string;
  /** For people: what happened, and what to do now. */
  readonly words: string;
}

/** An entry and its region. */
export interface RegionEntry {
  readonly region: string;
  readonly entry: LockEntry;
}

/** What differs between an entry before and after; both are the same address. */
export function changesOf(before: RegionEntry | undefined, after: RegionEntry | undefined): LockChange[] {
  if (after === undefined) return before === undefined ? [] : [change('dropped', before, 'dropped from the lock')];
  const { entry } = after;
  if (before === undefined) {
    return [
      change('added', after, `added as ${entry.role}; allowlist it at every exchange, then run '${TOLD_COMMAND}'`),
    ];
  }
  const changes: LockChange[] = [];
  const old = before.entry;
  if (old.availabilityZone !== entry.availabilityZone) {
    changes.push(change('moved', after, `moved here from ${old.availabilityZone}`));
  }
  if (old.allocationId !== entry.allocationId) {
    changes.push(change('reallocated', after, `has allocation id ${entry.allocationId}, before ${old.allocationId}`));
  }
  if (old.role !== entry.role) changes.push(roleChange(old, after));
  return changes;
}

function roleChange(old: LockEntry, after: RegionEntry): LockChange {
  const { role, retireAfter } = after.entry;
  if (role === 'draining') {
    const known = exchangesOf(after.entry);
    const next =
      known.length === 0
        ? 'no exchange knows it'
        : `remove it at ${known.join(', ')}, then run '${DROPPED_COMMAND}' for each`;
    return change('draining', after, `draining, was ${old.role}, to be gone by ${retireAfter}; ${next}`);
  }
  if (old.role === 'draining') {
    // it may have been removed there, and nobody has entered that yet
    const known = exchangesOf(after.entry);
    const doubt = known.length === 0 ? '' : `; make sure that ${known.join(', ')} still lets it in`;
    return change('restored', after, `${role} again, was draining${doubt}`);
  }
  return change('role-changed', after, `${role}, was ${old.role}`);
}

function change(kind: LockChangeKind, { region, entry }: RegionEntry, words: string): LockChange {
  const { availabilityZone, address } = entry;
  return { kind, region, availabilityZone, address, words: `${availabilityZone} ${address}: ${words}` };
}
