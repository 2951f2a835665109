// What changed between two allowlists of a region, as an operator needs it: what to register, what to remove.
import { InputError } from '../errors';
import type { AllowlistDocument, AllowlistEntry } from './document';

/** One entry before and after. */
export interface AllowlistChange {
  readonly before: AllowlistEntry;
  readonly after: AllowlistEntry;
}

/** Every list is in the order of the document it comes from; all are empty for equal documents. */
export interface AllowlistDiff {
  /** Addresses that were not there. */
  readonly added: readonly AllowlistEntry[];
  /** Addresses that are there no longer. */
  readonly removed: readonly AllowlistEntry[];
  /** The same address in the other role. */
  readonly roleChanged: readonly AllowlistChange[];
  /** The same address in another zone. */
  readonly moved: readonly AllowlistChange[];
  /** The same zone with another address. */
  readonly replaced: readonly AllowlistChange[];
  /** Ranges to register at the exchange. */
  readonly cidrsAdded: readonly string[];
  /** Ranges to remove at the exchange. */
  readonly cidrsRemoved: readonly string[];
}

/**
 * Compares two documents of the same environment and region. An address is the same if both the allocation id and the
 * address are.
 * @throws InputError `ALLOWLIST_DIFF_OF_OTHERS`.
 */
export function diffAllowlists(before: AllowlistDocument, after: AllowlistDocument): AllowlistDiff {
  if (before.environment !== after.environment || before.region !== after.region) {
    throw new InputError(
      'ALLOWLIST_DIFF_OF_OTHERS',
      `allowlists of ${before.environment} in ${before.region} and of ${after.environment} in ${after.region} have ` +
        'nothing to compare; compare two documents of the same environment and region',
    );
  }
  const byAddress = pairs(before, after, isSameAddress);
  return {
    added: after.entries.filter((entry) => !before.entries.some((other) => isSameAddress(other, entry))),
    removed: before.entries.filter((entry) => !after.entries.some((other) => isSameAddress(other, entry))),
    roleChanged: byAddress.filter((change) => change.before.role !== change.after.role),
    moved: byAddress.filter((change) => !isSameZone(change.before, change.after)),
    replaced: pairs(before, after, isSameZone).filter((change) => !isSameAddress(change.before, change.after)),
    cidrsAdded: after.cidrs.filter((cidr) => !before.cidrs.includes(cidr)),
    cidrsRemoved: before.cidrs.filter((cidr) => !after.cidrs.includes(cidr)),
  };
}

type Match = (a: AllowlistEntry, b: AllowlistEntry) => boolean;

const isSameAddress: Match = (a, b) => a.allocationId === b.allocationId && a.address === b.address;
const isSameZone: Match = (a, b) => a.availabilityZone === b.availabilityZone;

function pairs(before: AllowlistDocument, after: AllowlistDocument, match: Match): AllowlistChange[] {
  return after.entries.flatMap((entry) => {
    const previous = before.entries.find((other) => match(other, entry));
    return previous === undefined ? [] : [{ before: previous, after: entry }];
  });
}
