// A key attached to the role of EC2 instances: what the user is given, and how instances with the role must be made.
import { Aspects, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AutoScalingGroup, CfnAutoScalingGroup, CfnLaunchConfiguration } from 'aws-cdk-lib/aws-autoscaling';
import {
  CfnEIP,
  CfnEIPAssociation,
  CfnInstance,
  CfnLaunchTemplate,
  Instance,
  InstanceRequireImdsv2Aspect,
  InstanceType,
  LaunchTemplate,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2';
import { CfnInstanceProfile, InstanceProfile } from 'aws-cdk-lib/aws-iam';
import { compliantTemplate, resourcesOf } from '../../../support/egress';
import { codesOf, findingsOf, KeyScenario, ownSecurityGroup, withUnattachedKey } from './scenario';

const IMAGE = 'ami-0123456789abcdef0';
const instances = () => withUnattachedKey({ service: 'ec2.amazonaws.com' });
const image = () => MachineImage.genericLinux({ 'eu-west-1': IMAGE });

function addInstance(scenario: KeyScenario, id = 'Bot'): Instance {
  const { bots, network, role } = scenario;
  return new Instance(bots, id, {
    vpc: network.vpc,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroup: network.workloadSecurityGroup,
    instanceType: new InstanceType('t4g.nano'),
    machineImage: image(),
    role,
    requireImdsv2: true,
  });
}

function addProfile({ bots, role }: KeyScenario): CfnInstanceProfile {
  return new CfnInstanceProfile(bots, 'Profile', { roles: [role.roleName] });
}

/** A launch template as it should be, for groups to use. */
function addTemplate(
  scenario: KeyScenario,
  data: Partial<CfnLaunchTemplate.LaunchTemplateDataProperty> = {},
): CfnLaunchTemplate {
  const profile = addProfile(scenario);
  return new CfnLaunchTemplate(scenario.bots, 'Template', {
    launchTemplateData: {
      imageId: IMAGE,
      instanceType: 't4g.nano',
      iamInstanceProfile: { arn: profile.attrArn },
      metadataOptions: { httpTokens: 'required' },
      securityGroupIds: [scenario.network.workloadSecurityGroup.securityGroupId],
      ...data,
    },
  });
}

const subnetsOf = ({ network }: KeyScenario) => network.workloadSubnets.map(({ subnetId }) => subnetId);

test('the user gets the variables, none of them secret, and the role reads the key', () => {
  const scenario = instances();
  addInstance(scenario);
  expect(scenario.key.attachToInstanceRole(scenario.role)).toEqual({
    XXKK_SECRET_ID: 'exchange-keys/dev/dev-trader-bot-a',
    XXKK_KEY_NAME: 'dev-trader-bot-a',
    XXKK_KEY_PERMISSIONS: 'read,trade',
    XXKK_KEY_OVERLAP_HOURS: '24',
    XXKK_EXCHANGE_PARAMETER: '/exchange-keys/dev/exchange/xxkk',
    XXKK_ECHO_URL: 'https://checkip.amazonaws.com',
  });
  expect(codesOf(scenario.app)).toEqual([]);
  Annotations.fromStack(scenario.bots).hasNoWarning('*', Match.stringLikeRegexp('key .dev-trader-bot-a.'));
});

test('another prefix', () => {
  const scenario = instances();
  addInstance(scenario);
  const variables = scenario.key.attachToInstanceRole(scenario.role, { prefix: 'DESK' });
  expect(Object.keys(variables).every((name) => name.startsWith('DESK_'))).toBe(true);
});

describe('an instance', () => {
  const changed = (change: (instance: CfnInstance, scenario: KeyScenario) => void) => {
    const scenario = instances();
    const instance = addInstance(scenario);
    scenario.key.attachToInstanceRole(scenario.role);
    change(instance.node.defaultChild as CfnInstance, scenario);
    return findingsOf(scenario.app);
  };

  test.each<[string, string, (instance: CfnInstance, scenario: KeyScenario) => void]>([
    [
      'in another subnet',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (instance) => instance.addPropertyOverride('SubnetId', 'subnet-0123456789abcdef0'),
    ],
    [
      'with an interface that exists already',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (instance) =>
        instance.addPropertyOverride('NetworkInterfaces', [{ NetworkInterfaceId: 'eni-1', DeviceIndex: '1' }]),
    ],
    [
      'with a second interface elsewhere',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (instance) =>
        instance.addPropertyOverride('NetworkInterfaces', [{ SubnetId: Fn.importValue('Other'), DeviceIndex: '1' }]),
    ],
    [
      'without a subnet',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (instance) => instance.addPropertyDeletionOverride('SubnetId'),
    ],
    [
      'with an Elastic IP',
      'WORKLOAD_PUBLIC_IP',
      (instance, { bots }) => new CfnEIP(bots, 'Address', { instanceId: instance.ref }),
    ],
    [
      'with an Elastic IP that is associated',
      'WORKLOAD_PUBLIC_IP',
      (instance, { bots }) =>
        new CfnEIPAssociation(bots, 'Address', { instanceId: instance.ref, allocationId: 'eipalloc-1' }),
    ],
    [
      'whose template lets the metadata service answer anybody',
      'METADATA_TOKEN_OPTIONAL',
      (instance) => instance.addPropertyOverride('MetadataOptions.HttpTokens', 'optional'),
    ],
    [
      'without its template',
      'METADATA_TOKEN_OPTIONAL',
      (instance) => instance.addPropertyDeletionOverride('LaunchTemplate'),
    ],
  ])('%s: %s', (_, code, change) => {
    const findings = changed(change);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("'Bots/Bot/Resource'");
    expect(findings[0]).toContain(`[${code}]`);
  });

  test('a public address on its interface', () => {
    const findings = changed((instance, scenario) => {
      instance.addPropertyDeletionOverride('SubnetId');
      instance.networkInterfaces = [
        { deviceIndex: '0', subnetId: subnetsOf(scenario)[0], associatePublicIpAddress: true },
      ];
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('AssociatePublicIpAddress true');
  });

  test('perhaps a public address on its interface', () => {
    const findings = changed((instance, scenario) => {
      instance.addPropertyDeletionOverride('SubnetId');
      const associatePublicIpAddress = Fn.conditionIf('Public', true, false);
      instance.networkInterfaces = [{ deviceIndex: '0', subnetId: subnetsOf(scenario)[0], associatePublicIpAddress }];
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('AssociatePublicIpAddress {"Fn::If":');
  });

  test('CDK’s aspect for IMDSv2 is seen', () => {
    const scenario = instances();
    const { bots, network, role } = scenario;
    new Instance(bots, 'Bot', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.workloadSubnets },
      securityGroup: network.workloadSecurityGroup,
      instanceType: new InstanceType('t4g.nano'),
      machineImage: image(),
      role,
    });
    scenario.key.attachToInstanceRole(role);
    Aspects.of(bots).add(new InstanceRequireImdsv2Aspect());
    expect(codesOf(scenario.app)).toEqual([]);
  });
});

describe('an Auto Scaling group', () => {
  test('of CDK with a launch template', () => {
    const scenario = instances();
    const { bots, network, role, key } = scenario;
    const launchTemplate = new LaunchTemplate(bots, 'Template', {
      machineImage: image(),
      instanceType: new InstanceType('t4g.nano'),
      instanceProfile: new InstanceProfile(bots, 'Profile', { role }),
      requireImdsv2: true,
      securityGroup: network.workloadSecurityGroup,
    });
    new AutoScalingGroup(bots, 'Group', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.workloadSubnets },
      launchTemplate,
    });
    key.attachToInstanceRole(role);
    expect(codesOf(scenario.app)).toEqual([]);
  });

  test.each<[string, (group: Partial<CfnAutoScalingGroup>) => void, string[]]>([
    ['in the workload subnets', () => {}, []],
    [
      'in another subnet',
      (group) => {
        group.vpcZoneIdentifier = ['subnet-0123456789abcdef0'];
      },
      ['WORKLOAD_OUTSIDE_EGRESS_NETWORK'],
    ],
    [
      'of zones only',
      (group) => {
        group.vpcZoneIdentifier = undefined;
        group.availabilityZones = ['eu-west-1a'];
      },
      ['WORKLOAD_OUTSIDE_EGRESS_NETWORK'],
    ],
  ])('%s', (_, change, expected) => {
    for (const mixed of [false, true]) {
      const scenario = instances();
      const template = addTemplate(scenario);
      const specification = { launchTemplateId: template.ref, version: template.attrLatestVersionNumber };
      const group = new CfnAutoScalingGroup(scenario.bots, 'Group', {
        minSize: '1',
        maxSize: '1',
        vpcZoneIdentifier: subnetsOf(scenario),
        ...(mixed
          ? { mixedInstancesPolicy: { launchTemplate: { launchTemplateSpecification: specification } } }
          : { launchTemplate: specification }),
      });
      change(group);
      scenario.key.attachToInstanceRole(scenario.role);
      expect(codesOf(scenario.app)).toEqual(expected);
    }
  });

  test.each<[string, Partial<CfnLaunchTemplate.LaunchTemplateDataProperty>, string]>([
    ['IMDSv1', { metadataOptions: {} }, 'METADATA_TOKEN_OPTIONAL'],
    [
      'a public address',
      { networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: true }] },
      'WORKLOAD_PUBLIC_IP',
    ],
  ])('whose template has %s', (_, data, code) => {
    const scenario = instances();
    const template = addTemplate(scenario, data);
    new CfnAutoScalingGroup(scenario.bots, 'Group', {
      minSize: '1',
      maxSize: '1',
      vpcZoneIdentifier: subnetsOf(scenario),
      launchTemplate: { launchTemplateId: template.ref, version: '1' },
    });
    scenario.key.attachToInstanceRole(scenario.role);
    expect(codesOf(scenario.app)).toEqual([code]);
  });

  test('of a launch configuration', () => {
    const scenario = instances();
    const profile = addProfile(scenario);
    const configuration = new CfnLaunchConfiguration(scenario.bots, 'Configuration', {
      imageId: IMAGE,
      instanceType: 't4g.nano',
      iamInstanceProfile: profile.ref,
      associatePublicIpAddress: true,
    });
    new CfnAutoScalingGroup(scenario.bots, 'Group', {
      minSize: '1',
      maxSize: '1',
      vpcZoneIdentifier: subnetsOf(scenario),
      launchConfigurationName: configuration.ref,
    });
    scenario.key.attachToInstanceRole(scenario.role);
    expect(codesOf(scenario.app)).toEqual(['WORKLOAD_PUBLIC_IP', 'METADATA_TOKEN_OPTIONAL']);
  });
});

describe('beside an instance that is right', () => {
  const changed = (change: (scenario: KeyScenario, profile: CfnInstanceProfile, instance: Instance) => void) => {
    const scenario = instances();
    const instance = addInstance(scenario);
    scenario.key.attachToInstanceRole(scenario.role);
    change(scenario, addProfile(scenario), instance);
    return [...new Set(codesOf(scenario.app))];
  };
  const template = (bots: Stack, profile: CfnInstanceProfile, networkInterfaces?: object[]) =>
    new CfnLaunchTemplate(bots, 'Template', {
      launchTemplateData: {
        iamInstanceProfile: { arn: profile.attrArn },
        metadataOptions: { httpTokens: 'required' },
        ...(networkInterfaces && { networkInterfaces: networkInterfaces as [] }),
      },
    });
  const add = (stack: Stack, type: string, properties: object) =>
    new CfnResource(stack, 'Other', { type, properties: properties as Record<string, unknown> });

  test.each<[string, string, Parameters<typeof changed>[0]]>([
    [
      'a launch template that nothing uses',
      'WORKLOAD_PLACEMENT_UNKNOWN',
      ({ bots }, profile) => template(bots, profile),
    ],
    [
      'a fleet with the profile',
      'WORKLOAD_PLACEMENT_UNKNOWN',
      ({ bots }, profile) =>
        add(bots, 'AWS::EC2::SpotFleet', {
          SpotFleetRequestConfigData: { LaunchSpecifications: [{ IamInstanceProfile: { Arn: profile.attrArn } }] },
        }),
    ],
    [
      'a compute environment with the profile',
      'WORKLOAD_PLACEMENT_UNKNOWN',
      ({ bots }, profile) =>
        add(bots, 'AWS::Batch::ComputeEnvironment', { ComputeResources: { InstanceRole: profile.ref } }),
    ],
    [
      'an instance that perhaps has the profile',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ bots }, profile) =>
        add(bots, 'AWS::EC2::Instance', {
          IamInstanceProfile: Fn.conditionIf('X', profile.ref, 'other'),
          SubnetId: 'subnet-0123456789abcdef0',
          MetadataOptions: { HttpTokens: 'required' },
        }),
    ],
    [
      'a group whose template has a subnet of its own',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (scenario, profile) => {
        const { bots } = scenario;
        const { ref } = template(bots, profile, [{ deviceIndex: 0, subnetId: 'subnet-0123456789abcdef0' }]);
        new CfnAutoScalingGroup(bots, 'Group', {
          minSize: '1',
          maxSize: '1',
          vpcZoneIdentifier: subnetsOf(scenario),
          launchTemplate: { launchTemplateId: ref, version: '1' },
        });
      },
    ],
    [
      'another interface of it',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      ({ bots }, _, { instanceId }) =>
        add(bots, 'AWS::EC2::NetworkInterfaceAttachment', { InstanceId: instanceId, NetworkInterfaceId: 'eni-1' }),
    ],
    ['nodes of EKS', 'KEY_SHARED', ({ bots, role }) => add(bots, 'AWS::EKS::Nodegroup', { NodeRole: role.roleArn })],
  ])('%s: %s', (_, code, change) => {
    expect(changed(change)).toEqual([code]);
  });

  test('a fleet that uses a template is told as well', () => {
    expect(
      changed(({ bots }, profile) =>
        add(bots, 'AWS::EC2::EC2Fleet', {
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: template(bots, profile).ref } }],
        }),
      ),
    ).toEqual(['WORKLOAD_PLACEMENT_UNKNOWN']);
  });
});

describe('where nobody knows where instances run', () => {
  test('nothing has the role', () => {
    const scenario = instances();
    scenario.key.attachToInstanceRole(scenario.role);
    expect(codesOf(scenario.app)).toEqual(['WORKLOAD_PLACEMENT_UNKNOWN']);
  });

  test('a launch template that nothing here uses, which must be hardened all the same', () => {
    const scenario = instances();
    addTemplate(scenario, { metadataOptions: { httpTokens: 'optional' } });
    scenario.key.attachToInstanceRole(scenario.role);
    expect(codesOf(scenario.app)).toEqual(['METADATA_TOKEN_OPTIONAL', 'WORKLOAD_PLACEMENT_UNKNOWN']);
  });

  test('acknowledged: the reason is in the metadata of the role', () => {
    const scenario = instances();
    addTemplate(scenario);
    scenario.key.attachToInstanceRole(scenario.role, { acknowledgePlacement: 'an EC2 fleet of stack Fleet' });
    const id = scenario.stack.getLogicalId(scenario.role.node.defaultChild as CfnResource);
    const role = resourcesOf(compliantTemplate(scenario.stack), 'AWS::IAM::Role')[id];
    expect(role.Metadata).toMatchObject({
      'exchange-keys:acknowledgePlacement:dev-trader-bot-a': 'an EC2 fleet of stack Fleet',
    });
  });
});

test('other security groups are advised against', () => {
  const scenario = instances();
  const { bots, network, role, key } = scenario;
  const own = ownSecurityGroup(scenario);
  new Instance(bots, 'Bot', {
    vpc: network.vpc,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroup: own,
    instanceType: new InstanceType('t4g.nano'),
    machineImage: image(),
    role,
    requireImdsv2: true,
  });
  key.attachToInstanceRole(role);
  Annotations.fromStack(bots).hasWarning('/Bots/Bot/Resource', Match.stringLikeRegexp('other security groups'));
});
