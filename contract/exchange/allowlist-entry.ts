// How an exchange wants one entry of an allowlist written.
import { addressCount, parseCidr } from '../cidr';
import { AllowlistEntryFormat } from './exchange-configuration';

/** The range in the exchange's form; undefined for a block where only addresses are taken. */
export function allowlistEntry(range: string, format: AllowlistEntryFormat): string | undefined {
  const cidr = parseCidr(range);
  if (format === AllowlistEntryFormat.CIDR) return cidr.text;
  if (addressCount(cidr) === 1n) return cidr.text.split('/')[0];
  return format === AllowlistEntryFormat.ADDRESS_OR_CIDR ? cidr.text : undefined;
}
