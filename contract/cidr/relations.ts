// How two ranges relate: order, equality, containment, overlap.
import { type Cidr, lastAddress } from './cidr';

/** Total order for sorting: IPv4 before IPv6, then by first address, then the larger range first. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.prefixLength - b.prefixLength;
}

/** Whether both are the same range, however they were written. */
export function sameCidr(a: Cidr, b: Cidr): boolean {
  return compareCidrs(a, b) === 0;
}

/** Whether every address of `inner` is in `outer`; a range contains itself, and never one of the other family. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && lastAddress(inner) <= lastAddress(outer);
}

/** Whether any address is in both. Ranges without host bits overlap only when one contains the other. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return containsCidr(a, b) || containsCidr(b, a);
}
