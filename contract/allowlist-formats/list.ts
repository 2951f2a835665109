// The addresses of an environment in all regions as one list: what every format is made of.
import type { AllowlistDocument, AllowlistEntry, AllowlistRole } from '../allowlist';
import { compareCidrs, containsCidr, parseCidr } from '../cidr';
import { InputError } from '../errors';

/** One address, and where it is. */
export interface EgressAddress extends AllowlistEntry {
  readonly region: string;
  /** The range that is published for it: its /32, or the block of the address pool that holds it. */
  readonly publishedCidr: string;
}

export interface EgressList {
  readonly environment: string;
  /** What to register where ranges can be, sorted, each once. */
  readonly cidrs: readonly string[];
  /** Sorted by region and zone. Never empty. */
  readonly entries: readonly EgressAddress[];
}

/**
 * The list of the documents, all of one environment. With a role, only those addresses, and none besides: as /32s.
 * @throws InputError `ALLOWLIST_NO_ADDRESS`, `ALLOWLIST_OTHER_ENVIRONMENTS`, `ALLOWLIST_ADDRESS_TWICE`.
 */
export function egressList(documents: readonly AllowlistDocument[], role?: AllowlistRole): EgressList {
  const environments = [...new Set(documents.map(({ environment }) => environment))];
  if (environments.length > 1) {
    throw new InputError(
      'ALLOWLIST_OTHER_ENVIRONMENTS',
      `the allowlists are of environments ${environments.join(' and ')}; list one environment at a time`,
    );
  }
  const all = documents.flatMap(addressesOf).sort(byPlace);
  refuseTwice(all);
  const entries = role === undefined ? all : all.filter((entry) => entry.role === role).map(alone);
  if (entries.length === 0) {
    const what = role === undefined ? 'no address is' : `no address of '${environments[0]}' is ${role}, the others are`;
    throw new InputError(
      'ALLOWLIST_NO_ADDRESS',
      `${what} in the allowlists that were read; an empty list would bind a key to nothing, leave out --role or read more regions`,
    );
  }
  return { environment: environments[0], cidrs: rangesOf(entries, false), entries };
}

/** An address as a range, and the range that is published for it. */
export type Ranged = Pick<EgressAddress, 'cidr' | 'publishedCidr'>;

/** The ranges that hold the addresses, sorted, each once. `exact`: nothing but the addresses. */
export function rangesOf(
  addresses: readonly Pick<EgressAddress, 'cidr' | 'publishedCidr'>[],
  exact: boolean,
): string[] {
  const texts = new Set(addresses.map(({ cidr, publishedCidr }) => (exact ? cidr : publishedCidr)));
  return [...texts]
    .map(parseCidr)
    .sort(compareCidrs)
    .map(({ text }) => text);
}

/** A block holds addresses of other roles, too. */
function alone(entry: EgressAddress): EgressAddress {
  return { ...entry, publishedCidr: entry.cidr };
}

function addressesOf({ region, cidrs, entries }: AllowlistDocument): EgressAddress[] {
  const ranges = cidrs.map(parseCidr);
  return entries.map((entry) => {
    const address = parseCidr(entry.cidr);
    return {
      ...entry,
      region,
      publishedCidr: ranges.find((range) => containsCidr(range, address))?.text ?? entry.cidr,
    };
  });
}

function refuseTwice(entries: readonly EgressAddress[]): void {
  const first = new Map<string, string>();
  for (const { address, availabilityZone } of entries) {
    const before = first.get(address);
    if (before !== undefined) {
      throw new InputError(
        'ALLOWLIST_ADDRESS_TWICE',
        `address '${address}' is published for ${before} and for ${availabilityZone}, and can be in one of them only; deploy the addresses of both regions again`,
      );
    }
    first.set(address, availabilityZone);
  }
}

/** A zone's name begins with that of its region. */
function byPlace(a: EgressAddress, b: EgressAddress): number {
  const [left, right] = [a, b].map(({ region, availabilityZone }) => `${region} ${availabilityZone}`);
  return left < right ? -1 : 1;
}
