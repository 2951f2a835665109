// A template seen from an entry of the lock: which address of a zone counts, and which the template surely has.
import type { LockEntry } from './document';
import type { GuardedTemplate } from './guard-types';

/** The entry of the zone that does not drain. */
export function currentOf(entries: readonly LockEntry[], zone: string): LockEntry | undefined {
  return entries.find(({ availabilityZone, role }) => availabilityZone === zone && role !== 'draining');
}

/** The entries of the zone that drain. */
export function drainingOf(entries: readonly LockEntry[], zone: string): LockEntry[] {
  return entries.filter(({ availabilityZone, role }) => availabilityZone === zone && role === 'draining');
}

/** The allocation id of a zone, if synth knows it. */
export function adoptedBy({ allocationIds = {} }: GuardedTemplate, zone: string): string | undefined {
  return Object.hasOwn(allocationIds, zone) ? allocationIds[zone] : undefined;
}

/** Whether a zone of the template, any of them, adopts the entry's address. */
export function isAdopted(template: GuardedTemplate, { allocationId }: LockEntry): boolean {
  return template.zones.some(({ name }) => adoptedBy(template, name) === allocationId);
}

/** The role that the template gives the zone. */
export function roleIn({ zones }: GuardedTemplate, zone: string): 'active' | 'standby' | undefined {
  return zones.find(({ name }) => name === zone)?.role;
}
