// CDK's own validation of the templates against CloudFormation's schemas and rules, warnings included: strict.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnEIP, CfnNatGateway, InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AddressSource,
  EgressAddresses,
  EgressNetwork,
  ExistingEgressNetwork,
  KeyRing,
  NatLayout,
  RingSize,
} from '../../lib';
import { ringProps, TRADER, workloadRole } from '../support/keys';

const context = {
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:strictCfnValidateErrors': true,
};
const env = { account: '111122223333', region: 'eu-west-1' };

beforeAll(() => {
  process.env.CDK_VALIDATION = 'true';
});
afterAll(() => {
  process.env.CDK_VALIDATION = 'false';
});

test('every construct in every form passes', () => {
  const app = new App({ context });
  const region = (index: number) => ({
    account: env.account,
    region: ['eu-west-1', 'us-east-1', 'ap-northeast-1', 'eu-central-1'][index],
  });
  const sources = [undefined, AddressSource.ipamPool('ipam-pool-0123456789abcdef0'), undefined, undefined];
  const layouts = [NatLayout.ZONAL, NatLayout.REGIONAL, NatLayout.SINGLE];
  const networks = layouts.map((layout, i) => {
    const at = region(i);
    const addresses = new EgressAddresses(new Stack(app, `A${i}`, { env: at, terminationProtection: true }), 'Egress', {
      environment: 'prod',
      availabilityZones: [`${at.region}a`],
      standbyAvailabilityZones: [`${at.region}c`],
      source: sources[i],
    });
    return new EgressNetwork(new Stack(app, `N${i}`, { env: at }), 'Network', {
      addresses,
      layout,
      acknowledgeSingleNat: layout === NatLayout.SINGLE ? 'read-only' : undefined,
      interfaceEndpoints: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
      dnsAllowlist: ['api.xxkk.example'],
    });
  });
  const ringStack = new Stack(app, 'K0', { env: region(0) });
  const ring = new KeyRing(ringStack, 'Keys', {
    environment: 'prod',
    network: networks[0],
    ...ringProps(ringStack),
    alarmTopic: new Topic(ringStack, 'Desk'),
    size: RingSize.SHARDED,
    replicaRegions: [{ region: 'us-west-2', encryptionKeyArn: `arn:aws:kms:us-west-2:${env.account}:key/mrk-1` }],
  });
  ring.addKey('TraderBotA', TRADER).grantRead(workloadRole(ringStack));
  const suspendedStack = new Stack(app, 'K1', { env: region(1) });
  new KeyRing(suspendedStack, 'Keys', {
    environment: 'prod',
    network: networks[1],
    ...ringProps(suspendedStack),
    alarmTopic: new Topic(suspendedStack, 'Desk'),
    suspended: true,
  }).addKey('TraderBotA', TRADER);
  const last = region(3);
  const adopted = new EgressAddresses(new Stack(app, 'A3', { env: last }), 'Egress', {
    environment: 'dev',
    availabilityZones: [`${last.region}a`],
    source: AddressSource.adopt({ [`${last.region}a`]: 'eipalloc-0123456789abcdef0' }),
  });
  new ExistingEgressNetwork(new Stack(app, 'N3', { env: last }), 'Network', {
    addresses: adopted,
    vpcId: 'vpc-0123456789abcdef0',
    zones: {
      [`${last.region}a`]: {
        subnetId: 'subnet-0123456789abcdef0',
        routeTableId: 'rtb-0123456789abcdef0',
        natGatewayId: 'nat-0123456789abcdef0',
      },
    },
  });
  const assembly = app.synth(); // throws, with the report as message
  expect(assembly.manifest.missing ?? []).toEqual([]); // with a lookup open, CDK would not have validated anything
  const report = JSON.parse(readFileSync(path.join(assembly.directory, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports.map(({ pluginName }: { pluginName: string }) => pluginName)).toContain(
    'CloudFormation Validate',
  );
}, 120_000);

test('and would not if a template were wrong', () => {
  const app = new App({ context });
  const stack = new Stack(app, 'Wrong', { env });
  const eip = new CfnEIP(stack, 'Eip', { domain: 'vpc' });
  new CfnNatGateway(stack, 'Nat', {
    subnetId: 'subnet-0123456789abcdef0',
    allocationId: eip.attrAllocationId,
    availabilityMode: 'nonsense',
  });
  expect(() => app.synth()).toThrow(/nonsense/);
}, 120_000);
