// Whether every subnet of a network has exactly one way out: the route, NAT gateway and address that are its zone's.
import type { Subnet } from '@aws-sdk/client-ec2';
import type { NetworkZone } from '../../../contract/egress';
import { shown } from '../refusal';
import { natGatewayDifferences } from './nat-gateway-check';
import type { NetworkIds, NetworkSnapshot } from './network-snapshot';
import type { Difference, EgressProblemCode } from './problem';
import { associationState, routeDifferences, routeTableOf } from './route-table-check';

/** All differences together, so that reading them once is enough to put the network right. */
export function networkDifferences(
  { vpcId, zones, region }: NetworkIds & { readonly region: string },
  network: NetworkSnapshot,
): Difference[] {
  const found = zones.flatMap((zone) => zoneDifferences(zone, vpcId, network));
  if (network.vpc !== undefined) return found;
  const message = `VPC '${vpcId}' does not exist in '${region}'; check the id and the account`;
  return [{ code: 'VPC_GONE', subject: vpcId, message }, ...found];
}

function zoneDifferences(zone: NetworkZone, vpcId: string, network: NetworkSnapshot): Difference[] {
  const subnet = network.subnets.get(zone.subnetId);
  const gateway = network.natGateways.get(zone.natGatewayId);
  return [
    ...subnetDifferences(zone, vpcId, subnet),
    ...wayOutDifferences(zone, network),
    ...natGatewayDifferences(zone, vpcId, subnet?.AvailabilityZoneId, gateway),
  ];
}

const ofSubnet =
  (zone: NetworkZone) =>
  (code: EgressProblemCode, text: string): Difference => ({
    code,
    subject: zone.subnetId,
    message: `subnet '${zone.subnetId}' for '${zone.availabilityZone}' ${text}`,
  });

function subnetDifferences(zone: NetworkZone, vpcId: string, subnet: Subnet | undefined): Difference[] {
  const problem = ofSubnet(zone);
  if (subnet === undefined) return [problem('SUBNET_GONE', 'does not exist; check the id and the account')];
  const found: Difference[] = [];
  if (subnet.VpcId !== vpcId) {
    found.push(problem('SUBNET_ELSEWHERE', `is in ${shown(subnet.VpcId)}; give a subnet of '${vpcId}'`));
  }
  if (subnet.AvailabilityZone !== zone.availabilityZone) {
    const text = `is in ${shown(subnet.AvailabilityZone)}; give a subnet of '${zone.availabilityZone}'`;
    found.push(problem('SUBNET_ELSEWHERE', text));
  }
  if (subnet.MapPublicIpOnLaunch !== false) {
    const value = shown(subnet.MapPublicIpOnLaunch);
    const text = `has 'MapPublicIpOnLaunch' ${value}; turn it off, or instances leave by their own address`;
    found.push(problem('SUBNET_PUBLIC_ADDRESSES', text));
  }
  if (subnet.Ipv6CidrBlockAssociationSet === undefined) {
    found.push(problem('SUBNET_IPV6', 'does not say whether it has IPv6 CIDRs; deploy again'));
  }
  for (const { Ipv6CidrBlock, Ipv6CidrBlockState } of subnet.Ipv6CidrBlockAssociationSet ?? []) {
    if (Ipv6CidrBlockState?.State !== 'disassociated') {
      const text = `has the IPv6 CIDR ${shown(Ipv6CidrBlock)}; disassociate it, the allowlist is IPv4 only`;
      found.push(problem('SUBNET_IPV6', text));
    }
  }
  return found;
}

function wayOutDifferences(zone: NetworkZone, network: NetworkSnapshot): Difference[] {
  const problem = ofSubnet(zone);
  const tables = routeTableOf(zone.subnetId, network.routeTables);
  const [table, ...others] = tables;
  if (table === undefined || others.length > 0) {
    const ids = shown(tables.map(({ RouteTableId }) => RouteTableId).join(', ') || 'none');
    const text = `has the route tables ${ids}; associate it with '${zone.routeTableId}' and nothing else`;
    return [problem('ROUTE_TABLE_OTHER', text)];
  }
  const found = routeDifferences(table, zone.natGatewayId, network.gatewayEndpoints);
  const state = associationState(table, zone.subnetId);
  if (state !== 'associated') {
    const text = `has its route table in state ${shown(state)}; wait until it is 'associated'`;
    found.unshift(problem('ROUTE_TABLE_OTHER', text));
  }
  if (table.RouteTableId !== zone.routeTableId) {
    const text = `uses route table ${shown(table.RouteTableId)}; associate it with '${zone.routeTableId}' or give that one`;
    found.unshift(problem('ROUTE_TABLE_OTHER', text));
  }
  return found;
}
