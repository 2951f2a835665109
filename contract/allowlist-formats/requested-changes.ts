// What to ask of an exchange: which addresses to let in first, which to forget later, and never one that is in use.
import { containsCidr, parseCidr } from '../cidr';
import type { LockDocument, LockEntry, LockRole } from '../lock';
import type { EgressAddress, EgressList, Ranged } from './list';

/** An address of the list or of the lock. */
export interface RequestedAddress extends Ranged {
  readonly region: string;
  readonly availabilityZone: string;
  readonly address: string;
  readonly role: LockRole;
}

/** Each list is sorted by region and zone. */
export interface ChangeRequest {
  /** Deployed, and the exchange was not told. */
  readonly add: readonly RequestedAddress[];
  /** Draining, and the exchange still lets them in. */
  readonly remove: readonly RequestedAddress[];
  /** What the exchange is to let in while both are there. */
  readonly during: readonly RequestedAddress[];
  /** What it is to let in at the end. */
  readonly after: readonly RequestedAddress[];
  /** Of `after`: the exchange lets them in, and no region that was read has them. */
  readonly notFound: readonly RequestedAddress[];
  /** Of `add`: the lock does not have them. */
  readonly notLocked: readonly RequestedAddress[];
  /** Of `after`: draining in the lock, but deployed in a way that traffic may use. */
  readonly inUseAgain: readonly RequestedAddress[];
}

/** Without a lock, the exchange has been told of nothing. */
export function requestedChanges(list: EgressList, lock: LockDocument | undefined, exchange: string): ChangeRequest {
  const locked = lockedAddresses(list, lock);
  const inLock = ({ address }: RequestedAddress) => locked.find((other) => other.address === address);
  const told = (address: RequestedAddress) => Object.hasOwn(inLock(address)?.told ?? {}, exchange);

  const wanted = list.entries.filter((entry) => !leaves(entry, inLock(entry)));
  const isWanted = ({ address }: RequestedAddress) => wanted.some((entry) => entry.address === address);
  const others = locked.filter((entry) => told(entry) && !isWanted(entry));
  const remove = others.filter(({ role }) => role === 'draining');
  const notFound = others.filter(({ role }) => role !== 'draining');
  const add = wanted.filter((entry) => !told(entry));
  return {
    add: sorted(add),
    remove: sorted(remove),
    during: sorted([...wanted, ...notFound, ...remove]),
    after: sorted([...wanted, ...notFound]),
    notFound: sorted(notFound),
    notLocked: sorted(add.filter((entry) => inLock(entry) === undefined)),
    inUseAgain: sorted(wanted.filter((entry) => inLock(entry)?.role === 'draining')),
  };
}

interface LockedAddress extends RequestedAddress, Pick<LockEntry, 'told'> {}

function lockedAddresses({ cidrs, entries }: EgressList, lock: LockDocument | undefined): LockedAddress[] {
  return Object.entries(lock?.regions ?? {}).flatMap(([region, locked]) =>
    locked.map(({ availabilityZone, address, role, told }) => {
      const cidr = `${address}/32`;
      const publishedCidr =
        entries.find((entry) => entry.address === address)?.publishedCidr ?? rangeAround(cidr, cidrs);
      return { region, availabilityZone, address, cidr, publishedCidr, role, told };
    }),
  );
}

function rangeAround(cidr: string, ranges: readonly string[]): string {
  return ranges.find((range) => containsCidr(parseCidr(range), parseCidr(cidr))) ?? cidr;
}

/** As the lock sees it: a standby address goes on draining while it is deployed where it was. */
function leaves({ role, availabilityZone }: EgressAddress, locked: LockedAddress | undefined): boolean {
  return locked?.role === 'draining' && role === 'standby' && locked.availabilityZone === availabilityZone;
}

function sorted(addresses: readonly RequestedAddress[]): RequestedAddress[] {
  const place = ({ region, availabilityZone, address }: RequestedAddress) => `${region} ${availabilityZone} ${address}`;
  return addresses
    .map(({ region, availabilityZone, address, role, cidr, publishedCidr }) => ({
      ...{ region, availabilityZone, address, role, cidr, publishedCidr },
    }))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
