import { Match } from 'aws-cdk-lib/assertions';
import { AddressSource, ExistingEgressNetwork, ExistingEgressNetworkProps } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, withAddresses } from '../../support/egress';

const zone = (digit: number) => ({
  subnetId: `subnet-0123456789abcdef${digit}`,
  routeTableId: `rtb-0123456789abcdef${digit}`,
  natGatewayId: `nat-0123456789abcdef${digit}`,
});
const VPC = 'vpc-0123456789abcdef0';

function existing(options: Partial<ExistingEgressNetworkProps> = {}) {
  const scenario = withAddresses({
    source: AddressSource.adopt({
      'eu-west-1a': 'eipalloc-0123456789abcdef0',
      'eu-west-1b': 'eipalloc-0123456789abcdef1',
    }),
  });
  const network = new ExistingEgressNetwork(scenario.networkStack, 'Network', {
    addresses: scenario.addresses,
    vpcId: VPC,
    zones: { 'eu-west-1b': zone(1), 'eu-west-1a': zone(0) },
    ...options,
  });
  return { ...scenario, network };
}

test('the deployment checks VPC, subnets, routes and NAT gateways against the addresses', () => {
  const template = compliantTemplate(existing().networkStack);
  template.hasResourceProperties('Custom::ExchangeKeysEgressLookup', {
    Lookup: 'EXISTING_NETWORK',
    VpcId: VPC,
    Zones: [
      {
        AvailabilityZone: 'eu-west-1a',
        SubnetId: zone(0).subnetId,
        RouteTableId: zone(0).routeTableId,
        NatGatewayId: zone(0).natGatewayId,
        AllocationId: { 'Fn::ImportValue': Match.anyValue() },
      },
      Match.objectLike({ AvailabilityZone: 'eu-west-1b', SubnetId: zone(1).subnetId }),
    ],
  });
  template.resourceCountIs('AWS::EC2::VPC', 0);
  template.resourceCountIs('AWS::EC2::NatGateway', 0);
});

test('nothing can be placed into the VPC before the check has passed', () => {
  compliantTemplate(existing().networkStack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    VpcId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Check'), 'VpcId'] },
    SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443 })],
  });
});

test.each<[string, ExistingEgressNetworkProps['zones'], RegExp]>([
  ['a zone missing', { 'eu-west-1a': zone(0) }, /missing 'eu-west-1b'/],
  [
    'a zone too many',
    { 'eu-west-1a': zone(0), 'eu-west-1b': zone(1), 'eu-west-1c': zone(2) },
    /without an active address 'eu-west-1c'/,
  ],
  ['none', {}, /missing 'eu-west-1a', 'eu-west-1b'/],
])('%s is refused', (_, zones, detail) => {
  expect(refusal('EXISTING_ZONES_MISMATCH', () => existing({ zones }))).toMatch(detail);
});

test.each([
  ['VPC_ID_MALFORMED', { vpcId: 'vpc-1' }],
  ['SUBNET_ID_MALFORMED', { zones: { 'eu-west-1a': { ...zone(0), subnetId: 'subnet' }, 'eu-west-1b': zone(1) } }],
  [
    'ROUTE_TABLE_ID_MALFORMED',
    { zones: { 'eu-west-1a': { ...zone(0), routeTableId: 'rt-0' }, 'eu-west-1b': zone(1) } },
  ],
  ['NAT_GATEWAY_ID_MALFORMED', { zones: { 'eu-west-1a': { ...zone(0), natGatewayId: 'nat' }, 'eu-west-1b': zone(1) } }],
])('%s', (code, options) => {
  refusal(code, () => existing(options));
});
