// Complete answers of EC2 for the three lookups; tests change one thing in them at a time.
import { type Ec2Server, ok } from './ec2-server';
import { REGION } from './lookups';

export const id = (prefix: string, digit: string) => `${prefix}-${digit.repeat(17)}`;

export const ALLOCATION = id('eipalloc', 'a');
export const POOL = id('ipam-pool', 'b');
export const VPC = id('vpc', 'c');

export const ADOPTED = {
  Lookup: 'ADOPTED_ADDRESS',
  Region: REGION,
  AvailabilityZone: 'eu-west-1a',
  AllocationId: ALLOCATION,
};

export const BLOCK = { Lookup: 'IPAM_BLOCK', Region: REGION, IpamPoolId: POOL, Addresses: ['198.51.100.3'] };

/** A free address of the account. */
export const address = (changes: object = {}) => ({
  allocationId: ALLOCATION,
  domain: 'vpc',
  publicIp: '198.51.100.7',
  networkBorderGroup: REGION,
  ...changes,
});

/** Scripts the calls of ADOPTED_ADDRESS. */
export function scriptAddress(
  server: Ec2Server,
  { addresses = [address()] as object[], gateways = [] as object[], transfers = [] as object[] } = {},
): void {
  server.on('DescribeAddresses', ok({ addressesSet: addresses }));
  server.on('DescribeNatGateways', ok({ natGatewaySet: gateways }));
  server.on('DescribeAddressTransfers', ok({ addressTransferSet: transfers }));
}

/** Scripts the call of IPAM_BLOCK. */
export function scriptPool(server: Ec2Server, ranges: readonly object[]): void {
  server.on('GetIpamPoolCidrs', ok({ ipamPoolCidrSet: ranges }));
}

export const range = (cidr: string, state = 'provisioned') => ({ cidr, state });
