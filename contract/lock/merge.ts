// The lock after a look at what is deployed: it follows what is there, and never forgets an address an exchange knows.
import type { AllowlistDocument } from '../allowlist';
import { InputError } from '../errors';
import { dayNumber, parseDay } from '../keys/day';
import { changesOf, type LockChange, type RegionEntry } from './change';
import { LOCK_SCHEMA_VERSION, type LockDocument, type LockEntry } from './document';
import { sealLock } from './hash';
import { checkMergeRequest, type DeployedEntry, type MergeOptions } from './merge-request';

export interface MergeResult {
  readonly document: LockDocument;
  readonly changes: readonly LockChange[];
}

const DEFAULT_RETIRE_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * What `allowlist lock` writes. An address is the same if its text is: that is what an exchange knows.
 * @throws InputError `LOCK_RETIRE_DAYS`, and as `parseDay` and `checkMergeRequest` do.
 */
export function mergeDeployed(
  lock: LockDocument | undefined,
  deployed: readonly AllowlistDocument[],
  options: MergeOptions,
): MergeResult {
  const locked = Object.entries(lock?.regions ?? {}).flatMap(([region, entries]) =>
    entries.map((entry): RegionEntry => ({ region, entry })),
  );
  const addresses = deployed.flatMap(({ region, entries }) =>
    entries.map((entry): DeployedEntry => ({ region, entry })),
  );
  const retireBy = lastDay(options);
  const environment = checkMergeRequest({ lock, locked, deployed, addresses, options });

  const changes: LockChange[] = [];
  const regions = new Map<string, LockEntry[]>();
  const keep = (before: RegionEntry | undefined, after: RegionEntry | undefined) => {
    changes.push(...changesOf(before, after));
    if (after !== undefined) regions.set(after.region, [...(regions.get(after.region) ?? []), after.entry]);
  };
  for (const before of locked) {
    const found = addresses.find(({ entry }) => entry.address === before.entry.address);
    keep(before, found === undefined ? leave(before, options, retireBy) : follow(before, found, options, retireBy));
  }
  for (const found of addresses) {
    if (!locked.some(({ entry }) => entry.address === found.entry.address))
      keep(undefined, enter(found, options.today));
  }
  const document = sealLock({ schemaVersion: LOCK_SCHEMA_VERSION, environment, regions: Object.fromEntries(regions) });
  return { document, changes };
}

function enter({ region, entry }: DeployedEntry, today: string): RegionEntry {
  const { availabilityZone, allocationId, address, role } = entry;
  return { region, entry: { availabilityZone, allocationId, address, role, since: today, told: {} } };
}

/** A deployed address: zone and role are those deployed, but what drains goes on draining while nothing leaves from it. */
function follow(
  before: RegionEntry,
  { region, entry }: DeployedEntry,
  options: MergeOptions,
  retireBy: string,
): RegionEntry {
  const { availabilityZone, allocationId, address } = entry;
  const { retireAfter, ...old } = before.entry;
  const isMoved = availabilityZone !== old.availabilityZone;
  const goesOnDraining =
    old.role === 'draining' && entry.role === 'standby' && !isMoved && !options.restore?.includes(address);
  if (goesOnDraining || options.drain?.includes(address)) {
    return { region, entry: drained({ ...before.entry, availabilityZone, allocationId }, options.today, retireBy) };
  }
  const temporary = old.role !== 'draining' && retireAfter !== undefined;
  return {
    region,
    entry: { ...old, availabilityZone, allocationId, role: entry.role, ...(temporary && { retireAfter }) },
  };
}

/** An address that is not deployed. */
function leave(before: RegionEntry, options: MergeOptions, retireBy: string): RegionEntry | undefined {
  if (options.drop?.includes(before.entry.address)) return undefined;
  return { ...before, entry: drained(before.entry, options.today, retireBy) };
}

/** A deadline in the future stays; one that has passed was that of a temporary address, and exchanges need time. */
function drained(entry: LockEntry, today: string, retireBy: string): LockEntry {
  if (entry.role === 'draining') return entry;
  const { retireAfter } = entry;
  return {
    ...entry,
    role: 'draining',
    retireAfter: retireAfter !== undefined && retireAfter > today ? retireAfter : retireBy,
  };
}

function lastDay({ today, retireDays = DEFAULT_RETIRE_DAYS }: MergeOptions): string {
  parseDay('today', today);
  if (!Number.isInteger(retireDays) || retireDays < 1 || retireDays > 365) {
    throw new InputError('LOCK_RETIRE_DAYS', `retireDays is ${retireDays}; write a whole number from 1 to 365`);
  }
  return new Date((dayNumber(today) + retireDays) * DAY_MS).toISOString().slice(0, 10);
}
