// The address ranges this library reads, compares, aggregates and lets onto an allowlist.
export { aggregateCidrs } from './aggregate';
export { type AllowlistPolicy, checkAllowlist, checkAllowlistEntry } from './allowlist-policy';
export {
  addressBits,
  addressCount,
  addressText,
  type Cidr,
  cidrAround,
  formatCidr,
  type IpFamily,
  lastAddress,
} from './cidr';
export { parseCidr } from './parse';
export { compareCidrs, containsCidr, overlaps, sameCidr } from './relations';
