// Whether what the exchange says of a key is what was declared: exactly the permissions, and our addresses. Pure.
import { aggregateCidrs, type Cidr, containsCidr, parseCidr } from '../../contract/cidr';
import { InputError } from '../../contract/errors';
import { quoted } from '../../contract/quoted';
import type { KeyFacts } from '../exchange/adapter';
import type { OurAddresses } from '../shared/our-addresses';
import { KeyRefused } from './exchange-refusal';

/** @throws KeyRefused `KEY_PERMISSIONS_EXCESSIVE`, `KEY_PERMISSIONS_MISSING`. */
export function checkPermissions(keyName: string, { permissions }: KeyFacts, expected: readonly string[]): void {
  const extra = permissions.filter((name) => !expected.includes(name));
  if (extra.length > 0) {
    throw new KeyRefused(
      'KEY_PERMISSIONS_EXCESSIVE',
      `key '${keyName}' may do more than declared: ${named(extra)}; declared is exactly ${named(expected)}, take the others from the key`,
    );
  }
  const missing = expected.filter((name) => !permissions.includes(name));
  if (missing.length > 0) {
    throw new KeyRefused(
      'KEY_PERMISSIONS_MISSING',
      `key '${keyName}' lacks ${named(missing)}; declared is exactly ${named(expected)}, add them to the key`,
    );
  }
}

/** How a key's allowlist at the exchange differs from our addresses; the same one where everything is empty or false. */
export interface AllowlistDifference {
  /** The key works from everywhere. */
  readonly unbound: boolean;
  readonly missing: readonly Cidr[];
  readonly foreign: readonly Cidr[];
  /** Why an entry is no address, of each that is none. */
  readonly unreadable: readonly InputError[];
}

/** Compares what the lists cover, however they are written. */
export function compareAllowlist(allowlist: readonly string[], ours: readonly Cidr[]): AllowlistDifference {
  const read = allowlist.filter((entry) => entry !== '*').map(readEntry);
  const unreadable = read.filter((entry): entry is InputError => entry instanceof InputError);
  const entries = aggregateCidrs(read.filter((entry): entry is Cidr => !(entry instanceof InputError)));
  const known = aggregateCidrs(ours);
  return {
    unbound:
      allowlist.length === 0 || allowlist.includes('*') || entries.some(({ prefixLength }) => prefixLength === 0),
    missing: ours.filter((cidr) => !entries.some((entry) => containsCidr(entry, cidr))),
    foreign: entries.filter((entry) => !known.some((cidr) => containsCidr(cidr, entry))),
    unreadable,
  };
}

/**
 * Published ranges that the list lacks although it has every active address: what they shut out is standby at most. It is
 * published before exchanges are told of it, and after they have dropped it.
 */
export function standbyMissing(allowlist: readonly string[], { ranges, active }: OurAddresses): readonly Cidr[] {
  const { unbound, missing } = compareAllowlist(allowlist, ranges);
  return unbound || compareAllowlist(allowlist, active).missing.length > 0 ? [] : missing;
}

/**
 * Entries of the key's allowlist that are not ours, as warnings. `required`: what it must hold.
 * @throws KeyRefused `KEY_NOT_BOUND`, `KEY_ALLOWLIST_UNREADABLE`, `KEY_ALLOWLIST_INCOMPLETE`.
 */
export function checkAddresses(
  keyName: string,
  { allowlist }: KeyFacts,
  ours: readonly Cidr[],
  required: readonly Cidr[] = ours,
): string[] {
  const wanted = texts(ours);
  const { unbound, foreign, unreadable } = compareAllowlist(allowlist, ours);
  const { missing } = compareAllowlist(allowlist, required);
  if (unreadable.length > 0) {
    throw new KeyRefused(
      'KEY_ALLOWLIST_UNREADABLE',
      `the allowlist of key '${keyName}' has an entry that is no address: ${unreadable[0].message}`,
    );
  }
  if (unbound) {
    throw new KeyRefused(
      'KEY_NOT_BOUND',
      `key '${keyName}' works from every address; bind it to ${wanted} at the exchange`,
    );
  }
  if (missing.length > 0) {
    throw new KeyRefused(
      'KEY_ALLOWLIST_INCOMPLETE',
      `the allowlist of key '${keyName}' lacks ${texts(missing)}; it must hold ${wanted}`,
    );
  }
  if (foreign.length === 0) return [];
  return [
    `the allowlist of key '${keyName}' also holds ${texts(foreign)}, which is not ours; it should hold ${wanted} alone`,
  ];
}

function readEntry(entry: string): Cidr | InputError {
  try {
    return parseCidr(entry.trim());
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

const texts = (cidrs: readonly Cidr[]) => cidrs.map(({ text }) => text).join(', ');
const named = (permissions: readonly string[]) => permissions.map(quoted).join(', ') || 'nothing';
