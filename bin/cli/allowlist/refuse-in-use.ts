// Whether addresses that are to drain are out of use: what is published says where traffic should leave, EC2 where it can.
import type { LockDocument, MergeOptions } from '../../../contract/lock';
import { LOCK_COMMAND } from '../../../contract/lock/commands';
import type { AccountSession } from '../command';
import { Failure } from '../failure';
import { printable } from '../output/printable';
import { type CheckedRegion, checkRegions, type Problem } from './check-regions';

interface Leaving {
  readonly region: string;
  readonly address: string;
  readonly allocationId: string;
}

/**
 * Addresses are deployed before the network that uses them: one that is published as standby may still be on a NAT gateway,
 * and so may one whose region has no addresses any more.
 * @throws Failure `LOCK_DRAIN_IN_USE`, `LOCK_DRAIN_UNCHECKED`.
 */
export async function refuseInUse(
  session: AccountSession,
  lock: LockDocument,
  { drain = [], removedRegions = [] }: MergeOptions,
): Promise<void> {
  const leaving = Object.entries(lock.regions).flatMap(([region, entries]) =>
    entries
      .filter(({ address }) => drain.includes(address) || removedRegions.includes(region))
      .map(({ address, allocationId }) => ({ region, address, allocationId })),
  );
  const regions = [...new Set(leaving.map(({ region }) => region))];
  if (regions.length === 0) return;
  const checked = new Map((await checkRegions(session, regions)).map((found) => [found.region, found]));
  for (const one of leaving) refuse(one, checked.get(one.region));
}

function refuse(one: Leaving, found: CheckedRegion | undefined): void {
  const { region, address } = one;
  if (found === undefined || found.unreadable) {
    const why = found?.unreadable ? printable(`${found.unreadable.message} [${found.unreadable.code}]`) : 'no answer';
    throw new Failure(
      'LOCK_DRAIN_UNCHECKED',
      `whether traffic still leaves from '${address}' could not be read in ${region}: ${why}; run the command again when it can be`,
    );
  }
  const use = found.problems.find((problem) => speaksOfUse(problem, one));
  if (use === undefined) return;
  throw new Failure(
    'LOCK_DRAIN_IN_USE',
    `traffic may still leave from '${address}' in ${region}: ${printable(use.message)}; ` +
      `deploy the network, or delete its stack, then run '${LOCK_COMMAND}' again`,
  );
}

/** `ALLOWLIST_MISSING`: networks are published, and not what they leave by. */
function speaksOfUse({ code, subject }: Problem, { allocationId }: Leaving): boolean {
  if (code === 'ALLOWLIST_MISSING') return true;
  return ['STANDBY_IN_USE', 'ADDRESS_NOT_LISTED'].includes(code) && subject === allocationId;
}
