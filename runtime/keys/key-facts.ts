// Whether what the exchange says of a key is what was declared: exactly the permissions, and our addresses. Pure.
import { aggregateCidrs, type Cidr, containsCidr, parseCidr } from '../../contract/cidr';
import { InputError } from '../../contract/errors';
import { quoted } from '../../contract/quoted';
import type { KeyFacts } from '../exchange/adapter';
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

/**
 * Entries of the key's allowlist that are not ours, as warnings.
 * @throws KeyRefused `KEY_NOT_BOUND`, `KEY_ALLOWLIST_UNREADABLE`, `KEY_ALLOWLIST_INCOMPLETE`.
 */
export function checkAddresses(keyName: string, { allowlist }: KeyFacts, ours: readonly Cidr[]): string[] {
  const wanted = ours.map(({ text }) => text).join(', ');
  const entries = aggregateCidrs(allowlist.filter((entry) => entry !== '*').map((entry) => readEntry(keyName, entry)));
  if (allowlist.length === 0 || allowlist.includes('*') || entries.some(({ prefixLength }) => prefixLength === 0)) {
    throw new KeyRefused(
      'KEY_NOT_BOUND',
      `key '${keyName}' works from every address; bind it to ${wanted} at the exchange`,
    );
  }
  const missing = ours.filter((cidr) => !entries.some((entry) => containsCidr(entry, cidr)));
  if (missing.length > 0) {
    throw new KeyRefused(
      'KEY_ALLOWLIST_INCOMPLETE',
      `the allowlist of key '${keyName}' lacks ${missing.map(({ text }) => text).join(', ')}; it must hold ${wanted}`,
    );
  }
  const foreign = entries.filter((entry) => !aggregateCidrs(ours).some((cidr) => containsCidr(cidr, entry)));
  if (foreign.length === 0) return [];
  const names = foreign.map(({ text }) => text).join(', ');
  return [`the allowlist of key '${keyName}' also holds ${names}, which is not ours; it should hold ${wanted} alone`];
}

function readEntry(keyName: string, entry: string): Cidr {
  try {
    return parseCidr(entry.trim());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new KeyRefused(
      'KEY_ALLOWLIST_UNREADABLE',
      `the allowlist of key '${keyName}' has an entry that is no address: ${error.message}`,
    );
  }
}

const named = (permissions: readonly string[]) => permissions.map(quoted).join(', ') || 'nothing';
