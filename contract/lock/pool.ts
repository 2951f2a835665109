// Whether a region's addresses come from the block that was declared for it.
import { containsCidr, parseCidr } from '../cidr';
import { InputError } from '../errors';
import type { LockDocument } from './document';
import { entriesOf } from './entries';

/**
 * Refuses a lock with an active or standby address outside the block; a draining one may come from before there was a pool.
 * @throws InputError `LOCK_OUTSIDE_POOL`, and as `parseCidr` does.
 */
export function checkPool(lock: LockDocument, region: string, cidr: string): void {
  const pool = parseCidr(cidr);
  const outside = entriesOf(lock, region).find(
    ({ address, role }) => role !== 'draining' && !containsCidr(pool, parseCidr(address)),
  );
  if (outside === undefined) return;
  throw new InputError(
    'LOCK_OUTSIDE_POOL',
    `address '${outside.address}' of zone '${outside.availabilityZone}' is not in the declared pool ${pool.text}; ` +
      'declare the pool it comes from, or drain it and take an address of the pool',
  );
}
