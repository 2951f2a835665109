// Every fault alone, made in the local AWS with the calls an operator would make: exactly these problems, and no others.
import {
  AssociateAddressCommand,
  AssociateNatGatewayAddressCommand,
  AssociateRouteTableCommand,
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteTableCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  DisassociateNatGatewayAddressCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  type NatGatewayAddress,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import type { RegionReport } from '../../../../runtime/shared/egress-check';
import { type Deployed, EgressWorld, ENVIRONMENT, type Layout, REGION } from './support/egress-world';

let world: EgressWorld;
beforeAll(async () => {
  world = await EgressWorld.start();
}, 90_000);
beforeEach(() => world.reset());
afterAll(() => world?.stop());

/** Code and subject of each problem, sorted. */
const told = ({ problems }: RegionReport) => problems.map(({ code, subject }) => `${code} ${subject}`).sort();

/** Deploys, does damage, and compares what the check says with what `damage` returns. */
async function expectProblems(layout: Layout, damage: (deployed: Deployed) => Promise<string[]>): Promise<void> {
  const deployed = await world.deploy(layout);
  const expected = await damage(deployed);
  const report = await world.check(deployed.names);
  expect(told(report)).toEqual(expected.sort());
  for (const problem of report.problems) {
    expect(problem.region).toBe(REGION);
    expect(problem.message).toMatch(/^(Elastic IP|NAT gateway|route table|subnet|VPC|there is no|no allowlist).*; /);
  }
}

type Case = [string, (deployed: Deployed) => Promise<string[]>];

const networkInterface = async (deployed: Deployed) => {
  const subnetId = deployed.zone('a').subnetId;
  const { NetworkInterface } = await world.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetId }));
  return String(NetworkInterface?.NetworkInterfaceId);
};

const associate = (allocationId: string, target: { InstanceId?: string; NetworkInterfaceId?: string }) =>
  world.ec2.send(new AssociateAddressCommand({ AllocationId: allocationId, AllowReassociation: true, ...target }));

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

const addresses: Case[] = [
  [
    'a standby address was released',
    async (deployed) => {
      const { allocationId } = deployed.addressOf('c');
      await world.ec2.send(new ReleaseAddressCommand({ AllocationId: allocationId }));
      return [`ADDRESS_GONE ${allocationId}`];
    },
  ],
  [
    'a standby address was given to a network interface',
    async (deployed) => {
      const { allocationId } = deployed.addressOf('c');
      await associate(allocationId, { NetworkInterfaceId: await networkInterface(deployed) });
      return [`STANDBY_IN_USE ${allocationId}`];
    },
  ],
  [
    'a standby address was given to a NAT gateway as another one',
    async (deployed) => {
      const { allocationId } = deployed.addressOf('c');
      const { natGatewayId } = deployed.zone('a');
      const request = { NatGatewayId: natGatewayId, AllocationIds: [allocationId] };
      await world.ec2.send(new AssociateNatGatewayAddressCommand(request));
      return [`STANDBY_IN_USE ${allocationId}`, `NAT_GATEWAY_ADDRESS ${natGatewayId}`];
    },
  ],
  [
    'the allowlist says standby of an address in use',
    async (deployed) => {
      deployed.addressOf('a').role = 'standby';
      await deployed.publish();
      return [`STANDBY_IN_USE ${deployed.addressOf('a').allocationId}`];
    },
  ],
  [
    'the allowlist says active of an address that no network uses',
    async (deployed) => {
      deployed.addressOf('c').role = 'active';
      await deployed.publish();
      return [`ADDRESS_UNATTACHED ${deployed.addressOf('c').allocationId}`];
    },
  ],
  [
    'the allocation has another public address',
    async (deployed) => {
      const [first, ...others] = deployed.addresses;
      deployed.addresses.splice(0, 3, { ...first, address: '127.254.254.254' }, ...others);
      await deployed.publish();
      return [`ADDRESS_CHANGED ${first.allocationId}`];
    },
  ],
  [
    'the allowlist does not have the address of a zone',
    async (deployed) => {
      const [{ allocationId }] = deployed.addresses.splice(0, 1);
      await deployed.publish();
      return [`ADDRESS_NOT_LISTED ${allocationId}`];
    },
  ],
];

const routes: Case[] = [
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

const subnets: Case[] = [
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

const published: Case[] = [
  [
    'the parameter of the network is gone',
    async (deployed) => {
      await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[0] }));
      return [`NETWORK_MISSING ${deployed.names[0]}`];
    },
  ],
  [
    'the allowlist is gone',
    async () => {
      await world.ssm.send(new DeleteParameterCommand({ Name: allowlistParameterName(ENVIRONMENT, REGION) }));
      return [`ALLOWLIST_MISSING ${ENVIRONMENT} ${REGION}`];
    },
  ],
  [
    'nothing of the network is there any more',
    async (deployed) => {
      const [name] = deployed.names;
      const gone = (id: string) => id.replace(/-.*/, `-${'f'.repeat(17)}`);
      const [zone] = deployed.network.zones;
      const network = {
        ...deployed.network,
        vpcId: gone(deployed.network.vpcId),
        zones: [{ ...zone, subnetId: gone(zone.subnetId), routeTableId: gone('rtb-'), natGatewayId: gone('nat-') }],
      };
      await world.put(name, JSON.stringify(network));
      return [
        `VPC_GONE ${network.vpcId}`,
        `SUBNET_GONE ${network.zones[0].subnetId}`,
        `ROUTE_TABLE_OTHER ${network.zones[0].subnetId}`,
        `NAT_GATEWAY_GONE ${network.zones[0].natGatewayId}`,
        `ADDRESS_ELSEWHERE ${deployed.addressOf('a').allocationId}`,
        `ADDRESS_ELSEWHERE ${deployed.addressOf('b').allocationId}`,
      ];
    },
  ],
];

describe.each([
  ['addresses', addresses],
  ['routes', routes],
  ['subnets', subnets],
  ['what is published', published],
])('%s', (_, cases) => {
  test.each(cases)('%s', (__, damage) => expectProblems('zonal', damage));
});

const remove = (natGatewayId: string) => world.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natGatewayId }));

const takeFrom = async (natGatewayId: string, which: (address: NatGatewayAddress) => boolean) => {
  const { NatGateways } = await world.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [natGatewayId] }));
  const AssociationIds = (NatGateways?.[0].NatGatewayAddresses ?? [])
    .filter(which)
    .map((own) => String(own.AssociationId));
  await world.ec2.send(new DisassociateNatGatewayAddressCommand({ NatGatewayId: natGatewayId, AssociationIds }));
};

describe('NAT gateways', () => {
  test('one is deleted', () =>
    expectProblems('zonal', async (deployed) => {
      const { natGatewayId, routeTableId, allocationId } = deployed.zone('a');
      await remove(natGatewayId);
      return [
        `NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`,
        `ROUTE_INACTIVE ${routeTableId}`,
        `ADDRESS_UNATTACHED ${allocationId}`,
      ];
    }));

  test('the only one is deleted: every zone has lost its way out', () =>
    expectProblems('single', async (deployed) => {
      const [a, b] = deployed.network.zones;
      await remove(a.natGatewayId);
      return [
        ...[a, b].flatMap(({ natGatewayId, routeTableId }) => [
          `NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`,
          `ROUTE_INACTIVE ${routeTableId}`,
        ]),
        `ADDRESS_UNATTACHED ${a.allocationId}`,
      ];
    }));

  test('the addresses of two zones are swapped between their gateways', () =>
    expectProblems('zonal', async (deployed) => {
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
    expectProblems('regional', async (deployed) => {
      const [a, b] = deployed.network.zones;
      const gateway = { NatGatewayId: a.natGatewayId };
      await takeFrom(a.natGatewayId, () => true);
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

describe('an active address is taken off its gateway', () => {
  const REMOVED: [Layout, (deployed: Deployed) => Promise<string[]>][] = [
    [
      'zonal',
      async (deployed) => {
        const { natGatewayId, routeTableId } = deployed.zone('a');
        await remove(natGatewayId);
        return [`NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`, `ROUTE_INACTIVE ${routeTableId}`];
      },
    ],
    [
      'regional',
      async (deployed) => {
        const { natGatewayId, allocationId } = deployed.zone('a');
        await takeFrom(natGatewayId, ({ AllocationId }) => AllocationId === allocationId);
        return [`NAT_GATEWAY_ADDRESS ${natGatewayId}`];
      },
    ],
  ];

  describe.each(REMOVED)('%s', (layout, take) => {
    const taken = (then: (allocationId: string, deployed: Deployed) => Promise<string>) =>
      expectProblems(layout, async (deployed) => {
        const { allocationId } = deployed.zone('a');
        return [...(await take(deployed)), `${await then(allocationId, deployed)} ${allocationId}`];
      });

    test('and is free', () => taken(async () => 'ADDRESS_UNATTACHED'));

    test('and released', () =>
      taken(async (allocationId) => {
        await world.ec2.send(new ReleaseAddressCommand({ AllocationId: allocationId }));
        return 'ADDRESS_GONE';
      }));

    test('and given to an instance', () =>
      taken(async (allocationId, deployed) => {
        const SubnetId = deployed.zone('a').subnetId;
        const { Instances } = await world.ec2.send(
          new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, SubnetId }),
        );
        await associate(allocationId, { InstanceId: Instances?.[0].InstanceId });
        return 'ADDRESS_ELSEWHERE';
      }));

    test('and given to a network interface', () =>
      taken(async (allocationId, deployed) => {
        await associate(allocationId, { NetworkInterfaceId: await networkInterface(deployed) });
        return 'ADDRESS_ELSEWHERE';
      }));

    test('and given to a NAT gateway of another network', () =>
      taken(async (allocationId) => {
        const { vpcId } = await world.vpc();
        await world.zonalGateway(await world.subnet(vpcId, 'a', 200), allocationId);
        return 'ADDRESS_ELSEWHERE';
      }));
  });
});

describe('several networks', () => {
  const two = async () => {
    const deployed = await world.deploy('single');
    deployed.addressOf('c').role = 'active';
    await deployed.addNetwork('zonal', ['c'], 'Other.Network');
    await deployed.publish();
    return deployed;
  };

  test('one is missing: nothing is said about addresses that may be its own', async () => {
    const deployed = await two();
    await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[1] }));
    expect(told(await world.check(deployed.names))).toEqual([`NETWORK_MISSING ${deployed.names[1]}`]);
  });

  test('one is not expected any more: what it held is told', async () => {
    const deployed = await two();
    await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[1] }));
    const { allocationId } = deployed.addressOf('c');
    expect(told(await world.check([deployed.names[0]]))).toEqual([`ADDRESS_ELSEWHERE ${allocationId}`]);
  });
});

describe('addresses without a network', () => {
  const alone = async () => {
    const deployed = await world.deploy('zonal');
    await world.ssm.send(new DeleteParameterCommand({ Name: deployed.names[0] }));
    return deployed;
  };

  test('may be with any NAT gateway, or with none', async () => {
    const deployed = await alone();
    await remove(deployed.zone('a').natGatewayId);
    expect(told(await world.check())).toEqual([]);
  });

  test('are not for instances and network interfaces', async () => {
    const deployed = await alone();
    const { allocationId } = deployed.addressOf('a');
    await remove(deployed.zone('a').natGatewayId);
    await associate(allocationId, { NetworkInterfaceId: await networkInterface(deployed) });
    expect(told(await world.check())).toEqual([`ADDRESS_ELSEWHERE ${allocationId}`]);
  });
});
