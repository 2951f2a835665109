// Reads the VPC, subnets, route tables and NAT gateways that a network is said to have.
import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type NatGateway,
  type RouteTable,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { NetworkDocument } from '../../../contract/egress';
import type { Ec2Reader } from '../ec2-reader';
import { shown } from '../refusal';
import { byId } from './by-id';

/** A network by its ids. */
export type NetworkIds = Pick<NetworkDocument, 'vpcId' | 'zones'>;

/** What is there, by id; an id that was asked for and is not a key does not exist. */
export interface NetworkSnapshot {
  readonly vpc: Vpc | undefined;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Every route table of the VPC, because the main one is not asked for by id. */
  readonly routeTables: readonly RouteTable[];
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** Gateway endpoints of the VPC; endpoints of other types can forward traffic anywhere. */
  readonly gatewayEndpoints: ReadonlySet<string>;
}

/**
 * Filters, not ids: one missing id would fail the whole call, and all problems are to be reported together. One call
 * after the other, so that none is still under way when another one has failed.
 */
export async function readNetwork({ vpcId, zones }: NetworkIds, ec2: Ec2Reader): Promise<NetworkSnapshot> {
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const subnetIds = zones.map((zone) => zone.subnetId);
  const gatewayIds = [...new Set(zones.map((zone) => zone.natGatewayId))];
  const bySubnetId = [{ Name: 'subnet-id', Values: subnetIds }];
  const byGatewayId = [{ Name: 'nat-gateway-id', Values: gatewayIds }];
  const vpcs = await ec2.askAll(
    'DescribeVpcs',
    (client, options, NextToken) => client.send(new DescribeVpcsCommand({ Filters: inVpc, NextToken }), options),
    (page) => page.Vpcs,
  );
  const subnets = await ec2.askAll(
    'DescribeSubnets',
    (client, options, NextToken) =>
      client.send(new DescribeSubnetsCommand({ Filters: bySubnetId, NextToken }), options),
    (page) => page.Subnets,
  );
  const routeTables = await ec2.askAll(
    'DescribeRouteTables',
    (client, options, NextToken) => client.send(new DescribeRouteTablesCommand({ Filters: inVpc, NextToken }), options),
    (page) => page.RouteTables,
  );
  const natGateways = await ec2.askAll(
    'DescribeNatGateways',
    (client, options, NextToken) =>
      client.send(new DescribeNatGatewaysCommand({ Filter: byGatewayId, NextToken }), options),
    (page) => page.NatGateways,
  );
  const endpoints = await ec2.askAll(
    'DescribeVpcEndpoints',
    (client, options, NextToken) =>
      client.send(new DescribeVpcEndpointsCommand({ Filters: inVpc, NextToken }), options),
    (page) => page.VpcEndpoints,
  );

  for (const { VpcId, RouteTableId } of routeTables) {
    if (VpcId !== vpcId || !RouteTableId) {
      throw ec2.unusable('DescribeRouteTables', `${shown(RouteTableId)} of ${shown(VpcId)} when asked for '${vpcId}'`);
    }
  }
  const gateways = endpoints.filter((endpoint) => endpoint.VpcEndpointType === 'Gateway');
  return {
    vpc: byId(ec2, 'DescribeVpcs', [vpcId], vpcs, (vpc) => vpc.VpcId).get(vpcId),
    subnets: byId(ec2, 'DescribeSubnets', subnetIds, subnets, (subnet) => subnet.SubnetId),
    routeTables,
    natGateways: byId(ec2, 'DescribeNatGateways', gatewayIds, natGateways, (gateway) => gateway.NatGatewayId),
    gatewayEndpoints: new Set(gateways.flatMap(({ VpcEndpointId }) => VpcEndpointId ?? [])),
  };
}
