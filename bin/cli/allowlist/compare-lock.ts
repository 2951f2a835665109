// In which ways the lock differs from what the regions publish.
import type { AllowlistDocument, AllowlistEntry } from '../../../contract/allowlist';
import type { LockDocument, LockEntry } from '../../../contract/lock';
import { LOCK_COMMAND } from '../../../contract/lock/commands';

/**
 * `ADDRESS_NOT_LOCKED`: deployed, and not in the lock. `ADDRESS_NOT_DEPLOYED`: in the lock, and not deployed, though it does
 * not drain. `LOCK_REGION_NOT_READ`: in the lock, and its region was not asked. The others: in both, and not in the same zone,
 * under the same id, in the same role.
 */
export type LockDifferenceCode =
  | 'ADDRESS_NOT_LOCKED'
  | 'ADDRESS_NOT_DEPLOYED'
  | 'LOCK_REGION_NOT_READ'
  | 'ADDRESS_MOVED'
  | 'ADDRESS_REALLOCATED'
  | 'ADDRESS_ROLE_DIFFERS';

export interface LockDifference {
  readonly code: LockDifferenceCode;
  /** Where it is deployed, or else where the lock has it. */
  readonly region: string;
  readonly availabilityZone: string;
  readonly address: string;
  /** For people: what differs, and what to do. */
  readonly words: string;
}

/** What the regions publish. */
export interface Deployed {
  /** Regions that have answered. */
  readonly regions: readonly string[];
  /** Those of them in which there is something. */
  readonly documents: readonly AllowlistDocument[];
}

type Placed<T> = T & { readonly region: string };

/** An address is the same if its text is. The lock's order, then what it lacks in the order of the documents. */
export function compareLock(lock: LockDocument | undefined, { regions, documents }: Deployed): LockDifference[] {
  const found = documents.flatMap(({ region, entries }) => entries.map((entry) => ({ ...entry, region })));
  const locked = Object.entries(lock?.regions ?? {}).flatMap(([region, entries]) =>
    entries.map((entry) => ({ ...entry, region })),
  );
  const missing = found.filter(({ address }) => !locked.some((entry) => entry.address === address));
  return [
    ...locked.flatMap((entry) => {
      const now = found.find(({ address }) => address === entry.address);
      if (now !== undefined) return changes(entry, now);
      return entry.role === 'draining' ? [] : [absence(entry, regions.includes(entry.region))];
    }),
    ...missing.map((entry) =>
      difference('ADDRESS_NOT_LOCKED', entry, `deployed as ${entry.role}, and not in the lock; ${RUN_LOCK}`),
    ),
  ];
}

function absence(entry: Placed<LockEntry>, isRead: boolean): LockDifference {
  const { region, role } = entry;
  if (isRead) {
    const words = `${role} in the lock, and not deployed; deploy it, or let it drain with '${LOCK_COMMAND}'`;
    return difference('ADDRESS_NOT_DEPLOYED', entry, words);
  }
  return difference(
    'LOCK_REGION_NOT_READ',
    entry,
    `${role} in the lock, and region ${region} was not read; add it to --regions, or enable it again`,
  );
}

function changes(before: Placed<LockEntry>, now: Placed<AllowlistEntry>): LockDifference[] {
  const found: LockDifference[] = [];
  const say = (code: LockDifferenceCode, words: string) => found.push(difference(code, now, words));
  if (now.availabilityZone !== before.availabilityZone) {
    say('ADDRESS_MOVED', `deployed here, and in ${before.availabilityZone} in the lock; ${RUN_LOCK}`);
  }
  if (now.allocationId !== before.allocationId) {
    say('ADDRESS_REALLOCATED', `deployed as ${now.allocationId}, and ${before.allocationId} in the lock; ${RUN_LOCK}`);
  }
  if (before.role === 'draining') {
    const words =
      'deployed as active, and draining in the lock: exchanges may have removed it; make its zone standby, or run ' +
      `'${LOCK_COMMAND}' and have it let in again`;
    if (now.role === 'active') say('ADDRESS_ROLE_DIFFERS', words);
  } else if (now.role !== before.role) {
    say('ADDRESS_ROLE_DIFFERS', `deployed as ${now.role}, and ${before.role} in the lock; ${RUN_LOCK}`);
  }
  return found;
}

function difference(
  code: LockDifferenceCode,
  { region, availabilityZone, address }: Placed<Pick<LockEntry, 'availabilityZone' | 'address'>>,
  words: string,
): LockDifference {
  return { code, region, availabilityZone, address, words: `${availabilityZone} ${address}: ${words}` };
}

const RUN_LOCK = `run '${LOCK_COMMAND}'`;
