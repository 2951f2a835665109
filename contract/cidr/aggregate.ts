// The fewest ranges for a set of addresses: an exchange limits how many entries a key may have.
import { type Cidr, cidrAround } from './cidr';
import { compareCidrs, containsCidr } from './relations';

/**
 * The smallest list that covers exactly the addresses of `cidrs`, sorted: contained ranges and duplicates are dropped,
 * two halves of a range become that range. No address is added or lost; IPv4 and IPv6 may be mixed.
 */
export function aggregateCidrs(cidrs: readonly Cidr[]): Cidr[] {
  const merged: Cidr[] = [];
  for (const cidr of [...cidrs].sort(compareCidrs)) {
    const previous = merged.at(-1);
    if (previous !== undefined && containsCidr(previous, cidr)) continue;
    merged.push(cidr);
    mergeHalves(merged);
  }
  return merged;
}

/** While the last two ranges are the two halves of one range, replaces them with it. */
function mergeHalves(merged: Cidr[]): void {
  for (;;) {
    const [low, high] = merged.slice(-2);
    if (low === undefined || high === undefined || !areHalves(low, high)) return;
    merged.splice(-2, 2, parentOf(low));
  }
}

/** For two ranges that do not overlap. */
function areHalves(low: Cidr, high: Cidr): boolean {
  return (
    low.family === high.family && low.prefixLength === high.prefixLength && parentOf(low).first === parentOf(high).first
  );
}

function parentOf(cidr: Cidr): Cidr {
  return cidrAround(cidr.family, cidr.first, cidr.prefixLength - 1);
}
