// Whether a peer address is on a key's allowlist of IPv4 and IPv6 addresses and CIDR blocks.
import { IPv4, IPv6, isValid, isValidCIDR, parse, parseCIDR, process as unmapped } from 'ipaddr.js';

/** An IPv4-mapped IPv6 address is the IPv4 address; a zone is dropped. */
export function peerAddress(address: string | undefined): string {
  const bare = (address ?? '').split('%')[0];
  return isValid(bare) ? unmapped(bare).toString() : '';
}

export function isAllowlistEntry(text: string): boolean {
  const [address, prefix] = text.split('/');
  const wellFormed = IPv4.isValidFourPartDecimal(address) || (address.includes(':') && IPv6.isValid(address));
  // A mapped entry could never match, as peers are unmapped.
  if (!wellFormed || address.includes('%') || unmapped(address).kind() !== parse(address).kind()) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && isValidCIDR(text));
}

/** Whether the peer may use the key. An empty list allows all; an unreadable peer is on no list. */
export function isAllowed(entries: readonly string[], peer: string): boolean {
  if (entries.length === 0) return true;
  if (!isValid(peer)) return false;
  const address = parse(peer);
  return entries.some((entry) => {
    const [network, bits] = entry.includes('/') ? parseCIDR(entry) : [parse(entry), undefined];
    if (network.kind() !== address.kind()) return false;
    return address.match(network, bits ?? network.toByteArray().length * 8);
  });
}
