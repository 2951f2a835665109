import { App, CfnParameter, CfnResource, NestedStack, RemovalPolicies, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import fc from 'fast-check';
import { parseAllowlistDocument } from '../../../contract/allowlist';
import { AddressRole, AddressSource, EgressAddresses } from '../../../lib';
import { refusal } from '../../support/config-error';
import {
  AddressOptions,
  compliantTemplate,
  REGION,
  Resource,
  resourcesOf,
  stackIn,
  withAddresses,
} from '../../support/egress';
import { resolveTemplateValue } from '../../support/resolve';

const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${REGION}${letter}`);
const ID = 'eipalloc-0123456789abcdef0';
const OTHER_ID = 'eipalloc-0123456789abcdef1';

const eipsOf = (options: AddressOptions): Record<string, Resource> =>
  resourcesOf(Template.fromStack(withAddresses(options).addressStack), 'AWS::EC2::EIP');

describe('the address of a zone', () => {
  test('is an Elastic IP that stays on update, replacement and deletion, and leaks nothing when a first deployment fails (B1)', () => {
    const template = compliantTemplate(withAddresses().addressStack);
    template.resourceCountIs('AWS::EC2::EIP', 2);
    template.allResources('AWS::EC2::EIP', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({ Domain: 'vpc' }),
    });
  });

  test('does not depend on which other zones there are, in which order, active or standby', () => {
    const all = eipsOf({ availabilityZones: ZONES });
    const idOf = (zone: string) => Object.keys(all).find((id) => JSON.stringify(all[id]).includes(zone)) as string;
    fc.assert(
      fc.property(fc.shuffledSubarray(ZONES, { minLength: 1 }), fc.func(fc.boolean()), (zones, isStandby) => {
        const eips = eipsOf({
          availabilityZones: zones.filter((zone) => !isStandby(zone)),
          standbyAvailabilityZones: zones.filter((zone) => isStandby(zone)),
        });
        expect(Object.keys(eips).sort()).toEqual(zones.map(idOf).sort());
        for (const [id, eip] of Object.entries(eips)) expect(eip).toEqual(all[id]);
      }),
      { numRuns: 25 },
    );
  });

  test('keeps its tags whatever tags the app and the stack get', () => {
    const { app, addressStack } = withAddresses();
    Tags.of(app).add('cost-centre', '4711');
    Tags.of(addressStack).add('Name', 'renamed');
    for (const eip of Object.values(resourcesOf(Template.fromStack(addressStack), 'AWS::EC2::EIP'))) {
      expect((eip.Properties.Tags as { Key: string }[]).map(({ Key }) => Key)).toEqual([
        'Name',
        'exchange-keys:availability-zone',
        'exchange-keys:environment',
        'TrustedAdvisorAutomate',
      ]);
      expect(JSON.stringify(eip)).not.toMatch(/4711|renamed/);
    }
  });

  test('is found by zone name', () => {
    const { addresses } = withAddresses({ standbyAvailabilityZones: ['eu-west-1c'] });
    expect(addresses.addressOf('eu-west-1c').role).toBe(AddressRole.STANDBY);
    expect(addresses.activeAvailabilityZones).toEqual(['eu-west-1a', 'eu-west-1b']);
    const message = refusal('AVAILABILITY_ZONE_WITHOUT_ADDRESS', () => addresses.addressOf('eu-west-1d'));
    expect(message).toContain("'eu-west-1a', 'eu-west-1b', 'eu-west-1c'");
  });
});

describe('what is published', () => {
  const letterOf = (logicalId: string) => logicalId[logicalId.indexOf('West1') + 'West1'.length];
  const attribute = (logicalId: string, name: string) =>
    name === 'PublicIp' ? `203.0.113.${letterOf(logicalId).charCodeAt(0)}` : `eipalloc-0000000${letterOf(logicalId)}`;

  test('is an allowlist document that its own parser accepts, derived from the Elastic IPs (C2, G6)', () => {
    const { addressStack } = withAddresses({ standbyAvailabilityZones: ['eu-west-1c'] });
    const template = compliantTemplate(addressStack);
    const [parameter] = Object.values(resourcesOf(template, 'AWS::SSM::Parameter'));
    expect(parameter.Properties.Name).toBe('/exchange-keys/dev/egress/eu-west-1/allowlist');
    const text = resolveTemplateValue(parameter.Properties.Value, attribute);
    const document = parseAllowlistDocument(text);
    expect(document.entries).toEqual([
      {
        availabilityZone: 'eu-west-1a',
        allocationId: 'eipalloc-0000000a',
        address: '203.0.113.97',
        cidr: '203.0.113.97/32',
        role: 'active',
      },
      {
        availabilityZone: 'eu-west-1b',
        allocationId: 'eipalloc-0000000b',
        address: '203.0.113.98',
        cidr: '203.0.113.98/32',
        role: 'active',
      },
      {
        availabilityZone: 'eu-west-1c',
        allocationId: 'eipalloc-0000000c',
        address: '203.0.113.99',
        cidr: '203.0.113.99/32',
        role: 'standby',
      },
    ]);
    const [output] = Object.values(
      template.findOutputs('*', { Description: Match.stringLikeRegexp('^CIDRs to allowlist') }),
    );
    expect(resolveTemplateValue(output.Value, attribute)).toBe('203.0.113.97/32,203.0.113.98/32,203.0.113.99/32');
    expect(document.cidrs).toEqual(['203.0.113.97/32', '203.0.113.98/32', '203.0.113.99/32']);
  });

  test('exports every allocation id even while no network uses it, so that CloudFormation guards it', () => {
    const { addressStack } = withAddresses({ standbyAvailabilityZones: ['eu-west-1c'] });
    const exports = Object.values(Template.fromStack(addressStack).findOutputs('*')).filter((output) => output.Export);
    expect(exports).toHaveLength(3);
  });
});

describe('adopted addresses', () => {
  const adopt = (ids: Record<string, string>, options: AddressOptions = {}) =>
    withAddresses({ source: AddressSource.adopt(ids), ...options });

  test('are looked up in EC2, and never repeated from the input', () => {
    const { addressStack } = adopt({ 'eu-west-1a': ID, 'eu-west-1b': OTHER_ID });
    const template = compliantTemplate(addressStack);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.hasResourceProperties('Custom::ExchangeKeysEgressLookup', {
      Lookup: 'ADOPTED_ADDRESS',
      Region: REGION,
      AvailabilityZone: 'eu-west-1a',
      AllocationId: ID,
    });
    const published = JSON.stringify([template.findOutputs('*'), template.findResources('AWS::SSM::Parameter')]);
    expect(published).not.toContain(ID);
    expect(published).toContain('"PublicIp"');
  });

  test('the look-up may read and nothing else', () => {
    const template = compliantTemplate(adopt({ 'eu-west-1a': ID, 'eu-west-1b': OTHER_ID }).addressStack);
    const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
    const actions = policies
      .map(({ Properties }) => Properties as { PolicyDocument: { Statement: { Action: string | string[] }[] } })
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
    expect(
      actions.filter(
        (action) => !/^(ec2:(Describe|Get)|logs:(CreateLogStream|PutLogEvents)$|lambda:(Invoke|Get))/.test(action),
      ),
    ).toEqual([]);
    template.resourceCountIs('AWS::Lambda::Function', 2);
  });

  test.each([
    ['fewer than zones', { 'eu-west-1a': ID }, "no allocation id for 'eu-west-1b'"],
    [
      'more than zones',
      { 'eu-west-1a': ID, 'eu-west-1b': OTHER_ID, 'eu-west-1c': ID },
      "no availability zone for 'eu-west-1c'",
    ],
    ['none', {}, "no allocation id for 'eu-west-1a', 'eu-west-1b'"],
  ])('%s are refused', (_, ids, detail) => {
    expect(refusal('ADOPTED_ADDRESSES_MISMATCH', () => adopt(ids))).toContain(detail);
  });

  test('one id for two zones is refused', () => {
    const message = refusal('ALLOCATION_ID_DUPLICATE', () => adopt({ 'eu-west-1a': ID, 'eu-west-1b': ID }));
    expect(message).toContain(`'${ID}' is given for 'eu-west-1a' and for 'eu-west-1b'`);
  });

  test.each(['eipalloc-xyz', 'eip-0123456789abcdef0', '203.0.113.10', '', ' eipalloc-0123456789abcdef0'])(
    'malformed id %j is refused',
    (id) => {
      refusal('ALLOCATION_ID_MALFORMED', () => adopt({ 'eu-west-1a': id, 'eu-west-1b': OTHER_ID }));
    },
  );

  test('an id that only the deployment knows is refused: whether two are the same could not be decided', () => {
    const app = new App();
    const stack = stackIn(app, 'S');
    const parameter = new CfnParameter(stack, 'Id');
    refusal(
      'VALUE_UNKNOWN_AT_SYNTH',
      () =>
        new EgressAddresses(stack, 'E', {
          environment: 'dev',
          availabilityZones: ['eu-west-1a'],
          source: AddressSource.adopt({ 'eu-west-1a': parameter.valueAsString }),
        }),
    );
  });
});

describe('addresses out of an IPAM pool', () => {
  const pool = 'ipam-pool-0123456789abcdef0';

  test('publish the block that the pool really holds, not each address', () => {
    const { addressStack } = withAddresses({ source: AddressSource.ipamPool(pool) });
    const template = compliantTemplate(addressStack);
    template.allResourcesProperties('AWS::EC2::EIP', { IpamPoolId: pool });
    template.hasResourceProperties('Custom::ExchangeKeysEgressLookup', { Lookup: 'IPAM_BLOCK', IpamPoolId: pool });
    const [parameter] = Object.values(resourcesOf(template, 'AWS::SSM::Parameter'));
    const text = resolveTemplateValue(parameter.Properties.Value, (id, attribute) => {
      if (attribute === 'Cidrs') return '203.0.113.96/28,203.0.113.128/28';
      return attribute === 'PublicIp'
        ? `203.0.113.${id.includes('1a') ? 97 : 129}`
        : `eipalloc-0000000${id.includes('1a') ? 1 : 2}`;
    });
    expect(parseAllowlistDocument(text).cidrs).toEqual(['203.0.113.96/28', '203.0.113.128/28']);
  });

  test('a malformed pool id is refused', () => {
    refusal('IPAM_POOL_ID_MALFORMED', () => withAddresses({ source: AddressSource.ipamPool('pool-1') }));
  });
});

describe('losing an address', () => {
  test('takes an acknowledgement that names it, and touches no other', () => {
    const eips = eipsOf({ acknowledgeAddressLoss: ['eu-west-1b'] });
    const policies = Object.entries(eips).map(([id, eip]) => [
      id.includes('West1b'),
      eip.DeletionPolicy,
      eip.UpdateReplacePolicy,
    ]);
    expect(policies).toEqual([
      [false, 'RetainExceptOnCreate', 'Retain'],
      [true, 'Delete', 'Delete'],
    ]);
  });

  test('an acknowledgement for a zone without an address is refused', () => {
    refusal('ACKNOWLEDGEMENT_NAMES_NO_ADDRESS', () => withAddresses({ acknowledgeAddressLoss: ['eu-west-1c'] }));
  });

  test.each<[string, (app: App, eip: CfnEIP) => void]>([
    ['an aspect over the app', (app) => RemovalPolicies.of(app).destroy()],
    ['applyRemovalPolicy', (_, eip) => eip.applyRemovalPolicy(RemovalPolicy.DESTROY)],
    ['a raw override', (_, eip) => eip.addOverride('DeletionPolicy', 'Delete')],
    ['a raw override of the replacement policy', (_, eip) => eip.addOverride('UpdateReplacePolicy', 'Delete')],
    [
      'plain Retain, which leaks after a failed first deployment',
      (_, eip) => eip.applyRemovalPolicy(RemovalPolicy.RETAIN),
    ],
  ])('%s is refused at the end of synth', (_, change) => {
    const { app, addresses } = withAddresses();
    change(app, addresses.node.findChild('AddressEuWest1a') as CfnEIP);
    expect(refusal('ADDRESS_NOT_RETAINED', () => app.synth())).toContain('Addresses/Egress/AddressEuWest1a');
  });

  test('production demands termination protection', () => {
    const unprotected = withAddresses({ environment: 'prod' }, { terminationProtection: false });
    refusal('TERMINATION_PROTECTION_REQUIRED', () => unprotected.app.synth());

    const late = withAddresses({ environment: 'prod' }, { terminationProtection: false });
    late.addressStack.terminationProtection = true;
    expect(() => late.app.synth()).not.toThrow();
  });

  test('an environment that the project declares as production is production', () => {
    const context = { 'cdk-exchange-keys:environments': { live: { production: true } } };
    const { app } = withAddresses({ environment: 'live' }, { terminationProtection: false }, { context });
    refusal('TERMINATION_PROTECTION_REQUIRED', () => app.synth());
  });
});

describe('bad input', () => {
  test('a stack without a region', () => {
    const stack = new Stack(new App(), 'Agnostic');
    refusal(
      'REGION_UNKNOWN',
      () => new EgressAddresses(stack, 'E', { environment: 'dev', availabilityZones: ['eu-west-1a'] }),
    );
  });

  test('a nested stack', () => {
    const nested = new NestedStack(stackIn(new App(), 'Parent'), 'Nested');
    const props = { environment: 'dev', availabilityZones: ['eu-west-1a'] };
    refusal('ADDRESSES_IN_NESTED_STACK', () => new EgressAddresses(nested, 'E', props));
  });

  test.each<[string, string, AddressOptions]>([
    ['no zone', 'NO_AVAILABILITY_ZONE', { availabilityZones: [] }],
    ['a zone twice', 'AVAILABILITY_ZONE_DUPLICATE', { availabilityZones: ['eu-west-1a', 'eu-west-1a'] }],
    ['a zone active and standby', 'AVAILABILITY_ZONE_DUPLICATE', { standbyAvailabilityZones: ['eu-west-1a'] }],
    ['a zone of another region', 'AVAILABILITY_ZONE_OF_OTHER_REGION', { availabilityZones: ['us-east-1a'] }],
    ['a zone id', 'AVAILABILITY_ZONE_ID', { availabilityZones: ['euw1-az1'] }],
    ['an unknown environment', 'ENVIRONMENT_UNKNOWN', { environment: 'production' }],
  ])('%s', (_, code, options) => {
    refusal(code, () => withAddresses(options));
  });

  test('only standby zones are fine: a region to fail over to', () => {
    const { addresses } = withAddresses({ availabilityZones: [], standbyAvailabilityZones: ['eu-west-1a'] });
    expect(addresses.activeAvailabilityZones).toEqual([]);
  });

  test('more than five Elastic IPs in a region give a warning that names the quota', () => {
    const { addressStack } = withAddresses({ availabilityZones: ZONES });
    Annotations.fromStack(addressStack).hasWarning(
      '*',
      Match.stringLikeRegexp('6 Elastic IPs.*EC2-VPC Elastic IPs.*L-0263D0A3'),
    );
    const five = withAddresses({ availabilityZones: ZONES.slice(0, 5) });
    Annotations.fromStack(five.addressStack).hasNoWarning('*', Match.anyValue());
  });
});

test('an address of ours is only ever a CfnEIP of our making', () => {
  const { addressStack } = withAddresses();
  const eips = addressStack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && CfnEIP.isCfnEIP(node));
  expect(eips.map((eip) => eip.node.id)).toEqual(['AddressEuWest1a', 'AddressEuWest1b']);
});
