// What `allowlist request` says: which addresses, the whole lists, and the commands for afterwards.
import {
  type AllowlistVenue,
  type ChangeRequest,
  type EgressList,
  type RequestedAddress,
  requestedChanges,
  type VenueText,
  venueRanges,
  venueText,
  venueWarnings,
} from '../../../contract/allowlist-formats';
import type { LockDocument } from '../../../contract/lock';
import { DROPPED_COMMAND, LOCK_COMMAND, TOLD_COMMAND } from '../../../contract/lock/commands';

/** An address of the request. */
export interface RequestLine extends RequestedAddress {
  /** The exchange's entry for it. */
  readonly entry: string;
  /** That entry is there already, or stays, for another address of the same block. */
  readonly shared: boolean;
}

/** One half of the request: the addresses, and the whole list once it is done. */
export interface RequestStep {
  readonly addresses: readonly RequestLine[];
  readonly list: VenueText;
}

export interface RequestContent {
  readonly environment: string;
  readonly venue: AllowlistVenue;
  readonly add: RequestStep;
  readonly remove: RequestStep;
  /** What to run when the exchange has confirmed, in order. */
  readonly afterwards: readonly string[];
  readonly warnings: readonly string[];
}

/** @throws InputError as `venueText` does, for the list with both the old and the new addresses as well. */
export function requestContent(
  list: EgressList,
  lock: LockDocument | undefined,
  venue: AllowlistVenue,
): RequestContent {
  const { environment } = list;
  const changes = requestedChanges(list, lock, venue.name);
  const { add, remove, during, after } = changes;
  const known = during.filter(({ address }) => !add.some((other) => other.address === address));
  return {
    environment,
    venue,
    add: { addresses: lines(venue, add, known), list: venueText(venue, venueRanges(venue, during)) },
    remove: { addresses: lines(venue, remove, after), list: venueText(venue, venueRanges(venue, after)) },
    afterwards: commands(environment, venue.name, changes),
    warnings: [...venueWarnings(venue, list.entries), ...doubts(changes)],
  };
}

function lines(
  venue: AllowlistVenue,
  addresses: readonly RequestedAddress[],
  others: readonly RequestedAddress[],
): RequestLine[] {
  const elsewhere = venueRanges(venue, others);
  return addresses.map((address) => {
    const ranges = venueRanges(venue, [address]);
    return { ...address, entry: venueText(venue, ranges).text, shared: elsewhere.includes(ranges[0]) };
  });
}

function commands(
  environment: string,
  exchange: string,
  { add, remove, notLocked, inUseAgain }: ChangeRequest,
): string[] {
  const run = (command: string, addresses: readonly RequestedAddress[]) =>
    `${command} -e ${environment} --exchange ${exchange} --addresses ${addresses.map(({ address }) => address).join(',')}`;
  return [
    ...(notLocked.length + inUseAgain.length > 0 ? [`${LOCK_COMMAND} -e ${environment}`] : []),
    ...(add.length > 0 ? [run(TOLD_COMMAND, add)] : []),
    ...(remove.length > 0 ? [run(DROPPED_COMMAND, remove)] : []),
  ];
}

function doubts({ notFound, inUseAgain }: ChangeRequest): string[] {
  const names = (addresses: readonly RequestedAddress[]) => addresses.map(({ address }) => address).join(', ');
  return [
    ...(notFound.length > 0
      ? [
          `${names(notFound)}: in use by the lock, but in no region that was read; stays on the list until '${LOCK_COMMAND}' has seen every region`,
        ]
      : []),
    ...(inUseAgain.length > 0
      ? [`${names(inUseAgain)}: draining by the lock, but in use; stays on the list, run '${LOCK_COMMAND}'`]
      : []),
  ];
}
