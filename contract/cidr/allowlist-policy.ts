// Which ranges may be registered at an exchange: public, narrow, few, and each of them once.
import { type ExtraEnvironments, isProduction } from '../environment';
import { InputError } from '../errors';
import { type Cidr, type IpFamily, lastAddress } from './cidr';
import { parseCidr } from './parse';
import { overlaps } from './relations';
import { DOCUMENTATION, LOOPBACK, SPECIAL_RANGES } from './special-ranges';

/** What an allowlist may hold. */
export interface AllowlistPolicy {
  /** A known environment; a production one refuses documentation ranges. */
  readonly environment: string;
  /** Environments besides the built-in ones. */
  readonly environments?: ExtraEnvironments;
  /** How many entries the exchange takes for a key. Default 20. */
  readonly maxEntries?: number;
  /** Shortest IPv4 prefix length, in bits. Default 24. */
  readonly minPrefixLengthV4?: number;
  /** Shortest IPv6 prefix length, in bits. Default 64. */
  readonly minPrefixLengthV6?: number;
  /** Allows loopback ranges, which a local AWS API hands out. Default false. */
  readonly localAws?: boolean;
}

const DEFAULT_MAX_ENTRIES = 20;
const DEFAULT_MIN_PREFIX_LENGTH: Readonly<Record<IpFamily, number>> = { 4: 24, 6: 64 };

/**
 * The entry as a range, if an exchange may be told to trust it.
 * @throws InputError `ALLOWLIST_EVERY_ADDRESS`; a code per kind of non-public range the entry overlaps, e.g.
 * `ALLOWLIST_PRIVATE`; `ALLOWLIST_PREFIX_TOO_SHORT`; and for a text as `parseCidr` does.
 */
export function checkAllowlistEntry(entry: Cidr | string, policy: AllowlistPolicy): Cidr {
  const cidr = typeof entry === 'string' ? parseCidr(entry) : entry;
  const { family, prefixLength, text } = cidr;
  if (prefixLength === 0) {
    throw new InputError(
      'ALLOWLIST_EVERY_ADDRESS',
      `'${text}' allows every IPv${family} address, so the key works from anywhere; list the egress addresses`,
    );
  }
  refuseSpecialRanges(cidr, policy);
  const shortest =
    (family === 4 ? policy.minPrefixLengthV4 : policy.minPrefixLengthV6) ?? DEFAULT_MIN_PREFIX_LENGTH[family];
  if (prefixLength < shortest) {
    throw new InputError(
      'ALLOWLIST_PREFIX_TOO_SHORT',
      `'${text}' is wider than allowed, the shortest IPv${family} prefix is /${shortest}; list narrower ranges`,
    );
  }
  return cidr;
}

/**
 * The entries as ranges in the order given, if together they are an allowlist an exchange may be given.
 * @throws InputError `ALLOWLIST_TOO_MANY_ENTRIES`, `ALLOWLIST_DUPLICATE`, and per entry as `checkAllowlistEntry` does.
 */
export function checkAllowlist(entries: readonly (Cidr | string)[], policy: AllowlistPolicy): Cidr[] {
  const most = policy.maxEntries ?? DEFAULT_MAX_ENTRIES;
  if (entries.length > most) {
    throw new InputError(
      'ALLOWLIST_TOO_MANY_ENTRIES',
      `the allowlist has ${entries.length} entries, allowed are ${most}; remove some, or use one range that holds them`,
    );
  }
  const seen = new Set<string>();
  return entries.map((entry) => {
    const cidr = checkAllowlistEntry(entry, policy);
    if (seen.has(cidr.text)) {
      throw new InputError('ALLOWLIST_DUPLICATE', `'${cidr.text}' is on the allowlist twice; remove one of them`);
    }
    seen.add(cidr.text);
    return cidr;
  });
}

function refuseSpecialRanges(cidr: Cidr, policy: AllowlistPolicy): void {
  const production = isProduction(policy.environment, policy.environments);
  const refused = SPECIAL_RANGES.find(
    ({ code, range }) =>
      overlaps(range, cidr) &&
      !(code === DOCUMENTATION && !production) &&
      !(code === LOOPBACK && policy.localAws === true),
  );
  if (refused === undefined) return;
  const { code, kind, range } = refused;
  const relation = range.first <= cidr.first && lastAddress(cidr) <= lastAddress(range) ? 'is in' : 'overlaps';
  throw new InputError(
    code,
    `'${cidr.text}' ${relation} the ${kind} range ${range.text}, which an exchange never sees; use the public egress address`,
  );
}
