// What `told` and `dropped` changed in a lock, in words.
import { exchangesOf, type LockDocument, type LockEntry } from '../../../contract/lock';

/** The exchange's day of one address, before and after. */
export interface ToldChange {
  readonly region: string;
  readonly availabilityZone: string;
  readonly address: string;
  readonly exchange: string;
  readonly before?: string;
  readonly after?: string;
  readonly words: string;
}

/** All entries of all regions; none without a lock. */
export function entriesIn(lock: LockDocument | undefined): LockEntry[] {
  return Object.values(lock?.regions ?? {}).flat();
}

/** The exchanges that any address of the lock was told to, sorted. */
export function exchangesIn(lock: LockDocument | undefined): string[] {
  return [...new Set(entriesIn(lock).flatMap(exchangesOf))].sort();
}

/** Both locks have the same addresses. */
export function toldChanges(before: LockDocument, after: LockDocument, exchange: string): ToldChange[] {
  const old = new Map(entriesIn(before).map((entry) => [entry.address, entry.told[exchange]]));
  return Object.entries(after.regions).flatMap(([region, entries]) =>
    entries.flatMap(({ availabilityZone, address, told }) => {
      const [from, to] = [old.get(address), told[exchange]];
      if (from === to) return [];
      const what =
        to === undefined
          ? `dropped by ${exchange}, was confirmed on ${from}`
          : `confirmed by ${exchange} on ${to}${from === undefined ? '' : `, before on ${from}`}`;
      const words = `${availabilityZone} ${address}: ${what}`;
      return [{ region, availabilityZone, address, exchange, before: from, after: to, words }];
    }),
  );
}
