// Every fault of routes, subnets and NAT gateways alone, made in the local AWS as an operator would: exactly these problems.
import {
  AssociateNatGatewayAddressCommand,
  AssociateRouteTableCommand,
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2';
import { EgressWorld } from './support/egress-world';
import { type Damage, expectProblems, removeGateway, takeFromGateway } from './support/expect-problems';

let world: EgressWorld;
beforeAll(async () => {
  world = await EgressWorld.start();
}, 90_000);
beforeEach(() => world.reset());
afterAll(() => world?.stop());

const associationOf = async (subnetId: string) => {
  const { RouteTables } = await world.ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  const found = RouteTables?.[0].Associations?.find((item) => item.SubnetId === subnetId);
  return String(found?.RouteTableAssociationId);
};

const mainTable = async (vpcId: string) => {
  const { RouteTables = [] } = await world.ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const main = RouteTables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  return String(main?.RouteTableId);
};

const routes: [string, Damage][] = [
  [
    'the default route leads to the other NAT gateway',
    async (deployed) => {
      const { routeTableId } = deployed.zone('a');
      const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' };
      await world.ec2.send(new ReplaceRouteCommand({ ...route, NatGatewayId: deployed.zone('b').natGatewayId }));
      return [`ROUTE_EXTRA ${routeTableId}`, `ROUTE_MISSING ${routeTableId}`];
    },
  ],
  [
    'the default route leads to the internet gateway',
    async (deployed) => {
      const { routeTableId } = deployed.zone('b');
      const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' };
      await world.ec2.send(new ReplaceRouteCommand({ ...route, GatewayId: deployed.internetGatewayId }));
      return [`ROUTE_EXTRA ${routeTableId}`, `ROUTE_MISSING ${routeTableId}`];
    },
  ],
  [
    'one more route leads past the NAT gateway',
    async (deployed) => {
      const { routeTableId } = deployed.zone('a');
      await world.route(routeTableId, '203.0.113.0/24', { GatewayId: deployed.internetGatewayId });
      return [`ROUTE_EXTRA ${routeTableId}`];
    },
  ],
  [
    'the default route is gone',
    async (deployed) => {
      const { routeTableId } = deployed.zone('a');
      const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' };
      await world.ec2.send(new DeleteRouteCommand(route));
      return [`ROUTE_MISSING ${routeTableId}`];
    },
  ],
  [
    'a subnet has the route table of the other zone',
    async (deployed) => {
      const { subnetId } = deployed.zone('a');
      const { routeTableId } = deployed.zone('b');
      const AssociationId = await associationOf(subnetId);
      await world.ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: routeTableId }));
      return [`ROUTE_TABLE_OTHER ${subnetId}`, `ROUTE_EXTRA ${routeTableId}`, `ROUTE_MISSING ${routeTableId}`];
    },
  ],
  [
    'a subnet has another route table with the right route',
    async (deployed) => {
      const { subnetId, natGatewayId } = deployed.zone('a');
      const { RouteTable } = await world.ec2.send(new CreateRouteTableCommand({ VpcId: deployed.network.vpcId }));
      const RouteTableId = String(RouteTable?.RouteTableId);
      await world.route(RouteTableId, '0.0.0.0/0', { NatGatewayId: natGatewayId });
      await world.ec2.send(new DisassociateRouteTableCommand({ AssociationId: await associationOf(subnetId) }));
      await world.ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetId }));
      return [`ROUTE_TABLE_OTHER ${subnetId}`];
    },
  ],
  [
    'a subnet falls back to the main route table',
    async (deployed) => {
      const { subnetId } = deployed.zone('b');
      await world.ec2.send(new DisassociateRouteTableCommand({ AssociationId: await associationOf(subnetId) }));
      return [`ROUTE_TABLE_OTHER ${subnetId}`, `ROUTE_MISSING ${await mainTable(deployed.network.vpcId)}`];
    },
  ],
];

const subnets: [string, Damage][] = [
  [
    'a subnet gives out public addresses',
    async (deployed) => {
      const { subnetId } = deployed.zone('a');
      const setting = { SubnetId: subnetId, MapPublicIpOnLaunch: { Value: true } };
      await world.ec2.send(new ModifySubnetAttributeCommand(setting));
      return [`SUBNET_PUBLIC_ADDRESSES ${subnetId}`];
    },
  ],
  [
    'a subnet has IPv6',
    async (deployed) => {
      const { subnetId } = deployed.zone('a');
      const { vpcId } = deployed.network;
      await world.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true }));
      const { Vpcs } = await world.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
      const Ipv6CidrBlock = Vpcs?.[0].Ipv6CidrBlockAssociationSet?.[0].Ipv6CidrBlock?.replace('/56', '/64');
      await world.ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId: subnetId, Ipv6CidrBlock }));
      return [`SUBNET_IPV6 ${subnetId}`];
    },
  ],
];

describe.each([
  ['routes', routes],
  ['subnets', subnets],
])('%s', (_, cases) => {
  test.each(cases)('%s', (__, damage) => expectProblems(world, 'zonal', damage));
});

describe('NAT gateways', () => {
  test('one is deleted', () =>
    expectProblems(world, 'zonal', async (deployed) => {
      const { natGatewayId, routeTableId, allocationId } = deployed.zone('a');
      await removeGateway(world, natGatewayId);
      return [
        `NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`,
        `ROUTE_INACTIVE ${routeTableId}`,
        `ADDRESS_UNATTACHED ${allocationId}`,
      ];
    }));

  test('the only one is deleted: every zone has lost its way out', () =>
    expectProblems(world, 'single', async (deployed) => {
      const [a, b] = deployed.network.zones;
      await removeGateway(world, a.natGatewayId);
      return [
        ...[a, b].flatMap(({ natGatewayId, routeTableId }) => [
          `NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`,
          `ROUTE_INACTIVE ${routeTableId}`,
        ]),
        `ADDRESS_UNATTACHED ${a.allocationId}`,
      ];
    }));

  test('the addresses of two zones are swapped between their gateways', () =>
    expectProblems(world, 'zonal', async (deployed) => {
      const [a, b] = deployed.network.zones;
      const zones = [
        { ...a, allocationId: b.allocationId },
        { ...b, allocationId: a.allocationId },
      ];
      await world.put(deployed.names[0], JSON.stringify({ ...deployed.network, zones }));
      return [a, b].flatMap(({ natGatewayId, allocationId }) => [
        `NAT_GATEWAY_ADDRESS ${natGatewayId}`,
        `ADDRESS_ELSEWHERE ${allocationId}`,
      ]);
    }));

  test('the addresses of two zones are swapped within a regional gateway', () =>
    expectProblems(world, 'regional', async (deployed) => {
      const [a, b] = deployed.network.zones;
      const gateway = { NatGatewayId: a.natGatewayId };
      await takeFromGateway(world, a.natGatewayId, () => true);
      for (const [zone, other] of [
        [a, b],
        [b, a],
      ]) {
        const request = { AvailabilityZone: zone.availabilityZone, AllocationIds: [other.allocationId] };
        await world.ec2.send(new AssociateNatGatewayAddressCommand({ ...gateway, ...request }));
      }
      return [`NAT_GATEWAY_ADDRESS ${a.natGatewayId}`, `NAT_GATEWAY_ADDRESS ${b.natGatewayId}`];
    }));
});
