// Address pools and existing networks, with the real CDK CLI against the local AWS.
import { CreateRouteCommand, DeleteRouteCommand, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import type { Config } from '../../bin/config/config';
import { containsCidr, parseCidr } from '../../contract/cidr';
import { LocalDeployment } from './support/local-deployment';

const REGION = 'eu-west-1';
const ZONES = ['eu-west-1a', 'eu-west-1b'];

let aws: LocalDeployment;
beforeAll(async () => {
  aws = await LocalDeployment.start([REGION]);
});
afterAll(() => aws?.stop());

test('addresses out of an IPAM pool: the allowlist is one CIDR, which already covers the zone that is added later', async () => {
  const pooled = (availabilityZones: string[]): Config => ({
    environment: 'test',
    regions: {
      [REGION]: { availabilityZones, addresses: { source: 'ipam-pool', ipamPoolId: 'ipam-pool-0123456789abcdef0' } },
    },
  });
  await aws.deploy(pooled(ZONES));
  const before = await aws.allowlist(REGION, 'test');
  expect(before.cidrs).toHaveLength(1);
  const block = parseCidr(before.cidrs[0]);
  for (const { address } of before.entries) expect(containsCidr(block, parseCidr(address))).toBe(true);
  expect((await aws.outputs(REGION, 'exchange-keys-test-addresses-eu-west-1')).AllowlistCidrs).toBe(block.text);

  await aws.deploy(pooled([...ZONES, 'eu-west-1c']));
  const after = await aws.allowlist(REGION, 'test');
  expect(after.cidrs).toEqual(before.cidrs);
  expect(after.entries.slice(0, 2)).toEqual(before.entries);
  expect(after.entries).toHaveLength(3);
});

describe('an existing network', () => {
  let existing: Config;
  let routeTableId: string;

  beforeAll(async () => {
    const made = {
      environment: 'dev',
      regions: { [REGION]: { availabilityZones: ZONES, network: {} } },
    } satisfies Config;
    await aws.deploy(made);
    const { entries } = await aws.allowlist(REGION);
    const subnets = await aws.workloadSubnets(REGION);
    const gateways = await aws.natGateways(REGION);
    const zones = await Promise.all(
      subnets.map(async ({ AvailabilityZone = '', SubnetId = '' }) => {
        const table = await aws.routeTableOf(REGION, SubnetId);
        const { allocationId } = entries.find((entry) => entry.availabilityZone === AvailabilityZone) ?? {};
        const gateway = gateways.find(
          ({ NatGatewayAddresses }) => NatGatewayAddresses?.[0].AllocationId === allocationId,
        );
        const ids = {
          subnetId: SubnetId,
          routeTableId: table.RouteTableId ?? '',
          natGatewayId: gateway?.NatGatewayId ?? '',
        };
        return [AvailabilityZone, ids] as const;
      }),
    );
    routeTableId = zones[0][1].routeTableId;
    existing = {
      environment: 'staging',
      regions: {
        [REGION]: {
          availabilityZones: ZONES,
          addresses: {
            source: 'adopt',
            allocationIds: Object.fromEntries(entries.map((entry) => [entry.availabilityZone, entry.allocationId])),
          },
          network: { existing: { vpcId: subnets[0].VpcId ?? '', zones: Object.fromEntries(zones) } },
        },
      },
    };
  });

  const refused = async (): Promise<string> => {
    const { code, output } = await aws.run(aws.deployArguments(existing));
    expect(code).not.toBe(0);
    return output;
  };

  test('with a second way out is refused, and the route is named', async () => {
    const [gateway] = await aws.natGateways(REGION);
    const route = { RouteTableId: routeTableId, DestinationCidrBlock: '198.51.100.0/24' };
    await aws.ec2(REGION).send(new CreateRouteCommand({ ...route, NatGatewayId: gateway.NatGatewayId }));
    expect(await refused()).toMatch(/routes '?198\.51\.100\.0\/24/);
    await aws.ec2(REGION).send(new DeleteRouteCommand(route));
  });

  test('whose default route goes to the gateway of another zone is refused', async () => {
    const gateways = await aws.natGateways(REGION);
    const { Routes = [] } = await aws.routeTableOf(REGION, (await aws.workloadSubnets(REGION))[0].SubnetId ?? '');
    const right = Routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0')?.NatGatewayId;
    const wrong = gateways.find(({ NatGatewayId }) => NatGatewayId !== right)?.NatGatewayId;
    const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' };
    await aws.ec2(REGION).send(new ReplaceRouteCommand({ ...route, NatGatewayId: wrong }));
    expect(await refused()).toContain('exactly one way out');
    await aws.ec2(REGION).send(new ReplaceRouteCommand({ ...route, NatGatewayId: right }));
  });

  test('with one way out through the known addresses is accepted', async () => {
    await aws.deploy(existing);
    expect((await aws.allowlist(REGION, 'staging')).cidrs).toEqual((await aws.allowlist(REGION)).cidrs);
  });
});
