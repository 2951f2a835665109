// Whether the parts of a document agree: with what was expected, with each other, and with what may be allowlisted.
import { parseAvailabilityZone } from '../availability-zone';
import { type AllowlistPolicy, checkAllowlist, checkAllowlistEntry, containsCidr, parseCidr } from '../cidr';
import { parseEnvironment } from '../environment';
import { InputError } from '../errors';
import type { AllowlistDocument, AllowlistEntry } from './document';
import { atPath } from './json-reader';

/** What a document may say. Without an expected environment or region, any known one is accepted. */
export interface AllowlistDocumentPolicy extends Omit<AllowlistPolicy, 'environment'> {
  /** The environment that was asked for. */
  readonly environment?: string;
  /** The region that was asked for. */
  readonly region?: string;
}

/**
 * Refuses a document that contradicts itself, the policy, or what an exchange may be told to trust.
 * @throws InputError `ALLOWLIST_DOCUMENT_OTHER_ENVIRONMENT`, `ALLOWLIST_DOCUMENT_OTHER_REGION`,
 * `ALLOWLIST_DOCUMENT_DUPLICATE`, `ALLOWLIST_DOCUMENT_CIDR_NOT_ADDRESS`, `ALLOWLIST_DOCUMENT_ENTRY_NOT_COVERED`,
 * `ALLOWLIST_DOCUMENT_CIDR_WITHOUT_ENTRY`, and as `parseEnvironment`, `parseAvailabilityZone` and `checkAllowlist` do.
 */
export function checkConsistency(document: AllowlistDocument, policy: AllowlistDocumentPolicy): void {
  refuseOther('environment', document.environment, policy.environment);
  refuseOther('region', document.region, policy.region);
  atPath('$.environment', () => parseEnvironment(document.environment, policy.environments));
  document.entries.forEach(({ availabilityZone }, index) => {
    atPath(`$.entries[${index}].availabilityZone`, () => parseAvailabilityZone(availabilityZone, document.region));
  });
  for (const key of ['availabilityZone', 'allocationId', 'address'] as const) refuseDuplicates(document.entries, key);
  document.entries.forEach(refuseOtherCidr);
  checkCidrs(document, { ...policy, environment: document.environment });
  refuseUncovered(document);
}

function refuseOther(key: 'environment' | 'region', given: string, expected: string | undefined): void {
  if (expected === undefined || given === expected) return;
  throw new InputError(
    `ALLOWLIST_DOCUMENT_OTHER_${key.toUpperCase()}`,
    `$.${key}: '${given}' is not the ${key} that was asked for, '${expected}'; read the document of '${expected}'`,
  );
}

function refuseDuplicates(entries: readonly AllowlistEntry[], key: 'availabilityZone' | 'allocationId' | 'address') {
  entries.forEach((entry, index) => {
    const first = entries.findIndex((other) => other[key] === entry[key]);
    if (first === index) return;
    throw new InputError(
      'ALLOWLIST_DOCUMENT_DUPLICATE',
      `$.entries[${index}].${key}: '${entry[key]}' is already in $.entries[${first}]; remove one of them`,
    );
  });
}

function refuseOtherCidr(entry: AllowlistEntry, index: number): void {
  if (entry.cidr === `${entry.address}/32`) return;
  throw new InputError(
    'ALLOWLIST_DOCUMENT_CIDR_NOT_ADDRESS',
    `$.entries[${index}].cidr: '${entry.cidr}' is not the address '${entry.address}' as a /32; write '${entry.address}/32'`,
  );
}

function checkCidrs({ cidrs }: AllowlistDocument, policy: AllowlistPolicy): void {
  cidrs.forEach((cidr, index) => {
    atPath(`$.cidrs[${index}]`, () => checkAllowlistEntry(cidr, policy));
  });
  atPath('$.cidrs', () => checkAllowlist(cidrs, policy));
}

function refuseUncovered({ cidrs, entries }: AllowlistDocument): void {
  const ranges = cidrs.map(parseCidr);
  const addresses = entries.map(({ cidr }) => parseCidr(cidr));
  const uncovered = addresses.findIndex((address) => !ranges.some((range) => containsCidr(range, address)));
  if (uncovered >= 0) {
    throw new InputError(
      'ALLOWLIST_DOCUMENT_ENTRY_NOT_COVERED',
      `$.entries[${uncovered}].cidr: '${entries[uncovered].cidr}' is in none of $.cidrs; add it there`,
    );
  }
  const empty = ranges.findIndex((range) => !addresses.some((address) => containsCidr(range, address)));
  if (empty >= 0) {
    throw new InputError(
      'ALLOWLIST_DOCUMENT_CIDR_WITHOUT_ENTRY',
      `$.cidrs[${empty}]: '${cidrs[empty]}' contains the address of no entry; remove it`,
    );
  }
}
