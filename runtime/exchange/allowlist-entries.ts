// Our addresses in the exchange's own form, and whether two allowlists are the same one.
import { parseCidr } from '../../contract/cidr';
import { allowlistEntry } from '../../contract/exchange/allowlist-entry';
import { ErrorClass } from '../../contract/exchange/error-class';
import { AllowlistEntryFormat, type ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { ExchangeError } from './adapter';

/**
 * The entries to send.
 * @throws ExchangeError `CONFIG` when the exchange cannot take them: a shorter list would lock callers out.
 */
export function entriesToSend(
  {
    name,
    allowlistEntryFormat = AllowlistEntryFormat.ADDRESS_OR_CIDR,
    limits,
  }: Pick<ExchangeConfiguration, 'name' | 'allowlistEntryFormat' | 'limits'>,
  cidrs: readonly string[],
): string[] {
  const refused = (problem: string, code: string) =>
    new ExchangeError(ErrorClass.CONFIG, 'create', `exchange '${name}': ${problem}`, code);
  if (cidrs.length === 0) throw refused('a key without allowlist would work from everywhere', 'ALLOWLIST_EMPTY');
  const most = limits?.allowlistEntries;
  if (most !== undefined && cidrs.length > most) {
    throw refused(`the allowlist has ${cidrs.length} entries, a key can have ${most}`, 'ALLOWLIST_TOO_LONG');
  }
  return cidrs.map((cidr) => {
    const entry = allowlistEntry(cidr, allowlistEntryFormat);
    if (entry !== undefined) return entry;
    throw refused(`block ${cidr} is on the allowlist, keys can have single addresses only`, 'ALLOWLIST_BLOCK');
  });
}

/** `203.0.113.10` and `203.0.113.10/32` are one entry. */
export function sameEntries(one: readonly string[], other: readonly string[]): boolean {
  const normal = (entries: readonly string[]) => [...new Set(entries.map(canonical))].sort().join();
  return normal(one) === normal(other);
}

function canonical(entry: string): string {
  try {
    return parseCidr(entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`).text;
  } catch {
    // Whatever it is, it is the same as itself only.
    return entry;
  }
}
