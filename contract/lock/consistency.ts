// Whether the parts of a lock agree: with what was expected, with each other, and with what may be allowlisted.
import { atPath } from '../allowlist/json-reader';
import { parseAvailabilityZone } from '../availability-zone';
import { checkAllowlistEntry } from '../cidr';
import { type ExtraEnvironments, parseEnvironment } from '../environment';
import { InputError } from '../errors';
import { parseDay } from '../keys/day';
import type { LockEntry } from './document';
import type { LockContent } from './hash';

/** What a lock may say. Without an expected environment, any known one is accepted. */
export interface LockPolicy {
  /** The environment that was asked for. */
  readonly environment?: string;
  /** Environments besides the built-in ones. */
  readonly environments?: ExtraEnvironments;
  /** Allows loopback addresses, which a local AWS API hands out. Default false. */
  readonly localAws?: boolean;
}

/** An entry and where it stands. */
interface Placed {
  readonly region: string;
  readonly entry: LockEntry;
  readonly path: string;
}

/**
 * Refuses a lock that contradicts itself, the policy, or what an exchange may be told to trust.
 * @throws InputError `LOCK_OTHER_ENVIRONMENT`, `LOCK_DUPLICATE`, `LOCK_ZONE_TWICE`, `LOCK_RETIRE_AFTER_NOT_AFTER_SINCE`,
 * `LOCK_DRAINING_WITHOUT_RETIRE_AFTER`, and as `parseEnvironment`, `parseAvailabilityZone`, `parseDay` and
 * `checkAllowlistEntry` do.
 */
export function checkLockConsistency(lock: LockContent, policy: LockPolicy): void {
  const { environment } = lock;
  if (policy.environment !== undefined && environment !== policy.environment) {
    throw new InputError(
      'LOCK_OTHER_ENVIRONMENT',
      `$.environment: '${environment}' is not the environment that was asked for, '${policy.environment}'; ` +
        `use the lock of '${policy.environment}'`,
    );
  }
  atPath('$.environment', () => parseEnvironment(environment, policy.environments));
  const all = placedEntries(lock);
  for (const { region, entry, path } of all) {
    atPath(`${path}.availabilityZone`, () => parseAvailabilityZone(entry.availabilityZone, region));
    atPath(`${path}.address`, () => checkAllowlistEntry(entry.address, { ...policy, environment }));
    checkDays(entry, path);
  }
  refuseDuplicates(all, 'address');
  refuseDuplicates(all, 'allocationId');
  refuseZonesTwice(all);
}

function placedEntries({ regions }: LockContent): Placed[] {
  return Object.entries(regions).flatMap(([region, entries]) =>
    entries.map((entry, index) => ({ region, entry, path: `$.regions.${region}[${index}]` })),
  );
}

function checkDays(entry: LockEntry, path: string): void {
  const { since, retireAfter, role, told } = entry;
  atPath(path, () => parseDay('since', since));
  for (const [exchange, day] of Object.entries(told)) atPath(`${path}.told`, () => parseDay(exchange, day));
  if (retireAfter === undefined) {
    if (role !== 'draining') return;
    throw new InputError(
      'LOCK_DRAINING_WITHOUT_RETIRE_AFTER',
      `${path}: '${entry.address}' is draining and has no retireAfter; revert the edit`,
    );
  }
  atPath(path, () => parseDay('retireAfter', retireAfter));
  if (retireAfter > since) return;
  throw new InputError(
    'LOCK_RETIRE_AFTER_NOT_AFTER_SINCE',
    `${path}.retireAfter: '${retireAfter}' is not after since, '${since}'; write a later day`,
  );
}

function refuseDuplicates(all: readonly Placed[], key: 'address' | 'allocationId'): void {
  const first = new Map<string, string>();
  for (const { entry, path } of all) {
    const before = first.get(entry[key]);
    if (before !== undefined) {
      throw new InputError(
        'LOCK_DUPLICATE',
        `${path}.${key}: '${entry[key]}' is already in ${before}; revert the edit or merge that wrote it twice`,
      );
    }
    first.set(entry[key], path);
  }
}

function refuseZonesTwice(all: readonly Placed[]): void {
  const first = new Map<string, string>();
  for (const { entry, path } of all) {
    if (entry.role === 'draining') continue;
    const before = first.get(entry.availabilityZone);
    if (before !== undefined) {
      throw new InputError(
        'LOCK_ZONE_TWICE',
        `${path}: zone '${entry.availabilityZone}' already has ${before}, and one address of a zone at most is not draining; ` +
          'revert the edit or merge that wrote both',
      );
    }
    first.set(entry.availabilityZone, path);
  }
}
