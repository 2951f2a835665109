// What networks publish when they are deployed with the real CDK CLI is what the egress check finds in EC2, in every layout.
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Config } from '../../bin/config/config';
import { PATIENCE } from '../../runtime/shared/ec2-client';
import { checkRegion, egressReader, type RegionReport } from '../../runtime/shared/egress-check';
import { LocalDeployment } from './support/local-deployment';

const LAYOUTS = { 'eu-west-1': 'zonal', 'us-east-1': 'regional', 'eu-central-1': 'single' } as const;
const REGIONS = Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[];

const CONFIG: Config = {
  environment: 'dev',
  regions: Object.fromEntries(
    REGIONS.map((region) => {
      const layout = LAYOUTS[region];
      const zones = [`${region}a`, `${region}b`];
      const single = { availabilityZones: zones.slice(0, 1), network: { layout, availabilityZones: zones } };
      return [region, layout === 'single' ? single : { availabilityZones: zones, network: { layout } }];
    }),
  ),
};

let aws: LocalDeployment;
beforeAll(async () => {
  aws = await LocalDeployment.start(REGIONS);
  await aws.deploy(CONFIG);
  Object.assign(process.env, { ...aws.env(), AWS_ENDPOINT_URL: aws.endpoint });
});
afterAll(() => aws?.stop());

async function check(environment: string, region: string, name: string): Promise<RegionReport> {
  const expectedNetworks = [`/exchange-keys/${environment}/egress/${region}/network/${name}`];
  const ssm = new SSMClient({ region });
  const ec2 = egressReader(region, PATIENCE);
  try {
    return await checkRegion({ environment, region, ssm, ec2, localAws: true, expectedNetworks });
  } finally {
    ssm.destroy();
    ec2.close();
  }
}

const nameIn = (environment: string, region: string) => `exchange-keys-${environment}-network-${region}.Network`;

test.each(REGIONS)('%s', async (region) => {
  const report = await check('dev', region, nameIn('dev', region));
  expect(report.problems).toEqual([]);
  expect(report.networks).toHaveLength(1);
  const [{ zones }] = report.networks;
  expect(zones.map(({ availabilityZone }) => availabilityZone)).toEqual([`${region}a`, `${region}b`]);
  const addresses = new Set(zones.map(({ allocationId }) => allocationId));
  expect(addresses.size).toBe(LAYOUTS[region] === 'single' ? 1 : 2);
});

test('an existing network publishes what it was given', async () => {
  const region = 'eu-west-1';
  const { networks, allowlist } = await check('dev', region, nameIn('dev', region));
  const [{ vpcId, zones }] = networks;
  const existing: Config = {
    environment: 'staging',
    regions: {
      [region]: {
        availabilityZones: zones.map(({ availabilityZone }) => availabilityZone),
        addresses: {
          source: 'adopt',
          allocationIds: Object.fromEntries(
            (allowlist?.entries ?? []).map((entry) => [entry.availabilityZone, entry.allocationId]),
          ),
        },
        network: {
          existing: {
            vpcId,
            zones: Object.fromEntries(
              zones.map(({ availabilityZone, subnetId, routeTableId, natGatewayId }) => [
                availabilityZone,
                { subnetId, routeTableId, natGatewayId },
              ]),
            ),
          },
        },
      },
    },
  };
  await aws.deploy(existing);
  const report = await check('staging', region, nameIn('staging', region));
  expect(report.problems).toEqual([]);
  expect(report.networks).toEqual([{ ...networks[0], environment: 'staging' }]);
});
