// The reference app: what a configuration becomes, and what is refused when it is composed.
import path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { compose } from '../../bin/compose';
import type { Config, RegionConfig } from '../../bin/config/config';
import { readConfig } from '../../bin/config/read-config';
import { readExchange } from '../../bin/config/read-exchange';
import { refusal } from '../support/config-error';
import { resourcesOf } from '../support/egress';

const ZONE = 'eu-west-1a';
const regions = (region: RegionConfig): Config['regions'] => ({ 'eu-west-1': region });
const config = (region: RegionConfig, more: Partial<Config> = {}): Config => ({
  environment: 'dev',
  account: '111122223333',
  regions: regions(region),
  ...more,
});

function composed(settings: Config): App {
  const app = new App();
  compose(app, settings, (file) => readExchange('exchange-keys.yaml', file));
  return app;
}

const stackOf = (app: App, id: string) => app.node.findChild(id) as Stack;
const template = (app: App, id: string) => Template.fromStack(stackOf(app, id));

test('the example of the repository becomes two stacks per region and one for the keys, without a finding of cdk-nag', () => {
  const file = path.join(__dirname, '..', '..', 'exchange-keys.yaml');
  const app = new App();
  compose(app, readConfig(file), (exchange) => readExchange(file, exchange));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { stacks } = app.synth();
  expect(stacks.map(({ stackName }) => stackName).sort()).toEqual([
    'exchange-keys-dev-addresses-eu-west-1',
    'exchange-keys-dev-addresses-us-east-1',
    'exchange-keys-dev-keys-eu-west-1',
    'exchange-keys-dev-network-eu-west-1',
    'exchange-keys-dev-network-us-east-1',
  ]);
  for (const {
    stackName,
    template: { Description },
    tags,
  } of stacks) {
    expect(Description).toMatch(/(eu-west-1|us-east-1).*\(cdk-exchange-keys\)$/);
    expect(tags).toMatchObject({
      'exchange-keys:environment': 'dev',
      'exchange-keys:component': /dev-(addresses|keys|network)-/.exec(stackName)?.[1],
    });
  }
});

test('the addresses’ stack carries no tag that could ever change: CloudFormation would hand it on to the addresses', () => {
  const app = composed(config({ availabilityZones: [ZONE], network: {} }, { owner: 'desk-1' }));
  expect(stackOf(app, 'exchange-keys-dev-addresses-eu-west-1').tags.tagValues()).toEqual({
    'exchange-keys:component': 'addresses',
    'exchange-keys:environment': 'dev',
  });
  expect(stackOf(app, 'exchange-keys-dev-network-eu-west-1').tags.tagValues()).toMatchObject({
    'exchange-keys:owner': 'desk-1',
  });
});

test('a region without network has only addresses', () => {
  const app = composed(config({ standbyAvailabilityZones: [ZONE] }));
  expect(app.node.children.filter(Stack.isStack).map(({ node }) => node.id)).toEqual([
    'exchange-keys-dev-addresses-eu-west-1',
  ]);
});

test('every setting reaches its construct', () => {
  const app = composed(
    config({
      availabilityZones: [ZONE],
      acknowledgeAddressLoss: [ZONE],
      network: {
        layout: 'single',
        availabilityZones: ['eu-west-1b', ZONE],
        vpcCidr: '192.168.0.0/20',
        interfaceEndpoints: ['kms', 'sts'],
        dnsAllowlist: ['api.xxkk.example'],
      },
    }),
  );
  const [eip] = Object.values(resourcesOf(template(app, 'exchange-keys-dev-addresses-eu-west-1'), 'AWS::EC2::EIP'));
  expect(eip.DeletionPolicy).toBe('Delete');
  const network = template(app, 'exchange-keys-dev-network-eu-west-1');
  network.resourceCountIs('AWS::EC2::NatGateway', 1);
  network.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '192.168.0.0/20' });
  network.resourceCountIs('AWS::EC2::VPCEndpoint', 4);
  network.resourceCountIs('AWS::Route53Resolver::FirewallRuleGroup', 1);
});

test('production is termination-protected without asking, and cannot be told not to be', () => {
  const region = { availabilityZones: [ZONE] };
  const app = composed(config(region, { environment: 'prod' }));
  expect(stackOf(app, 'exchange-keys-prod-addresses-eu-west-1').terminationProtection).toBe(true);
  expect(stackOf(composed(config(region)), 'exchange-keys-dev-addresses-eu-west-1').terminationProtection).toBe(false);
  const unprotected = composed(config(region, { environment: 'prod', terminationProtection: false }));
  refusal('TERMINATION_PROTECTION_REQUIRED', () => unprotected.synth());
});

test('networks that are to be peered must not overlap', () => {
  const peered = (first: string, second: string): Config => ({
    environment: 'dev',
    peering: true,
    regions: {
      'eu-west-1': { availabilityZones: [ZONE], network: { vpcCidr: first } },
      'us-east-1': { availabilityZones: ['us-east-1a'], network: { vpcCidr: second } },
    },
  });
  refusal('VPC_CIDR_OVERLAP', () => composed(peered('10.0.0.0/16', '10.0.0.0/20')));
  expect(() => composed(peered('10.0.0.0/16', '10.1.0.0/16'))).not.toThrow();
  expect(() => composed({ ...peered('10.0.0.0/16', '10.0.0.0/16'), peering: false })).not.toThrow();
});

test('an existing network is taken as it is; whether it overlaps another cannot be known', () => {
  const existing = {
    vpcId: 'vpc-0123456789abcdef0',
    zones: {
      [ZONE]: {
        subnetId: 'subnet-0123456789abcdef0',
        routeTableId: 'rtb-0123456789abcdef0',
        natGatewayId: 'nat-0123456789abcdef0',
      },
    },
  };
  const region = { availabilityZones: [ZONE], network: { existing } };
  template(composed(config(region)), 'exchange-keys-dev-network-eu-west-1').resourceCountIs(
    'Custom::ExchangeKeysEgressLookup',
    1,
  );
  refusal('PEERING_WITH_EXISTING_NETWORK', () => composed(config(region, { peering: true })));
});

test('an unknown environment is refused before any stack is made', () => {
  refusal('ENVIRONMENT_UNKNOWN', () => composed(config({ availabilityZones: [ZONE] }, { environment: 'production' })));
});
