// Lookup EXISTING_NETWORK: every subnet of a network made elsewhere has exactly one way out, the address given for it.
import type { Subnet } from '@aws-sdk/client-ec2';
import type { Ec2Reader } from '../shared/ec2-reader';
import { listed, Refusal, shown } from '../shared/refusal';
import type { ExistingNetworkRequest, ExistingZone } from './lookup-request';
import { natGatewayProblems } from './nat-gateway-check';
import { type NetworkSnapshot, readNetwork } from './network-snapshot';
import { associationState, routeProblems, routeTableOf } from './route-table-check';

/** Confirms the network; all problems are reported together, so that one deployment is enough to learn them. */
export async function lookUpExistingNetwork(request: ExistingNetworkRequest, ec2: Ec2Reader) {
  const network = await readNetwork(request, ec2);
  const { vpc } = network;
  const problems = request.Zones.flatMap((zone) => zoneProblems(zone, request.VpcId, network));
  if (vpc === undefined) {
    problems.unshift(`VPC '${request.VpcId}' does not exist in '${request.Region}'; check the id and the account`);
  }
  if (vpc === undefined || problems.length > 0) {
    const head = `the network of '${request.VpcId}' does not have exactly one way out per zone`;
    throw new Refusal('NETWORK_REFUSED', listed(head, problems));
  }
  const cidr = ec2.given('DescribeVpcs', `'CidrBlock' for '${request.VpcId}'`, vpc.CidrBlock);
  return { PhysicalResourceId: request.VpcId, Data: { VpcId: request.VpcId, VpcCidr: cidr } };
}

function zoneProblems(zone: ExistingZone, vpcId: string, network: NetworkSnapshot): string[] {
  const subnet = network.subnets.get(zone.SubnetId);
  return [
    ...subnetProblems(zone, vpcId, subnet),
    ...wayOutProblems(zone, network),
    ...natGatewayProblems(zone, vpcId, subnet?.AvailabilityZoneId, network.natGateways.get(zone.NatGatewayId)),
  ];
}

function subnetProblems(zone: ExistingZone, vpcId: string, subnet: Subnet | undefined): string[] {
  const name = `subnet '${zone.SubnetId}' for '${zone.AvailabilityZone}'`;
  if (subnet === undefined) return [`${name} does not exist; check the id and the account`];
  const problems: string[] = [];
  if (subnet.VpcId !== vpcId) {
    problems.push(`${name} is in ${shown(subnet.VpcId)}; give a subnet of '${vpcId}'`);
  }
  if (subnet.AvailabilityZone !== zone.AvailabilityZone) {
    problems.push(`${name} is in ${shown(subnet.AvailabilityZone)}; give a subnet of '${zone.AvailabilityZone}'`);
  }
  if (subnet.MapPublicIpOnLaunch !== false) {
    const value = shown(subnet.MapPublicIpOnLaunch);
    problems.push(`${name} has 'MapPublicIpOnLaunch' ${value}; turn it off, or instances leave by their own address`);
  }
  if (subnet.Ipv6CidrBlockAssociationSet === undefined) {
    problems.push(`${name} does not say whether it has IPv6 CIDRs; deploy again`);
  }
  for (const { Ipv6CidrBlock, Ipv6CidrBlockState } of subnet.Ipv6CidrBlockAssociationSet ?? []) {
    if (Ipv6CidrBlockState?.State !== 'disassociated') {
      problems.push(`${name} has the IPv6 CIDR ${shown(Ipv6CidrBlock)}; disassociate it, the allowlist is IPv4 only`);
    }
  }
  return problems;
}

function wayOutProblems(zone: ExistingZone, network: NetworkSnapshot): string[] {
  const name = `subnet '${zone.SubnetId}' for '${zone.AvailabilityZone}'`;
  const tables = routeTableOf(zone.SubnetId, network.routeTables);
  const [table, ...others] = tables;
  if (table === undefined || others.length > 0) {
    const ids = shown(tables.map(({ RouteTableId }) => RouteTableId).join(', ') || 'none');
    return [`${name} has the route tables ${ids}; associate it with '${zone.RouteTableId}' and nothing else`];
  }
  const problems = routeProblems(table, zone.NatGatewayId, network.gatewayEndpoints);
  const state = associationState(table, zone.SubnetId);
  if (state !== 'associated') {
    problems.unshift(`${name} has its route table in state ${shown(state)}; wait until it is 'associated'`);
  }
  if (table.RouteTableId !== zone.RouteTableId) {
    problems.unshift(
      `${name} uses route table ${shown(table.RouteTableId)}; associate it with '${zone.RouteTableId}' or give that one`,
    );
  }
  return problems;
}
