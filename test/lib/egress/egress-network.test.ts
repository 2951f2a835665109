import { App, CfnParameter, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  CfnEgressOnlyInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnSubnet,
  CfnVPCCidrBlock,
  InterfaceVpcEndpointAwsService,
} from 'aws-cdk-lib/aws-ec2';
import fc from 'fast-check';
import { EgressAddresses, EgressNetwork, NatLayout } from '../../../lib';
import { refusal } from '../../support/config-error';
import {
  ACCOUNT,
  compliantTemplate,
  NetworkOptions,
  REGION,
  Resource,
  resourcesOf,
  stackIn,
  withAddresses,
  withNetwork,
} from '../../support/egress';

const ZONES = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${REGION}${letter}`);
const LAYOUTS = [NatLayout.ZONAL, NatLayout.REGIONAL];
type Reference = { Ref: string };
const ref = (value: unknown) => (value as Reference).Ref;

function templateOf(layout: NatLayout, options: NetworkOptions = {}, zones = ['eu-west-1a', 'eu-west-1b']): Template {
  return compliantTemplate(withNetwork({ layout, ...options }, { availabilityZones: zones }).networkStack);
}

/** Zone → ids of its workload subnet, route table, and the gateway of its default route, as wired in the template. */
function wiring(template: Template) {
  const associations = Object.values(resourcesOf(template, 'AWS::EC2::SubnetRouteTableAssociation'));
  const routes = Object.values(resourcesOf(template, 'AWS::EC2::Route'));
  return Object.entries(resourcesOf(template, 'AWS::EC2::Subnet'))
    .filter(([id]) => id.includes('Workload'))
    .map(([id, subnet]) => {
      const tables = associations.filter(({ Properties }) => ref(Properties.SubnetId) === id);
      const [table] = tables.map(({ Properties }) => ref(Properties.RouteTableId));
      return {
        zone: subnet.Properties.AvailabilityZone as string,
        tables: tables.length,
        routes: routes
          .filter(({ Properties }) => ref(Properties.RouteTableId) === table)
          .map(({ Properties }) => Properties),
      };
    });
}

describe('workload subnets', () => {
  test.each(LAYOUTS)(
    'have exactly one way out, the NAT gateway that holds the address of their zone: %s (G8)',
    (layout) => {
      const template = templateOf(layout);
      const gateways = resourcesOf(template, 'AWS::EC2::NatGateway');
      const wires = wiring(template);
      expect(wires.map(({ zone }) => zone)).toEqual(['eu-west-1a', 'eu-west-1b']);
      for (const { zone, tables, routes } of wires) {
        expect(tables).toBe(1);
        expect(routes).toEqual([
          expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: { Ref: expect.any(String) } }),
        ]);
        expect(addressOfZone(gateways[ref(routes[0].NatGatewayId)], zone)).toContain(
          zone === 'eu-west-1a' ? 'EuWest1a' : 'EuWest1b',
        );
      }
    },
  );

  test.each(LAYOUTS)('give no public address on launch, and nothing is IPv6: %s', (layout) => {
    const template = templateOf(layout);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Ipv6|::\/0|EgressOnly/i);
  });

  test('the VPC as workloads see it has no public subnet', () => {
    const { network } = withNetwork();
    expect(network.vpc.publicSubnets).toEqual([]);
    expect(network.workloadSubnets).toHaveLength(2);
    expect(network.vpc.availabilityZones).toEqual(['eu-west-1a', 'eu-west-1b']);
  });
});

function addressOfZone(gateway: Resource, zone: string): string {
  const { AllocationId, AvailabilityZoneAddresses } = gateway.Properties;
  if (AllocationId) return JSON.stringify(AllocationId);
  const listed = AvailabilityZoneAddresses as { AvailabilityZone: string; AllocationIds: unknown[] }[];
  return JSON.stringify(listed.find(({ AvailabilityZone }) => AvailabilityZone === zone)?.AllocationIds);
}

describe('NAT layouts', () => {
  test('ZONAL: a gateway for each zone, in a public subnet of that zone, after the way to the internet is there', () => {
    const template = templateOf(NatLayout.ZONAL);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    const subnets = resourcesOf(template, 'AWS::EC2::Subnet');
    for (const gateway of Object.values(resourcesOf(template, 'AWS::EC2::NatGateway'))) {
      const zone = subnets[ref(gateway.Properties.SubnetId)].Properties.AvailabilityZone as string;
      expect(JSON.stringify(gateway.Properties.AllocationId)).toContain(`EuWest1${zone.at(-1)}`);
      expect(gateway.Properties.AllocationId).toEqual({ 'Fn::ImportValue': expect.any(String) });
      expect(gateway.DependsOn).toContainEqual(expect.stringMatching(/PublicRoute/));
    }
  });

  test('REGIONAL: one gateway in manual mode, no public subnets, the attachment of the internet gateway awaited', () => {
    const template = templateOf(NatLayout.REGIONAL);
    template.hasResource('AWS::EC2::NatGateway', {
      DependsOn: [Match.stringLikeRegexp('InternetGatewayAttachment')],
      Properties: {
        AvailabilityMode: 'regional',
        AllocationId: Match.absent(),
        SubnetId: Match.absent(),
        AvailabilityZoneAddresses: [
          { AvailabilityZone: 'eu-west-1a', AllocationIds: [{ 'Fn::ImportValue': Match.anyValue() }] },
          { AvailabilityZone: 'eu-west-1b', AllocationIds: [{ 'Fn::ImportValue': Match.anyValue() }] },
        ],
      },
    });
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    template.resourceCountIs('AWS::EC2::Subnet', 2);
  });

  test('SINGLE: one zonal gateway for all zones', () => {
    const template = templateOf(NatLayout.SINGLE, { availabilityZones: ['eu-west-1a', 'eu-west-1b'] }, ['eu-west-1b']);
    const [gateway] = Object.keys(resourcesOf(template, 'AWS::EC2::NatGateway'));
    expect(wiring(template).map(({ routes }) => ref(routes[0].NatGatewayId))).toEqual([gateway, gateway]);
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
  });

  test('SINGLE keeps its gateway when the network grows to ZONAL', () => {
    const single = templateOf(NatLayout.SINGLE, {}, ['eu-west-1b']).toJSON().Resources;
    const zonal = templateOf(NatLayout.ZONAL, {}, ['eu-west-1a', 'eu-west-1b']).toJSON().Resources;
    for (const [id, resource] of Object.entries<Resource>(single)) {
      if (resource.Type === 'AWS::EC2::NatGateway' || resource.Type === 'AWS::EC2::Subnet')
        expect(zonal[id]).toEqual(resource);
    }
  });

  test('SINGLE in production takes a reason, which stands in the template', () => {
    const prod = { environment: 'prod', availabilityZones: ['eu-west-1a'] };
    refusal('SINGLE_NAT_IN_PRODUCTION', () => withNetwork({ layout: NatLayout.SINGLE }, prod));
    refusal('SINGLE_NAT_IN_PRODUCTION', () =>
      withNetwork({ layout: NatLayout.SINGLE, acknowledgeSingleNat: ' ' }, prod),
    );
    const { networkStack } = withNetwork({ layout: NatLayout.SINGLE, acknowledgeSingleNat: 'read-only bot' }, prod);
    compliantTemplate(networkStack).hasResource('AWS::EC2::NatGateway', {
      Metadata: Match.objectLike({ 'exchange-keys:acknowledgeSingleNat': 'read-only bot' }),
    });
  });

  test('SINGLE with two active addresses, or an acknowledgement without SINGLE, is refused', () => {
    refusal('SINGLE_NAT_NEEDS_ONE_ADDRESS', () => withNetwork({ layout: NatLayout.SINGLE }));
    refusal('ACKNOWLEDGEMENT_WITHOUT_SINGLE_NAT', () => withNetwork({ acknowledgeSingleNat: 'why not' }));
  });
});

describe('everything is keyed by zone', () => {
  /** What belongs to no single zone, and may list all of them. */
  const SHARED = ['AWS::EC2::VPCEndpoint', 'AWS::SSM::Parameter'];
  const resources = (layout: NatLayout, zones: string[]): Record<string, Resource> =>
    Template.fromStack(
      withNetwork({ layout, interfaceEndpoints: [InterfaceVpcEndpointAwsService.KMS] }, { availabilityZones: zones })
        .networkStack,
    ).toJSON().Resources;

  test.each(LAYOUTS)('%s: appending, removing or reordering zones changes nothing of the others', (layout) => {
    const all = resources(layout, ZONES);
    fc.assert(
      fc.property(fc.shuffledSubarray(ZONES, { minLength: 1 }), (zones) => {
        for (const [id, resource] of Object.entries(resources(layout, zones))) {
          expect(all[id]?.Type).toBe(resource.Type);
          if (SHARED.includes(resource.Type)) continue;
          if (id.includes('RegionalNatGateway')) {
            const listed = (value: Resource) =>
              value.Properties.AvailabilityZoneAddresses as { AvailabilityZone: string }[];
            const expected = listed(all[id]).filter(({ AvailabilityZone }) => zones.includes(AvailabilityZone));
            expect(listed(resource)).toEqual(expected);
            continue;
          }
          expect(resource).toEqual(all[id]);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('closed by default', () => {
  test('workloads: nothing in, TCP 443 out', () => {
    templateOf(NatLayout.ZONAL).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
    });
  });

  test('the default security group is closed, flow logs record all traffic, S3 and DynamoDB need no NAT gateway', () => {
    const template = templateOf(NatLayout.ZONAL);
    template.hasResourceProperties('Custom::ExchangeKeysClosedDefaultSecurityGroup', {
      SecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('NetworkVpc'), 'DefaultSecurityGroup'] },
    });
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', ResourceType: 'VPC' });
    const endpoints = Object.values(resourcesOf(template, 'AWS::EC2::VPCEndpoint'));
    expect(
      endpoints.map(({ Properties }) => [Properties.VpcEndpointType, JSON.stringify(Properties.ServiceName)]),
    ).toEqual([
      ['Gateway', expect.stringContaining('.s3')],
      ['Gateway', expect.stringContaining('.dynamodb')],
    ]);
    for (const { Properties } of endpoints) expect(Properties.RouteTableIds).toHaveLength(2);
  });

  test('interface endpoints sit in the workload subnets and admit only the VPC, on 443', () => {
    const template = templateOf(NatLayout.ZONAL, {
      interfaceEndpoints: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER, InterfaceVpcEndpointAwsService.ECR],
    });
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      SubnetIds: [
        { Ref: Match.stringLikeRegexp('WorkloadSubnetEuWest1a') },
        { Ref: Match.stringLikeRegexp('WorkloadSubnetEuWest1b') },
      ],
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 443, ToPort: 443 })],
    });
    refusal('INTERFACE_ENDPOINT_DUPLICATE', () =>
      withNetwork({ interfaceEndpoints: [InterfaceVpcEndpointAwsService.KMS, InterfaceVpcEndpointAwsService.KMS] }),
    );
  });

  test('the DNS firewall lets only named domains and AWS endpoints of the region resolve', () => {
    const template = templateOf(NatLayout.ZONAL, {
      dnsAllowlist: ['API.xxkk.example.', '*.okx.com', 'api.xxkk.example'],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', {
      Domains: [
        '*.eu-west-1.amazonaws.com',
        '*.eu-west-1.compute.internal',
        '*.okx.com',
        'api.xxkk.example',
        'sts.amazonaws.com',
      ],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', { Domains: ['*'] });
    const [group] = Object.values(resourcesOf(template, 'AWS::Route53Resolver::FirewallRuleGroup'));
    const rules = group.Properties.FirewallRules as { Action: string; Priority: number }[];
    expect(rules.map(({ Action, Priority }) => [Action, Priority])).toEqual([
      ['ALLOW', 100],
      ['BLOCK', 200],
    ]);
  });

  test.each([
    ['https://api.xxkk.example'],
    ['api.xxkk.example:443'],
    ['api'],
    ['*'],
    ['*.com.'.repeat(60)],
    ['a..b.com'],
    ['203.0.113.10'],
    ['-a.com'],
  ])('%s is no domain name', (domain) => {
    refusal('DNS_DOMAIN_MALFORMED', () => withNetwork({ dnsAllowlist: [domain] }));
  });

  test('an empty DNS allowlist is refused', () => {
    refusal('DNS_ALLOWLIST_EMPTY', () => withNetwork({ dnsAllowlist: [] }));
  });
});

describe('what users add must not open a second way out', () => {
  const internals = (network: EgressNetwork) => ({
    routeTable: network.node.findChild('WorkloadRouteTableEuWest1a') as CfnResource,
    vpcId: network.vpc.vpcId,
  });

  test.each<[string, string, (network: EgressNetwork, stack: Stack) => void]>([
    [
      'a route to an internet gateway',
      'SECOND_WAY_OUT',
      (network, stack) => {
        new CfnRoute(stack, 'R', {
          routeTableId: internals(network).routeTable.ref,
          destinationCidrBlock: '198.51.100.0/24',
          gatewayId: 'igw-1',
        });
      },
    ],
    [
      'a route through the public view of the subnet',
      'SECOND_WAY_OUT',
      (network, stack) => {
        new CfnRoute(stack, 'R', {
          routeTableId: network.workloadSubnets[0].routeTable.routeTableId,
          destinationCidrBlock: '198.51.100.0/24',
          gatewayId: 'igw-1',
        });
      },
    ],
    [
      'a route from another stack',
      'SECOND_WAY_OUT',
      (network) => {
        new CfnRoute(stackIn(network.node.root as App, 'Other'), 'R', {
          routeTableId: internals(network).routeTable.ref,
          destinationIpv6CidrBlock: '::/0',
        });
      },
    ],
    [
      'a route into a table that only the deployment knows',
      'SECOND_WAY_OUT',
      (_, stack) => {
        new CfnRoute(stack, 'R', {
          routeTableId: new CfnParameter(stack, 'P').valueAsString,
          destinationCidrBlock: '0.0.0.0/0',
        });
      },
    ],
    [
      'an IPv6 range for the VPC',
      'DUAL_STACK_WITHOUT_IPV6_ENTRIES',
      (network, stack) => {
        new CfnVPCCidrBlock(stack, 'B', { vpcId: internals(network).vpcId, amazonProvidedIpv6CidrBlock: true });
      },
    ],
    [
      'an egress-only internet gateway',
      'DUAL_STACK_WITHOUT_IPV6_ENTRIES',
      (network, stack) => {
        new CfnEgressOnlyInternetGateway(stack, 'G', { vpcId: internals(network).vpcId });
      },
    ],
    [
      'IPv6 on a workload subnet',
      'DUAL_STACK_WITHOUT_IPV6_ENTRIES',
      (network) => {
        (network.node.findChild('WorkloadSubnetEuWest1a') as CfnSubnet).ipv6CidrBlock = '2001:db8::/64';
      },
    ],
    [
      'a regional NAT gateway in automatic mode',
      'REGIONAL_NAT_AUTOMATIC_MODE',
      (network, stack) => {
        new CfnNatGateway(stack, 'N', { vpcId: internals(network).vpcId, availabilityMode: 'regional' });
      },
    ],
    [
      'a subnet with public addresses',
      'PUBLIC_IP_ON_LAUNCH',
      (network, stack) => {
        new CfnSubnet(stack, 'S', {
          vpcId: internals(network).vpcId,
          cidrBlock: '10.0.200.0/24',
          mapPublicIpOnLaunch: true,
        });
      },
    ],
  ])('%s is refused at the end of synth', (_, code, add) => {
    const { app, network, networkStack } = withNetwork();
    add(network, networkStack);
    refusal(code, () => app.synth());
  });

  test('the regional gateway itself cannot be switched to automatic mode', () => {
    const { app, network } = withNetwork({ layout: NatLayout.REGIONAL });
    const gateway = network.node.findChild('RegionalNatGateway') as CfnNatGateway;
    gateway.addPropertyDeletionOverride('AvailabilityZoneAddresses');
    refusal('REGIONAL_NAT_AUTOMATIC_MODE', () => app.synth());
  });

  test('every network of the app is guarded, also those in stages', () => {
    const app = new App();
    for (const scope of [app, new Stage(app, 'Stage'), new Stage(app, 'Other')]) {
      for (const region of ['eu-west-1', 'us-east-1']) {
        const env = { account: ACCOUNT, region };
        const addresses = new EgressAddresses(new Stack(scope, `A-${region}`, { env }), 'Egress', {
          environment: 'dev',
          availabilityZones: [`${region}a`],
        });
        const stack = new Stack(scope, `N-${region}`, { env });
        const network = new EgressNetwork(stack, 'Network', { addresses });
        new CfnEgressOnlyInternetGateway(stack, 'Gateway', { vpcId: network.vpc.vpcId });
      }
    }
    const ofStage = (name: string) => () => (app.node.findChild(name) as Stage).synth();
    for (const name of ['Stage', 'Other']) {
      const message = refusal('DUAL_STACK_WITHOUT_IPV6_ENTRIES', ofStage(name));
      expect(message.match(/Gateway' brings IPv6/g)).toHaveLength(2);
      expect(message).toContain(`${name}/N-us-east-1/Gateway`);
    }
  });

  test('routes and subnets of other networks are nobody’s business here', () => {
    const { app, network, networkStack } = withNetwork();
    const other = stackIn(app, 'Other');
    new CfnRoute(other, 'R', {
      routeTableId: 'rtb-0123456789abcdef0',
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: 'igw-1',
    });
    new CfnRoute(other, 'P', {
      routeTableId: new CfnParameter(other, 'T').valueAsString,
      destinationCidrBlock: '0.0.0.0/0',
    });
    new CfnSubnet(networkStack, 'Isolated', { vpcId: network.vpc.vpcId, cidrBlock: '10.0.255.0/28' });
    new CfnVPCCidrBlock(networkStack, 'More', { vpcId: network.vpc.vpcId, cidrBlock: '10.99.0.0/16' });
    expect(() => app.synth()).not.toThrow();
  });
});

test('synth asks AWS for nothing', () => {
  for (const layout of LAYOUTS) {
    const interfaceEndpoints = [InterfaceVpcEndpointAwsService.SECRETS_MANAGER];
    const { app } = withNetwork({ layout, interfaceEndpoints, dnsAllowlist: ['api.xxkk.example'] });
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  }
});

describe('a network and its addresses', () => {
  test('must be in separate stacks, so that the network can be rebuilt', () => {
    const { addresses, addressStack } = withAddresses();
    refusal('NETWORK_SHARES_ADDRESS_STACK', () => new EgressNetwork(addressStack, 'N', { addresses }));
  });

  test('must be in the same region and account', () => {
    const { app, addresses } = withAddresses();
    const elsewhere = (env: { region?: string; account?: string }, id: string) =>
      new EgressNetwork(new Stack(app, id, { env }), 'N', { addresses });
    refusal('NETWORK_IN_OTHER_REGION', () => elsewhere({ account: ACCOUNT, region: 'us-east-1' }, 'A'));
    refusal('NETWORK_IN_OTHER_REGION', () => elsewhere({}, 'B'));
    refusal('NETWORK_IN_OTHER_ACCOUNT', () => elsewhere({ account: '999999999999', region: REGION }, 'C'));
  });

  test('the network is deployed after the addresses, and holds on to them by imports', () => {
    const { app } = withNetwork();
    const dependencies = app.synth().getStackByName('Network').dependencies;
    expect(dependencies.map(({ id }) => id)).toContain('Addresses');
  });

  test('a zone whose address went away while the network still uses it is refused', () => {
    refusal('AVAILABILITY_ZONE_WITHOUT_ADDRESS', () =>
      withNetwork({ availabilityZones: ['eu-west-1a', 'eu-west-1b'] }, { availabilityZones: ['eu-west-1a'] }),
    );
    refusal('AVAILABILITY_ZONE_WITHOUT_ADDRESS', () =>
      withNetwork(
        { availabilityZones: ['eu-west-1a', 'eu-west-1b'] },
        { availabilityZones: ['eu-west-1a'], standbyAvailabilityZones: ['eu-west-1b'] },
      ),
    );
  });

  test('a standby zone keeps its address out of the network, and becomes active without changing it', () => {
    const before = withNetwork({}, { availabilityZones: ['eu-west-1a'], standbyAvailabilityZones: ['eu-west-1b'] });
    const after = withNetwork({}, { availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
    const eips = (stack: Stack) => resourcesOf(Template.fromStack(stack), 'AWS::EC2::EIP');
    Template.fromStack(before.networkStack).resourceCountIs('AWS::EC2::NatGateway', 1);
    Template.fromStack(after.networkStack).resourceCountIs('AWS::EC2::NatGateway', 2);
    expect(eips(after.addressStack)).toEqual(eips(before.addressStack));
  });

  test('only standby addresses make no network', () => {
    refusal('NO_ACTIVE_ADDRESS', () =>
      withNetwork({}, { availabilityZones: [], standbyAvailabilityZones: ['eu-west-1a'] }),
    );
  });

  test('two regions in one app: no reference between their stacks (G10)', () => {
    const app = new App();
    for (const region of ['eu-west-1', 'us-east-1']) {
      const env = { account: ACCOUNT, region };
      const addresses = new EgressAddresses(new Stack(app, `A-${region}`, { env }), 'Egress', {
        environment: 'dev',
        availabilityZones: [`${region}a`],
      });
      new EgressNetwork(new Stack(app, `N-${region}`, { env }), 'Network', { addresses });
    }
    for (const { stackName, template, dependencies } of app.synth().stacks) {
      const other = stackName.endsWith('eu-west-1') ? 'us-east-1' : 'eu-west-1';
      expect(JSON.stringify(template)).not.toContain(other);
      expect(dependencies.map(({ id }) => id).filter((id) => id.includes(other))).toEqual([]);
    }
  });
});

describe('the range of the VPC', () => {
  test.each([
    ['too small for its zones', 'VPC_CIDR_TOO_SMALL', '10.0.0.0/25'],
    ['too large', 'VPC_CIDR_TOO_LARGE', '10.0.0.0/8'],
    ['public', 'VPC_CIDR_NOT_PRIVATE', '8.8.0.0/16'],
    ['carrier-grade NAT', 'VPC_CIDR_NOT_PRIVATE', '100.64.0.0/16'],
    ['with host bits', 'CIDR_HOST_BITS_SET', '10.0.0.1/16'],
  ])('%s is refused', (_, code, vpcCidr) => {
    refusal(code, () => withNetwork({ vpcCidr }));
  });

  test('a /24 holds eight zones', () => {
    const template = templateOf(NatLayout.ZONAL, { vpcCidr: '192.168.7.0/24' });
    const cidrs = Object.values(resourcesOf(template, 'AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.CidrBlock,
    );
    expect(cidrs.sort()).toEqual(['192.168.7.0/28', '192.168.7.16/28', '192.168.7.32/28', '192.168.7.48/28']);
  });

  test('networks that are to be peered must not overlap, across regions too', () => {
    const { app, network } = withNetwork();
    const env = { account: ACCOUNT, region: 'us-east-1' };
    const addresses = new EgressAddresses(new Stack(app, 'A2', { env }), 'Egress', {
      environment: 'dev',
      availabilityZones: ['us-east-1a'],
    });
    const peer = (id: string, vpcCidr: string) =>
      new EgressNetwork(new Stack(app, id, { env }), 'Network', { addresses, vpcCidr, peerableWith: [network] });
    const message = refusal('VPC_CIDR_OVERLAP', () => peer('N2', '10.0.128.0/20'));
    expect(message).toMatch(/eu-west-1.*us-east-1|us-east-1.*eu-west-1/s);
    expect(() => peer('N3', '10.1.0.0/16')).not.toThrow();
  });
});

test.each([
  ['none', 'NO_AVAILABILITY_ZONE', []],
  ['twice the same', 'AVAILABILITY_ZONE_DUPLICATE', ['eu-west-1a', 'eu-west-1a']],
  ['of another region', 'AVAILABILITY_ZONE_OF_OTHER_REGION', ['us-east-1a']],
])('zones of the network: %s', (_, code, availabilityZones) => {
  refusal(code, () => withNetwork({ availabilityZones }));
});
