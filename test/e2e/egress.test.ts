// The life of egress addresses and their network, with the real CDK CLI and SDK against the local AWS (B1, B5, G8, G10).
import { DescribeSecurityGroupsCommand, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import type { Config } from '../../bin/config/config';
import type { AllowlistDocument } from '../../contract/allowlist';
import { LocalDeployment } from './support/local-deployment';

const EU = 'eu-west-1';
const US = 'us-east-1';
const CONFIG = {
  environment: 'dev',
  regions: {
    [EU]: {
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      standbyAvailabilityZones: ['eu-west-1c'],
      network: { layout: 'zonal' },
    },
    [US]: {
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      network: { layout: 'regional', interfaceEndpoints: ['secretsmanager'], dnsAllowlist: ['api.xxkk.example'] },
    },
  },
} satisfies Config;

let aws: LocalDeployment;
/** What exchanges were told after the first deployment: it must hold to the end. */
let told: Record<string, AllowlistDocument>;

const addressByZone = ({ entries }: AllowlistDocument) =>
  Object.fromEntries(
    entries.map(({ availabilityZone, allocationId, address }) => [availabilityZone, { allocationId, address }]),
  );

beforeAll(async () => {
  aws = await LocalDeployment.start([EU, US]);
  await aws.deploy(CONFIG);
  told = { [EU]: await aws.allowlist(EU), [US]: await aws.allowlist(US) };
});
afterAll(() => aws?.stop());

describe('after the first deployment', () => {
  test.each([EU, US])('%s: the document says what EC2 holds, and the stack output says the same', async (region) => {
    const held = await aws.addresses(region);
    expect(told[region].entries.map(({ allocationId }) => allocationId).sort()).toEqual(
      held.map(({ AllocationId }) => AllocationId).sort(),
    );
    const outputs = await aws.outputs(region, `exchange-keys-dev-addresses-${region}`);
    expect(outputs.AllowlistCidrs.split(',').sort()).toEqual([...told[region].cidrs].sort());
    expect(outputs.AllowlistParameterName).toBe(`/exchange-keys/dev/egress/${region}/allowlist`);
  });

  test('each zone’s workload subnet has one way out: the NAT gateway that holds the zone’s address', async () => {
    for (const region of [EU, US]) {
      const gateways = await aws.natGateways(region);
      const subnets = await aws.workloadSubnets(region);
      expect(subnets).toHaveLength(2);
      for (const subnet of subnets) {
        const { Routes = [] } = await aws.routeTableOf(region, subnet.SubnetId as string);
        const out = Routes.filter(
          ({ GatewayId, DestinationPrefixListId }) => GatewayId !== 'local' && !DestinationPrefixListId,
        );
        expect(out.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual(['0.0.0.0/0']);
        const gateway = gateways.find(({ NatGatewayId }) => NatGatewayId === out[0].NatGatewayId);
        const expected = addressByZone(told[region])[subnet.AvailabilityZone as string];
        expect(gateway?.NatGatewayAddresses).toContainEqual(
          expect.objectContaining({ AllocationId: expected.allocationId, PublicIp: expected.address }),
        );
        expect(subnet.MapPublicIpOnLaunch).toBe(false);
        expect(subnet.Ipv6CidrBlockAssociationSet ?? []).toEqual([]);
      }
    }
  });

  test('the regional gateway is one, in manual mode; the zonal ones are one per zone', async () => {
    const [regional, ...others] = await aws.natGateways(US);
    expect(others).toEqual([]);
    expect(regional.AvailabilityMode).toBe('regional');
    expect(regional.NatGatewayAddresses).toHaveLength(2);
    expect(await aws.natGateways(EU)).toHaveLength(2);
  });

  test('the default security group of each VPC of ours is closed, the workload’s lets out 443 only', async () => {
    for (const region of [EU, US]) {
      const { SecurityGroups = [] } = await aws.ec2(region).send(new DescribeSecurityGroupsCommand({}));
      const [{ VpcId }] = await aws.workloadSubnets(region);
      const ours = SecurityGroups.filter((group) => group.VpcId === VpcId);
      const closed = ours.find(({ GroupName }) => GroupName === 'default');
      expect(closed).toMatchObject({ IpPermissions: [], IpPermissionsEgress: [] });
      const workload = ours.find(({ Description }) => Description?.startsWith('Workloads'));
      expect(workload?.IpPermissions).toEqual([]);
      expect(workload?.IpPermissionsEgress).toEqual([
        expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      ]);
    }
  });

  test('the standby address is held, tagged, and attached to nothing', async () => {
    const standby = told[EU].entries.find(({ role }) => role === 'standby');
    const address = (await aws.addresses(EU)).find(({ AllocationId }) => AllocationId === standby?.allocationId);
    expect(address?.AssociationId).toBeUndefined();
    expect(address?.Tags).toContainEqual({ Key: 'exchange-keys:availability-zone', Value: 'eu-west-1c' });
  });

  test('a second deployment changes nothing', async () => {
    expect((await aws.deploy(CONFIG)).match(/\(no changes\)/g)).toHaveLength(4);
  });
});

test('the network stacks are deleted and deployed again: the addresses are the same', async () => {
  await aws.destroy(CONFIG, 'exchange-keys-dev-network-*');
  expect(await aws.natGateways(EU)).toEqual([]);
  expect((await aws.addresses(EU)).every(({ AssociationId }) => AssociationId === undefined)).toBe(true);
  await aws.deploy(CONFIG);
  for (const region of [EU, US]) expect(await aws.allowlist(region)).toEqual(told[region]);
  expect(await aws.natGateways(EU)).toHaveLength(2);
});

test('a zone whose address a network still uses cannot be dropped: CloudFormation refuses, nothing is lost', async () => {
  const dropped: Config = { ...CONFIG, regions: { [EU]: { availabilityZones: ['eu-west-1a'], network: {} } } };
  const { code, output } = await aws.run(aws.deployArguments(dropped));
  expect(code).not.toBe(0);
  expect(output).toMatch(/Export .* cannot be deleted as it is in use by exchange-keys-dev-network-eu-west-1/);
  expect(await aws.allowlist(EU)).toEqual(told[EU]);
  expect(await aws.natGateways(EU)).toHaveLength(2);
});

test('a third zone is added: standby becomes active, the two others are untouched', async () => {
  const before = await aws.natGateways(EU);
  const grown = {
    ...CONFIG,
    regions: { [EU]: { availabilityZones: ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'], network: { layout: 'zonal' } } },
  } satisfies Config;
  await aws.deploy(grown);
  const after = await aws.natGateways(EU);
  expect(after).toHaveLength(3);
  for (const gateway of before) {
    expect(after.find(({ NatGatewayId }) => NatGatewayId === gateway.NatGatewayId)).toEqual(gateway);
  }
  expect(addressByZone(await aws.allowlist(EU))).toEqual(addressByZone(told[EU]));
  expect((await aws.allowlist(EU)).entries.map(({ role }) => role)).toEqual(['active', 'active', 'active']);

  // and back: the network lets go first, the address stays on the allowlist
  await aws.deploy({ ...CONFIG, regions: { [EU]: CONFIG.regions[EU] } });
  expect(await aws.natGateways(EU)).toHaveLength(2);
  expect(await aws.allowlist(EU)).toEqual(told[EU]);
});

test('a layout is changed by rebuilding the network, and in no other way: the addresses are the same', async () => {
  const regional = {
    ...CONFIG,
    regions: { [EU]: { ...CONFIG.regions[EU], network: { layout: 'regional' } } },
  } satisfies Config;
  // in place it cannot be done: the new gateway wants the addresses while the old ones hold them
  const before = await aws.natGateways(EU);
  const { code, output } = await aws.run(aws.deployArguments(regional));
  expect(code).not.toBe(0);
  expect(output).toMatch(/is already associated/);
  expect(await aws.natGateways(EU)).toEqual(before);

  await aws.destroy(CONFIG, 'exchange-keys-dev-network-eu-west-1');
  await aws.deploy(regional);
  expect((await aws.natGateways(EU)).map(({ AvailabilityMode }) => AvailabilityMode)).toEqual(['regional']);
  expect(await aws.allowlist(EU)).toEqual(told[EU]);
});

test('the addresses’ stacks are destroyed: every address is still allocated, and a fresh deployment adopts them', async () => {
  await aws.destroy(CONFIG, 'exchange-keys-dev-*');
  for (const region of [EU, US]) {
    expect((await aws.addresses(region)).map(({ AllocationId }) => AllocationId).sort()).toEqual(
      told[region].entries.map(({ allocationId }) => allocationId).sort(),
    );
  }
  const adopting: Config = {
    environment: 'dev',
    regions: Object.fromEntries(
      [EU, US].map((region) => [
        region,
        {
          ...CONFIG.regions[region as typeof EU],
          addresses: {
            source: 'adopt' as const,
            allocationIds: Object.fromEntries(
              told[region].entries.map((entry) => [entry.availabilityZone, entry.allocationId]),
            ),
          },
        },
      ]),
    ),
  };
  await aws.deploy(adopting);
  for (const region of [EU, US]) expect(await aws.allowlist(region)).toEqual(told[region]);
  expect(await aws.natGateways(EU)).toHaveLength(2);

  await aws.destroy(adopting, 'exchange-keys-dev-*');
  expect(await aws.addresses(EU)).toHaveLength(3);
});

test('adopting an address that does not exist fails the deployment, and says which', async () => {
  const [entry] = told[EU].entries;
  await aws.ec2(EU).send(new ReleaseAddressCommand({ AllocationId: entry.allocationId }));
  const { code, output } = await aws.run(
    aws.deployArguments({
      environment: 'dev',
      regions: {
        [EU]: {
          availabilityZones: [entry.availabilityZone],
          addresses: { source: 'adopt', allocationIds: { [entry.availabilityZone]: entry.allocationId } },
        },
      },
    }),
  );
  expect(code).not.toBe(0);
  expect(output).toContain(entry.allocationId);
  expect(output).toMatch(/does not exist/);
});
