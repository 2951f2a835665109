// Whether a peer address is on a key's allowlist of IPv4 and IPv6 addresses and CIDR blocks.
import * as ipaddr from 'ipaddr.js';

/** An IPv4-mapped IPv6 address is the IPv4 address; a zone is dropped. */
export function peerAddress(address: string | undefined): string {
  const bare = (address ?? '').split('%')[0];
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : '';
}

export function isAllowlistEntry(text: string): boolean {
  const [address, prefix] = text.split('/');
  const wellFormed =
    ipaddr.IPv4.isValidFourPartDecimal(address) || (address.includes(':') && ipaddr.IPv6.isValid(address));
  // A mapped entry could never match, as peers are unmapped.
  if (!wellFormed || address.includes('%') || ipaddr.process(address).kind() !== ipaddr.parse(address).kind())
    return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && ipaddr.isValidCIDR(text));
}

/** Whether the peer may use the key. An empty list allows all; an unreadable peer is on no list. */
export function isAllowed(entries: readonly string[], peer: string): boolean {
  if (entries.length === 0) return true;
  if (!ipaddr.isValid(peer)) return false;
  const address = ipaddr.parse(peer);
  return entries.some((entry) => {
    const [network, bits] = entry.includes('/') ? ipaddr.parseCIDR(entry) : [ipaddr.parse(entry), undefined];
    if (network.kind() !== address.kind()) return false;
    return address.match(network, bits ?? network.toByteArray().length * 8);
  });
}
