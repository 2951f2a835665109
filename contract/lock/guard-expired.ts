// Which entries are past their day, while the template goes on as if they were not.
import { DROPPED_COMMAND, LOCK_COMMAND } from './commands';
import type { LockEntry } from './document';
import { exchangesOf } from './entries';
import type { GuardedTemplate, LockFinding } from './guard-types';
import { adoptedBy, currentOf, isAdopted, roleIn } from './guard-view';

/** In the order of the lock. A template that takes the next step away from the entry is let through. */
export function findExpired(entries: readonly LockEntry[], template: GuardedTemplate): LockFinding[] {
  return entries
    .filter(({ retireAfter }) => retireAfter !== undefined && retireAfter <= template.today)
    .flatMap((entry) => {
      const step = nextStep(entry, entries, template);
      if (step === undefined) return [];
      const { availabilityZone, address, role, retireAfter } = entry;
      const message =
        `the ${role} address '${address}' of zone '${availabilityZone}' was to be gone by ${retireAfter}, today is ` +
        `${template.today}; ${step}, or agree on a later day with '${LOCK_COMMAND} --retire-after'`;
      return [{ code: 'LOCK_ENTRY_EXPIRED', message }] satisfies LockFinding[];
    });
}

/** What is left to do before or in this template; nothing when the template does it. */
function nextStep(entry: LockEntry, entries: readonly LockEntry[], template: GuardedTemplate): string | undefined {
  const { availabilityZone, address, role } = entry;
  const inTemplate = roleIn(template, availabilityZone);
  if (role === 'active') return inTemplate === 'active' ? 'make the zone standby and deploy' : undefined;
  if (role === 'standby') return `run '${LOCK_COMMAND} --drain ${address}'`;
  const exchanges = exchangesOf(entry);
  if (exchanges.length > 0) return `remove it at ${exchanges.join(', ')} and run '${DROPPED_COMMAND}'`;
  const isZones = inTemplate !== undefined && currentOf(entries, availabilityZone) === undefined;
  const isKept = isAdopted(template, entry) || (isZones && adoptedBy(template, availabilityZone) === undefined);
  return isKept
    ? `remove the zone from the template and deploy, then run '${LOCK_COMMAND} --drop ${address}'`
    : undefined;
}
