// What a network publishes: a document that its reader accepts once CloudFormation has filled in the ids.
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseNetworkDocument } from '../../../contract/egress';
import { AddressSource, EgressAddresses, EgressNetwork, ExistingEgressNetwork, NatLayout } from '../../../lib';
import { ACCOUNT, compliantTemplate, REGION, resourcesOf, withAddresses, withNetwork } from '../../support/egress';

const PREFIXES: Record<string, string> = {
  'AWS::EC2::VPC': 'vpc-',
  'AWS::EC2::Subnet': 'subnet-',
  'AWS::EC2::RouteTable': 'rtb-',
  'AWS::EC2::NatGateway': 'nat-',
};

type Part = string | { Ref?: string; 'Fn::ImportValue'?: string; 'Fn::GetAtt'?: [string, string] };

/** An id of the right kind for a reference, the same one each time. */
function idFor(template: Template, part: Part, known: Map<string, string>): string {
  if (typeof part === 'string') return part;
  const name = part.Ref ?? part['Fn::GetAtt']?.join('.') ?? String(part['Fn::ImportValue']);
  const type = template.toJSON().Resources[part.Ref ?? '']?.Type;
  const prefix = part['Fn::ImportValue'] ? 'eipalloc-' : part['Fn::GetAtt'] ? 'vpc-' : PREFIXES[type];
  const id = known.get(name) ?? `${prefix}${(known.size + 1).toString(16).padStart(17, '0')}`;
  known.set(name, id);
  return id;
}

function published(stack: Stack) {
  const template = Template.fromStack(stack);
  return Object.values(resourcesOf(template, 'AWS::SSM::Parameter')).map(({ Properties: { Name, Value } }) => {
    const known = new Map<string, string>();
    const parts = typeof Value === 'string' ? [Value] : (Value as { 'Fn::Join': [string, Part[]] })['Fn::Join'][1];
    const text = parts.map((part) => idFor(template, part, known)).join('');
    const reference = (id: string) => [...known].find(([, value]) => value === id)?.[0];
    return { name: Name, text, document: parseNetworkDocument(text, { region: REGION }), reference };
  });
}

const parameterName = (name: string) => `/exchange-keys/dev/egress/${REGION}/network/${name}`;

test.each([NatLayout.ZONAL, NatLayout.REGIONAL])('%s: each zone leaves by its own address', (layout) => {
  const { networkStack, network, addresses } = withNetwork({ layout });
  const [{ name, document, reference, text }] = published(networkStack);
  expect(name).toBe(parameterName('Network.Network'));
  expect(network.networkParameterName).toBe(name);
  expect(network.exitZones).toEqual({ 'eu-west-1a': 'eu-west-1a', 'eu-west-1b': 'eu-west-1b' });
  expect(document).toMatchObject({ schema: 1, environment: 'dev', region: REGION });
  expect(document.zones.map((zone) => zone.availabilityZone)).toEqual(addresses.activeAvailabilityZones);
  const ids = document.zones.map(({ availabilityZone, ...rest }) => Object.values(rest).map(reference).join(' '));
  const gateway = (zone: string) =>
    layout === NatLayout.REGIONAL ? /NetworkRegionalNatGateway/ : new RegExp(`NetworkNatGateway${zone}`);
  for (const [index, zone] of ['EuWest1a', 'EuWest1b'].entries()) {
    expect(ids[index]).toMatch(new RegExp(`NetworkWorkloadSubnet${zone}.* NetworkWorkloadRouteTable${zone}`));
    expect(ids[index]).toMatch(gateway(zone));
    expect(ids[index]).toMatch(new RegExp(`ElasticIp${zone}|Eip${zone}|${zone}`));
  }
  expect(new Set(document.zones.map((zone) => zone.allocationId)).size).toBe(2);
  expect(text.length).toBeLessThan(4096);
});

test('single: every zone leaves by the address of the one that is active', () => {
  const { networkStack, network } = withNetwork(
    { layout: NatLayout.SINGLE, availabilityZones: ['eu-west-1b', 'eu-west-1a', 'eu-west-1c'] },
    { availabilityZones: ['eu-west-1b'] },
  );
  const [{ document, reference }] = published(networkStack);
  const b = 'eu-west-1b';
  expect(network.exitZones).toEqual({ 'eu-west-1a': b, 'eu-west-1b': b, 'eu-west-1c': b });
  expect(document.zones.map((zone) => zone.availabilityZone)).toEqual(['eu-west-1a', b, 'eu-west-1c']);
  expect(new Set(document.zones.map((zone) => reference(zone.natGatewayId))).size).toBe(1);
  const [exit, ...others] = new Set(document.zones.map((zone) => reference(zone.allocationId)));
  expect(exit).toContain('EuWest1b');
  expect(others).toEqual([]);
});

test('the largest network fits into a standard parameter', () => {
  const zones = 'abcdefgh'.split('').map((letter) => `${REGION}${letter}`);
  const { networkStack } = withNetwork({}, { availabilityZones: zones, environment: 'staging' });
  const [{ document, text }] = published(networkStack);
  expect(document.zones).toHaveLength(8);
  expect(text.length).toBeLessThan(4096);
});

test('an existing network publishes itself once its check has passed', () => {
  const { addresses, networkStack } = withAddresses({
    availabilityZones: ['eu-west-1a'],
    source: AddressSource.adopt({ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }),
  });
  const zone = { subnetId: 'subnet-01234567', routeTableId: 'rtb-01234567', natGatewayId: 'nat-01234567' };
  const network = new ExistingEgressNetwork(networkStack, 'Found', {
    addresses,
    vpcId: 'vpc-01234567',
    zones: { 'eu-west-1a': zone },
  });
  compliantTemplate(networkStack);
  const [{ name, document, reference }] = published(networkStack);
  expect(name).toBe(parameterName('Network.Found'));
  expect(network.networkParameterName).toBe(name);
  expect(network.exitZones).toEqual({ 'eu-west-1a': 'eu-west-1a' });
  expect(document.zones).toMatchObject([zone]);
  expect(reference(document.vpcId)).toMatch(/^FoundCheck.*\.VpcId$/);
});

describe('the name', () => {
  const named = (scope: (stack: Stack) => ConstructorParameters<typeof EgressNetwork>[0], id: string) => {
    const { addresses, networkStack } = withAddresses();
    return new EgressNetwork(scope(networkStack), id, { addresses }).networkParameterName;
  };

  test('holds the whole path, so that two networks never share one', () => {
    const { addresses, networkStack } = withAddresses({ standbyAvailabilityZones: ['eu-west-1c'] });
    const make = (id: string, zone: string) =>
      new EgressNetwork(networkStack, id, { addresses, availabilityZones: [zone] }).networkParameterName;
    expect([make('One', 'eu-west-1a'), make('Two', 'eu-west-1b')]).toEqual(
      ['Network.One', 'Network.Two'].map(parameterName),
    );
  });

  test('has no character that a parameter may not have', () => {
    expect(named((stack) => stack, 'The network: é')).toBe(parameterName('Network.The-network---'));
  });

  test('of a network in a nested stack begins with the name of the stack around it', () => {
    expect(named((stack) => new NestedStack(stack, 'Inner'), 'Net')).toBe(parameterName('Network.Inner.Net'));
  });

  test('takes the name the stack has in CloudFormation', () => {
    const app = new App();
    const env = { account: ACCOUNT, region: REGION };
    const addresses = new EgressAddresses(new Stack(app, 'A', { env }), 'Egress', {
      environment: 'dev',
      availabilityZones: ['eu-west-1a'],
    });
    const network = new EgressNetwork(new Stack(app, 'N', { env, stackName: 'trading-net' }), 'Net', { addresses });
    expect(network.networkParameterName).toBe(parameterName('trading-net.Net'));
  });
});
