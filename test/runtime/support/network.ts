// A valid network of two zones, zonal or regional, as EC2 describes it; a test damages it and scripts the result.
import { id, VPC } from './answers';
import { type Ec2Server, ok } from './ec2-server';
import { REGION } from './lookups';

const ZONES = ['a', 'b'] as const;

const zone = (letter: string) => ({
  AvailabilityZone: `${REGION}${letter}`,
  SubnetId: id('subnet', letter),
  RouteTableId: id('rtb', letter),
  NatGatewayId: id('nat', letter),
  AllocationId: id('eipalloc', letter),
});

export const S3_ENDPOINT = id('vpce', '3');
export const REGIONAL_GATEWAY = id('nat', 'd');
export const MAIN_TABLE = id('rtb', 'e');

const localRoute = { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active' };
const s3Route = { destinationPrefixListId: 'pl-6da54004', gatewayId: S3_ENDPOINT, state: 'active' };

const associated = { associationState: { state: 'associated' } };

/** What a test may change. */
export type Item = Record<string, unknown>;
export interface Network {
  readonly properties: { Lookup: string; Region: string; VpcId: string; Zones: Record<string, string>[] };
  vpcs: Item[];
  subnets: Item[];
  tables: (Item & { routeSet: Item[]; associationSet: Item[] })[];
  gateways: (Item & { natGatewayAddressSet: Item[] })[];
  endpoints: Item[];
}

/** The network with one NAT gateway per zone. */
export function zonalNetwork(): Network {
  const zones = ZONES.map(zone);
  return {
    properties: { Lookup: 'EXISTING_NETWORK', Region: REGION, VpcId: VPC, Zones: zones },
    vpcs: [{ vpcId: VPC, cidrBlock: '10.0.0.0/16', state: 'available' }],
    subnets: zones.map(({ SubnetId, AvailabilityZone }, index) => ({
      subnetId: SubnetId,
      vpcId: VPC,
      availabilityZone: AvailabilityZone,
      availabilityZoneId: `euw1-az${index + 1}`,
      mapPublicIpOnLaunch: false,
      ipv6CidrBlockAssociationSet: [],
    })),
    tables: [
      { routeTableId: MAIN_TABLE, vpcId: VPC, routeSet: [localRoute], associationSet: [{ main: true, ...associated }] },
      ...zones.map(({ RouteTableId, SubnetId, NatGatewayId }) => ({
        routeTableId: RouteTableId,
        vpcId: VPC,
        routeSet: [
          localRoute,
          s3Route,
          { destinationCidrBlock: '0.0.0.0/0', natGatewayId: NatGatewayId, state: 'active' },
        ],
        associationSet: [{ main: false, subnetId: SubnetId, ...associated }],
      })),
    ],
    gateways: zones.map(({ NatGatewayId, AllocationId }) => ({
      natGatewayId: NatGatewayId,
      vpcId: VPC,
      subnetId: id('subnet', 'f'),
      state: 'available',
      connectivityType: 'public',
      availabilityMode: 'zonal',
      natGatewayAddressSet: [{ allocationId: AllocationId, status: 'succeeded', isPrimary: true }],
    })),
    endpoints: [{ vpcEndpointId: S3_ENDPOINT, vpcId: VPC, vpcEndpointType: 'Gateway' }],
  };
}

/** The network with one regional NAT gateway in manual mode. */
export function regionalNetwork(): Network {
  const network = zonalNetwork();
  const natGatewayAddressSet = network.properties.Zones.map(({ AllocationId, AvailabilityZone }) => ({
    allocationId: AllocationId,
    availabilityZone: AvailabilityZone,
    status: 'succeeded',
  }));
  for (const given of network.properties.Zones) given.NatGatewayId = REGIONAL_GATEWAY;
  for (const { routeSet } of network.tables) {
    for (const route of routeSet) if (route.natGatewayId) route.natGatewayId = REGIONAL_GATEWAY;
  }
  const { subnetId: _, ...gateway } = network.gateways[0];
  network.gateways = [
    {
      ...gateway,
      natGatewayId: REGIONAL_GATEWAY,
      availabilityMode: 'regional',
      autoProvisionZones: 'disabled',
      autoScalingIps: 'disabled',
      natGatewayAddressSet,
    },
  ];
  return network;
}

/** Scripts the calls of EXISTING_NETWORK. */
export function scriptNetwork(server: Ec2Server, network: Network): void {
  server.on('DescribeVpcs', ok({ vpcSet: network.vpcs }));
  server.on('DescribeSubnets', ok({ subnetSet: network.subnets }));
  server.on('DescribeRouteTables', ok({ routeTableSet: network.tables }));
  server.on('DescribeNatGateways', ok({ natGatewaySet: network.gateways }));
  server.on('DescribeVpcEndpoints', ok({ vpcEndpointSet: network.endpoints }));
}
