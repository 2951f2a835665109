// Reads Elastic IPs, who holds them, and who they are offered to.
import {
  type Address,
  DescribeAddressesCommand,
  DescribeAddressTransfersCommand,
  DescribeNatGatewaysCommand,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import type { Ec2Reader } from '../ec2-reader';
import { byId } from './by-id';

/** What is known of some addresses. */
export interface AddressSnapshot {
  /** By allocation id; one that was asked for and is not a key does not exist. */
  readonly addresses: ReadonlyMap<string, Address>;
  /** All of the region: an address may be with one that should not have it. */
  readonly natGateways: readonly NatGateway[];
  /** Accounts that addresses are offered to, by allocation id. */
  readonly offers: ReadonlyMap<string, string>;
}

/** By filter, not by id: one missing id would fail the whole call. */
export async function readAddresses(allocationIds: readonly string[], ec2: Ec2Reader): Promise<AddressSnapshot> {
  const action = 'DescribeAddresses';
  const filter = [{ Name: 'allocation-id', Values: [...allocationIds] }];
  const answer = await ec2.ask(action, (client, options) =>
    client.send(new DescribeAddressesCommand({ Filters: filter }), options),
  );
  const found = ec2.given(action, 'the list asked for', answer.Addresses);
  const addresses = byId(ec2, action, allocationIds, found, ({ AllocationId }) => AllocationId);
  for (const [id, { PublicIp }] of addresses) ec2.given(action, `'PublicIp' for '${id}'`, PublicIp);
  return { addresses, natGateways: await readNatGateways(ec2), offers: await readOffers(ec2) };
}

/** Every NAT gateway of the region. */
export function readNatGateways(ec2: Ec2Reader): Promise<NatGateway[]> {
  return ec2.askAll(
    'DescribeNatGateways',
    (client, options, NextToken) =>
      client.send(new DescribeNatGatewaysCommand({ MaxResults: 1000, NextToken }), options),
    (page) => page.NatGateways,
  );
}

/**
 * Whether a live gateway lists the address as its own. One that is gone, or that failed to get the address, still lists
 * it for a while.
 */
export function holdsAddress({ State, NatGatewayAddresses = [] }: NatGateway, allocationId: string): boolean {
  return (
    (State === 'available' || State === 'pending' || State === 'deleting') &&
    NatGatewayAddresses.some(({ AllocationId, Status }) => AllocationId === allocationId && Status !== 'failed')
  );
}

/**
 * Accounts by the allocation ids they are offered. All offers are listed because what AWS answers for the id of an
 * address that is not on offer is not documented; one that was accepted or disabled no longer endangers what is here now.
 */
export async function readOffers(ec2: Ec2Reader): Promise<ReadonlyMap<string, string>> {
  const transfers = await ec2.askAll(
    'DescribeAddressTransfers',
    (client, options, NextToken) => client.send(new DescribeAddressTransfersCommand({ NextToken }), options),
    (page) => page.AddressTransfers,
  );
  return new Map(
    transfers
      .filter(({ AddressTransferStatus: status }) => status !== 'disabled' && status !== 'accepted')
      .map(({ AllocationId, TransferAccountId }) => [AllocationId ?? 'unknown', TransferAccountId ?? 'unknown']),
  );
}
