// Whether a lock may be brought up to date with these documents and wishes: nothing in use is forgotten by a slip.
import type { AllowlistDocument, AllowlistEntry } from '../allowlist';
import { InputError } from '../errors';
import type { RegionEntry } from './change';
import { DROPPED_COMMAND, LOCK_COMMAND } from './commands';
import type { LockDocument } from './document';
import { exchangesOf, refuseUnknown } from './entries';

/** What is wanted besides what is deployed. The lists name addresses. */
export interface MergeOptions {
  /** `2026-11-22` */
  readonly today: string;
  /** Days until an address that begins to drain should be gone. Default 30. */
  readonly retireDays?: number;
  /** Standby addresses that are to leave. */
  readonly drain?: readonly string[];
  /** Draining addresses that are to be used again. */
  readonly restore?: readonly string[];
  /** Addresses to forget: not deployed, and known to no exchange. */
  readonly drop?: readonly string[];
  /** Regions of the lock that are no longer deployed. Without it, a region that was not read is no region removed. */
  readonly removedRegions?: readonly string[];
}

/** A deployed address and its region. */
export interface DeployedEntry {
  readonly region: string;
  readonly entry: AllowlistEntry;
}

export interface MergeRequest {
  readonly lock: LockDocument | undefined;
  readonly locked: readonly RegionEntry[];
  readonly deployed: readonly AllowlistDocument[];
  readonly addresses: readonly DeployedEntry[];
  readonly options: MergeOptions;
}

/**
 * The environment of the result.
 * @throws InputError `LOCK_NOTHING_DEPLOYED`, `LOCK_DEPLOYED_OTHER_ENVIRONMENT`, `LOCK_DEPLOYED_TWICE`,
 * `LOCK_ALLOCATION_OTHER_ADDRESS`, `LOCK_REGION_UNKNOWN`, `LOCK_REGION_STILL_DEPLOYED`, `LOCK_REGION_NOT_READ`,
 * `LOCK_NAMED_TWICE`, `LOCK_ADDRESS_UNKNOWN`, `LOCK_DRAIN_ACTIVE`, `LOCK_NOT_DEPLOYED`, `LOCK_DROP_DEPLOYED` or
 * `LOCK_DROP_STILL_KNOWN`.
 */
export function checkMergeRequest(request: MergeRequest): string {
  const environment = request.lock?.environment ?? request.deployed[0]?.environment;
  if (environment === undefined) {
    throw new InputError(
      'LOCK_NOTHING_DEPLOYED',
      `nothing is deployed, so there is nothing to lock; deploy, then run '${LOCK_COMMAND}'`,
    );
  }
  checkDocuments(request, environment);
  checkRegions(request);
  checkLists(request);
  return environment;
}

function checkDocuments({ deployed, addresses, locked }: MergeRequest, environment: string): void {
  const foreign = deployed.find((document) => document.environment !== environment);
  if (foreign !== undefined) {
    throw new InputError(
      'LOCK_DEPLOYED_OTHER_ENVIRONMENT',
      `the document of ${foreign.region} is of environment '${foreign.environment}', the lock of '${environment}'; use one lock per environment`,
    );
  }
  refuseTwice(deployed.map(({ region }) => region));
  refuseTwice(addresses.map(({ entry }) => entry.address));
  refuseTwice(addresses.map(({ entry }) => entry.allocationId));
  for (const { entry } of addresses) {
    const other = locked.find(
      (before) => before.entry.allocationId === entry.allocationId && before.entry.address !== entry.address,
    );
    if (other === undefined) continue;
    throw new InputError(
      'LOCK_ALLOCATION_OTHER_ADDRESS',
      `'${entry.allocationId}' is '${other.entry.address}' in the lock and '${entry.address}' deployed, yet an allocation never ` +
        'changes its address; check the account and the environment of the lock',
    );
  }
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new InputError(
    'LOCK_DEPLOYED_TWICE',
    `'${twice}' is in the documents of what is deployed twice; read one document per region of one account`,
  );
}

/** A region that could not be read looks like one without addresses: only saying so makes it one. */
function checkRegions({ lock, deployed, locked, options }: MergeRequest): void {
  const { removedRegions = [], drop = [] } = options;
  for (const region of removedRegions) {
    if (!Object.hasOwn(lock?.regions ?? {}, region)) {
      throw new InputError(
        'LOCK_REGION_UNKNOWN',
        `removed region '${region}' is not in the lock, known are ${Object.keys(lock?.regions ?? {}).join(', ') || 'none'}; name one of these`,
      );
    }
    if (deployed.some((document) => document.region === region)) {
      throw new InputError(
        'LOCK_REGION_STILL_DEPLOYED',
        `region '${region}' was named as removed, but its allowlist document is there; delete the stacks of its network and of its addresses first, which keeps the addresses themselves`,
      );
    }
  }
  const unread = locked.find(
    ({ region, entry }) =>
      !removedRegions.includes(region) &&
      !deployed.some((document) => document.region === region) &&
      !isElsewhere(entry.address, deployed) &&
      (entry.role !== 'draining' || drop.includes(entry.address)),
  );
  if (unread === undefined) return;
  throw new InputError(
    'LOCK_REGION_NOT_READ',
    `region '${unread.region}' has '${unread.entry.address}' in the lock and no allowlist document was read from it; ` +
      `run '${LOCK_COMMAND}' again when it can be read, or with '--removed-region ${unread.region}' if it is no longer deployed`,
  );
}

function isElsewhere(address: string, deployed: readonly AllowlistDocument[]): boolean {
  return deployed.some(({ entries }) => entries.some((entry) => entry.address === address));
}

function checkLists({ locked, addresses, options }: MergeRequest): void {
  const { drain = [], restore = [], drop = [] } = options;
  const named = [...drain, ...restore, ...drop];
  const twice = named.find((address, index) => named.indexOf(address) !== index);
  if (twice !== undefined) {
    throw new InputError(
      'LOCK_NAMED_TWICE',
      `address '${twice}' is to be drained, restored or dropped more than once; name it once`,
    );
  }
  refuseUnknown(
    named,
    locked.map(({ entry }) => entry),
  );
  const roleOf = (address: string) => addresses.find(({ entry }) => entry.address === address)?.entry.role;
  for (const address of [...drain, ...restore]) {
    if (roleOf(address) !== undefined) continue;
    throw new InputError(
      'LOCK_NOT_DEPLOYED',
      `address '${address}' is not deployed in any region that was read, so it drains already and cannot be restored; leave it out`,
    );
  }
  const active = drain.find((address) => roleOf(address) === 'active');
  if (active !== undefined) {
    throw new InputError(
      'LOCK_DRAIN_ACTIVE',
      `address '${active}' is active; make its zone standby and deploy, then run '${LOCK_COMMAND} --drain ${active}'`,
    );
  }
  const present = drop.find((address) => roleOf(address) !== undefined);
  if (present !== undefined) {
    throw new InputError(
      'LOCK_DROP_DEPLOYED',
      `address '${present}' is still deployed; remove its zone from the template and deploy, then drop it`,
    );
  }
  const known = locked.find(({ entry }) => drop.includes(entry.address) && exchangesOf(entry).length > 0);
  if (known !== undefined) {
    throw new InputError(
      'LOCK_DROP_STILL_KNOWN',
      `address '${known.entry.address}' is still let in by ${exchangesOf(known.entry).join(', ')}; remove it there, ` +
        `run '${DROPPED_COMMAND}', then drop it`,
    );
  }
}
