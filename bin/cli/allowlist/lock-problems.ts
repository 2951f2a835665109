// What the lock adds to the check of the regions: differences from what is published, days that have passed, regions nobody read.
import type { LockDocument } from '../../../contract/lock';
import { LOCK_COMMAND } from '../../../contract/lock/commands';
import type { CheckedRegion, Problem } from './check-regions';
import { compareLock } from './compare-lock';

/** The regions, and those of the lock that are not among them, sorted. */
export function withLockProblems(
  lock: LockDocument,
  checked: readonly CheckedRegion[],
  today: string,
): CheckedRegion[] {
  // of a region that could not be read nothing is known, and that is its one problem
  const unreadable = checked.filter((region) => region.unreadable !== undefined).map(({ region }) => region);
  const documents = checked.flatMap(({ allowlist }) => allowlist ?? []);
  const differences = compareLock(lock, { regions: checked.map(({ region }) => region), documents })
    .filter(({ region }) => !unreadable.includes(region))
    .map(({ region, code, address, words }) => ({ region, code, subject: address, message: words }));
  const found = [...differences, ...expired(lock, today)];
  const regions = new Map(checked.map((region) => [region.region, region]));
  for (const { region, ...problem } of found) {
    const before = regions.get(region) ?? { region, allowlist: undefined, networks: [], problems: [] };
    regions.set(region, { ...before, problems: [...before.problems, problem] });
  }
  return [...regions.values()].sort((a, b) => (a.region < b.region ? -1 : 1));
}

function expired({ regions }: LockDocument, today: string): (Problem & { readonly region: string })[] {
  return Object.entries(regions).flatMap(([region, entries]) =>
    entries
      .filter(({ retireAfter }) => retireAfter !== undefined && retireAfter <= today)
      .map(({ availabilityZone, address, role, retireAfter }) => ({
        region,
        code: 'LOCK_ENTRY_EXPIRED',
        subject: address,
        message:
          `the ${role} address '${address}' of zone '${availabilityZone}' was to be gone by ${retireAfter}, today is ${today}; ` +
          `take the next step away from it, or agree on a later day with '${LOCK_COMMAND} --retire-after'`,
      })),
  );
}
