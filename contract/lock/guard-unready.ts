// Which active zones of a template are not ready for traffic: it starts when every exchange has confirmed the address.
import { LOCK_COMMAND, TOLD_COMMAND } from './commands';
import type { LockDocument, LockEntry } from './document';
import { entriesOf } from './entries';
import type { GuardedTemplate, LockFinding } from './guard-types';
import { adoptedBy, currentOf, drainingOf } from './guard-view';

/** By zone, in the order of the template. */
export function findUnready(lock: LockDocument, template: GuardedTemplate): LockFinding[] {
  const entries = entriesOf(lock, template.region);
  if (entries.length === 0 && isNothingKnown(lock, template)) return [];
  return template.zones
    .filter(({ role }) => role === 'active')
    .flatMap(({ name }) => unready(entries, template, name))
    .filter((finding) => finding !== undefined);
}

/** The first region of all may begin with traffic; one that comes later would call exchanges that let others in already. */
function isNothingKnown({ regions }: LockDocument, { requiredExchanges = [] }: GuardedTemplate): boolean {
  return requiredExchanges.length === 0 || Object.keys(regions).length === 0;
}

function unready(entries: readonly LockEntry[], template: GuardedTemplate, zone: string): LockFinding | undefined {
  const current = currentOf(entries, zone);
  if (current === undefined) return withoutEntry(entries, template, zone);
  const missing = (template.requiredExchanges ?? []).filter((exchange) => !Object.hasOwn(current.told, exchange));
  if (missing.length === 0) return undefined;
  return {
    code: 'LOCK_NOT_TOLD',
    message:
      `zone '${zone}' is active, but its address '${current.address}' is not confirmed by ${missing.join(', ')}; allowlist it there, ` +
      `run '${TOLD_COMMAND}', and keep the zone standby until then`,
  };
}

function withoutEntry(entries: readonly LockEntry[], template: GuardedTemplate, zone: string): LockFinding {
  const given = adoptedBy(template, zone);
  const draining = drainingOf(entries, zone).find(({ allocationId }) => given === undefined || given === allocationId);
  if (draining === undefined) {
    return {
      code: 'LOCK_ZONE_WITHOUT_ENTRY',
      message:
        `zone '${zone}' is active and has no entry in the lock; deploy it as standby first, then run '${LOCK_COMMAND}', ` +
        'allowlist its address, and make it active',
    };
  }
  const { address } = draining;
  return {
    code: 'LOCK_ZONE_DRAINING',
    message:
      `zone '${zone}' is active, but its address '${address}' drains; keep the zone standby, deploy, ` +
      `and run '${LOCK_COMMAND} --restore ${address}' if the address is to be used again`,
  };
}
