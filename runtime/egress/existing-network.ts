// Lookup EXISTING_NETWORK: every subnet of a network made elsewhere has exactly one way out, the address given for it.

import type { NetworkZone } from '../../contract/egress';
import { listed } from '../../contract/listed';
import type { Ec2Reader } from '../shared/ec2-reader';
import { networkDifferences } from '../shared/egress-check/network-check';
import { readNetwork } from '../shared/egress-check/network-snapshot';
import { Refusal } from '../shared/refusal';
import type { ExistingNetworkRequest, ExistingZone } from './lookup-request';

/** Confirms the network; all problems are reported together, so that one deployment is enough to learn them. */
export async function lookUpExistingNetwork(request: ExistingNetworkRequest, ec2: Ec2Reader) {
  const ids = { region: request.Region, vpcId: request.VpcId, zones: request.Zones.map(networkZone) };
  const network = await readNetwork(ids, ec2);
  const problems = networkDifferences(ids, network).map(({ message }) => message);
  if (problems.length > 0) {
    const head = `the network of '${request.VpcId}' does not have exactly one way out per zone`;
    throw new Refusal('NETWORK_REFUSED', listed(head, problems));
  }
  const cidr = ec2.given('DescribeVpcs', `'CidrBlock' for '${request.VpcId}'`, network.vpc?.CidrBlock);
  return { PhysicalResourceId: request.VpcId, Data: { VpcId: request.VpcId, VpcCidr: cidr } };
}

const networkZone = (zone: ExistingZone): NetworkZone => ({
  availabilityZone: zone.AvailabilityZone,
  subnetId: zone.SubnetId,
  routeTableId: zone.RouteTableId,
  natGatewayId: zone.NatGatewayId,
  allocationId: zone.AllocationId,
});
