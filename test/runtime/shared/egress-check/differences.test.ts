// Every fault of addresses and documents alone, made in the local AWS as an operator would: exactly these problems, no others.
import {
  AssociateAddressCommand,
  AssociateNatGatewayAddressCommand,
  CreateNetworkInterfaceCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import { type Deployed, EgressWorld, ENVIRONMENT, type Layout, REGION } from './support/egress-world';
import { type Damage, expectProblems, removeGateway, takeFromGateway, told } from './support/expect-problems';

let world: EgressWorld;
beforeAll(async () => {
  world = await EgressWorld.start();
}, 90_000);
beforeEach(() => world.reset());
afterAll(() => world?.stop());

const networkInterface = async (deployed: Deployed) => {
  const subnetId = deployed.zone('a').subnetId;
  const { NetworkInterface } = await world.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetId }));
  return String(NetworkInterface?.NetworkInterfaceId);
};

const associate = (allocationId: string, target: { InstanceId?: string; NetworkInterfaceId?: string }) =>
  world.ec2.send(new AssociateAddressCommand({ AllocationId: allocationId, AllowReassociation: true, ...target }));

const addresses: [string, Damage][] = [
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

const published: [string, Damage][] = [
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
  ['what is published', published],
])('%s', (_, cases) => {
  test.each(cases)('%s', (__, damage) => expectProblems(world, 'zonal', damage));
});

describe('an active address is taken off its gateway', () => {
  const REMOVED: [Layout, Damage][] = [
    [
      'zonal',
      async (deployed) => {
        const { natGatewayId, routeTableId } = deployed.zone('a');
        await removeGateway(world, natGatewayId);
        return [`NAT_GATEWAY_NOT_AVAILABLE ${natGatewayId}`, `ROUTE_INACTIVE ${routeTableId}`];
      },
    ],
    [
      'regional',
      async (deployed) => {
        const { natGatewayId, allocationId } = deployed.zone('a');
        await takeFromGateway(world, natGatewayId, ({ AllocationId }) => AllocationId === allocationId);
        return [`NAT_GATEWAY_ADDRESS ${natGatewayId}`];
      },
    ],
  ];

  describe.each(REMOVED)('%s', (layout, take) => {
    const taken = (then: (allocationId: string, deployed: Deployed) => Promise<string>) =>
      expectProblems(world, layout, async (deployed) => {
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
    await removeGateway(world, deployed.zone('a').natGatewayId);
    expect(told(await world.check())).toEqual([]);
  });

  test('are not for instances and network interfaces', async () => {
    const deployed = await alone();
    const { allocationId } = deployed.addressOf('a');
    await removeGateway(world, deployed.zone('a').natGatewayId);
    await associate(allocationId, { NetworkInterfaceId: await networkInterface(deployed) });
    expect(told(await world.check())).toEqual([`ADDRESS_ELSEWHERE ${allocationId}`]);
  });
});
