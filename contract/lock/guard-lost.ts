// Which locked addresses a template would lose: dropped with their zone, replaced in it, or moved to another.
import { DROPPED_COMMAND, LOCK_COMMAND } from './commands';
import type { LockDocument, LockEntry } from './document';
import { entriesOf, exchangesOf } from './entries';
import type { GuardedTemplate, LockFinding } from './guard-types';
import { adoptedBy, currentOf, drainingOf, isAdopted, roleIn } from './guard-view';

/** Dropped ones first, then zone by zone what is adopted. */
export function findLost(lock: LockDocument, template: GuardedTemplate): LockFinding[] {
  const entries = entriesOf(lock, template.region);
  const gone = entries.filter(
    (entry) => roleIn(template, entry.availabilityZone) === undefined && !isAdopted(template, entry),
  );
  return [...gone.flatMap(dropped), ...template.zones.flatMap(({ name }) => adopted(lock, template, name))];
}

function dropped(entry: LockEntry): LockFinding[] {
  const { availabilityZone, address, role } = entry;
  if (role !== 'draining') {
    return [
      {
        code: 'LOCK_ZONE_DROPPED',
        message:
          `zone '${availabilityZone}' with the ${role} address '${address}' is in the lock and not in the template; put it back, ` +
          `or let it go in steps: make it standby and deploy, run '${LOCK_COMMAND} --drain ${address}', remove the address at every ` +
          `exchange, run '${DROPPED_COMMAND}', then remove the zone`,
      },
    ];
  }
  const exchanges = exchangesOf(entry);
  if (exchanges.length === 0) return [];
  return [
    {
      code: 'LOCK_ZONE_STILL_KNOWN',
      message:
        `zone '${availabilityZone}' is not in the template, but its address '${address}' is still let in by ${exchanges.join(', ')}; ` +
        `remove the address there and run '${DROPPED_COMMAND}', then remove the zone`,
    },
  ];
}

function adopted(lock: LockDocument, template: GuardedTemplate, zone: string): LockFinding[] {
  const given = adoptedBy(template, zone);
  if (given === undefined) return [];
  const entries = entriesOf(lock, template.region);
  const elsewhere = Object.values(lock.regions)
    .flat()
    .find((entry) => entry.allocationId === given && entry.availabilityZone !== zone);
  if (elsewhere !== undefined && !isLastStepOfMove(elsewhere, entries, template, zone)) return [moved(elsewhere, zone)];
  const lost = lostFrom(entries, template, zone, given);
  return lost === undefined ? [] : [replaced(lost, given)];
}

/** An address that drains may come to another zone of its region as standby: nothing leaves from it on the way. */
function isLastStepOfMove(
  { role, allocationId }: LockEntry,
  entries: readonly LockEntry[],
  template: GuardedTemplate,
  zone: string,
): boolean {
  const inRegion = entries.some((entry) => entry.allocationId === allocationId);
  return inRegion && role === 'draining' && roleIn(template, zone) === 'standby';
}

/** The address of the zone that must stay: the current one, or else one that an exchange still knows. */
function lostFrom(entries: readonly LockEntry[], template: GuardedTemplate, zone: string, given: string) {
  const current = currentOf(entries, zone);
  if (current !== undefined) return current.allocationId === given ? undefined : current;
  return drainingOf(entries, zone).find((entry) => exchangesOf(entry).length > 0 && !isAdopted(template, entry));
}

function moved({ availabilityZone, address, allocationId }: LockEntry, zone: string): LockFinding {
  return {
    code: 'LOCK_ADDRESS_MOVED',
    message:
      `zone '${zone}' adopts '${allocationId}', which is '${address}' of zone '${availabilityZone}' in the lock; put it back, or move it ` +
      `in two deployments: make '${availabilityZone}' standby, deploy, run '${LOCK_COMMAND} --drain ${address}'; then adopt it in ` +
      `'${zone}' as standby, deploy, and run '${LOCK_COMMAND}'`,
  };
}

function replaced({ availabilityZone, address, allocationId }: LockEntry, given: string): LockFinding {
  return {
    code: 'LOCK_ADDRESS_REPLACED',
    message:
      `zone '${availabilityZone}' adopts '${given}', in the lock it has '${allocationId}' (${address}); put that back, or let the old one ` +
      `go first: make the zone standby and deploy, run '${LOCK_COMMAND} --drain ${address}', remove the address at every exchange, ` +
      `run '${DROPPED_COMMAND}', then adopt the new one as standby`,
  };
}
