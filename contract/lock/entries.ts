// How entries of a lock are found and changed.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { LOCK_COMMAND } from './commands';
import type { LockDocument, LockEntry } from './document';
import { sealLock } from './hash';

/** The entries of a region; none for a region that is not in the lock. */
export function entriesOf(lock: LockDocument, region: string): readonly LockEntry[] {
  return Object.hasOwn(lock.regions, region) ? lock.regions[region] : [];
}

/** The exchanges that let the address in, sorted. */
export function exchangesOf({ told }: LockEntry): string[] {
  return Object.keys(told).sort();
}

/** Which entries a command means. */
export interface LockSelection {
  /** Default: the region the address is in. */
  readonly region?: string;
  /** At least one. */
  readonly addresses: readonly string[];
}

/**
 * A copy of the lock, sealed, with the selected entries changed.
 * @throws InputError `LOCK_NO_ADDRESS`, `LOCK_ADDRESS_UNKNOWN`, and what `change` throws.
 */
export function changeEntries(
  lock: LockDocument,
  { region, addresses }: LockSelection,
  change: (entry: LockEntry) => LockEntry,
): LockDocument {
  if (addresses.length === 0) {
    throw new InputError('LOCK_NO_ADDRESS', 'no address was given; name one address of the lock or more');
  }
  const within = Object.entries(lock.regions).filter(([name]) => region === undefined || name === region);
  refuseUnknown(
    addresses,
    within.flatMap(([, entries]) => entries),
    region,
  );
  const changed = within.map(([name, entries]) => [
    name,
    entries.map((entry) => (addresses.includes(entry.address) ? change(entry) : entry)),
  ]);
  return sealLock({ ...lock, regions: { ...lock.regions, ...Object.fromEntries(changed) } });
}

/** @throws InputError `LOCK_ADDRESS_UNKNOWN`. */
export function refuseUnknown(addresses: readonly string[], entries: readonly LockEntry[], region?: string): void {
  const unknown = addresses.find((address) => !entries.some((entry) => entry.address === address));
  if (unknown === undefined) return;
  const known = entries.map(({ address }) => address).join(', ');
  throw new InputError(
    'LOCK_ADDRESS_UNKNOWN',
    `address ${quoted(unknown)} is not in the lock${region === undefined ? '' : ` of ${region}`}, known are ${known || 'none'}; ` +
      `run '${LOCK_COMMAND}' if it is deployed`,
  );
}
