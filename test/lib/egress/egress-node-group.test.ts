// Nodes in the workload subnets: what they may reach, what they carry, and which places are refused.
import { Lazy, Stack, Tags } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ICluster } from 'aws-cdk-lib/aws-eks';
import { EgressNodeGroup, EgressNodeGroupProps, EgressNodeImage, IEgressNetwork } from '../../../lib';
import { claimStack } from '../../../lib/core/environment-claim';
import { compliantTemplate, type NetworkOptions, resourcesOf, stackIn, withNetwork } from '../../support/egress';

type Options = Partial<Omit<EgressNodeGroupProps, 'network'>>;

const CLUSTER_GROUP = 'sg-0123456789abcdef0';

function importedCluster(stack: Stack, network?: IEgressNetwork, id = 'Cluster'): ICluster {
  return Cluster.fromClusterAttributes(stack, id, {
    clusterName: 'desk',
    clusterSecurityGroupId: CLUSTER_GROUP,
    vpc: network?.vpc,
  });
}

function withGroup(options: Options = {}, networkOptions: NetworkOptions = {}) {
  const scenario = withNetwork(networkOptions);
  const stack = stackIn(scenario.app, 'Nodes');
  const cluster = options.cluster ?? importedCluster(stack, scenario.network);
  const group = new EgressNodeGroup(stack, 'Nodes', { network: scenario.network, ...options, cluster });
  return { ...scenario, stack, group };
}

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('one group over the workload subnets, labelled and tainted', () => {
  const { stack, group } = withGroup();
  const template = compliantTemplate(stack);
  template.resourceCountIs('AWS::EKS::Nodegroup', 1);
  template.hasResourceProperties('AWS::EKS::Nodegroup', {
    ClusterName: 'desk',
    AmiType: 'AL2023_x86_64_STANDARD',
    CapacityType: 'ON_DEMAND',
    Labels: { 'exchange-keys.io/egress': 'dev' },
    Taints: [{ Key: 'exchange-keys.io/egress', Value: 'dev', Effect: 'NO_SCHEDULE' }],
    ScalingConfig: { MinSize: 1, MaxSize: 3 },
    RemoteAccess: Match.absent(),
    Subnets: [
      { 'Fn::ImportValue': Match.stringLikeRegexp('WorkloadSubnetEuWest1a') },
      { 'Fn::ImportValue': Match.stringLikeRegexp('WorkloadSubnetEuWest1b') },
    ],
  });
  expect(group.nodeLabels).toEqual({ 'exchange-keys.io/egress': 'dev' });
  expect({ environment: group.environment, cluster: group.clusterName }).toEqual({
    environment: 'dev',
    cluster: 'desk',
  });
});

test('a group for each zone is keyed by the zone', () => {
  const { stack } = withGroup({ groupPerZone: true });
  const groups = resourcesOf(compliantTemplate(stack), 'AWS::EKS::Nodegroup');
  expect(Object.keys(groups).map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
    'NodesGroupEuWest1a',
    'NodesGroupEuWest1b',
  ]);
  for (const { Properties } of Object.values(groups)) expect(Properties.Subnets).toHaveLength(1);
});

test('nodes have no public address, no key pair, metadata of one hop and encrypted disks', () => {
  const { stack } = withGroup();
  const [template] = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::EC2::LaunchTemplate'));
  const data = template.Properties.LaunchTemplateData as Record<string, unknown>;
  expect(data.MetadataOptions).toEqual({
    HttpEndpoint: 'enabled',
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 1,
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  });
  const [card, ...others] = data.NetworkInterfaces as { AssociatePublicIpAddress: boolean; Groups: unknown[] }[];
  expect(others).toEqual([]);
  expect(card.AssociatePublicIpAddress).toBe(false);
  expect(card.Groups).toHaveLength(2);
  expect(JSON.stringify(card.Groups)).not.toContain(CLUSTER_GROUP);
  expect(data.BlockDeviceMappings).toEqual([
    { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 40, DeleteOnTermination: true } },
  ]);
  for (const forbidden of ['KeyName', 'SecurityGroupIds', 'ImageId', 'UserData', 'IamInstanceProfile']) {
    expect(data).not.toHaveProperty(forbidden);
  }
});

test.each(Object.values(EgressNodeImage))('%s: every disk is encrypted', (image) => {
  const { stack } = withGroup({ image, diskGib: 100 });
  const [template] = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::EC2::LaunchTemplate'));
  const disks = (template.Properties.LaunchTemplateData as { BlockDeviceMappings: { Ebs: object }[] })
    .BlockDeviceMappings;
  expect(disks).toHaveLength(image.startsWith('BOTTLEROCKET') ? 2 : 1);
  for (const { Ebs } of disks) expect(Ebs).toMatchObject({ Encrypted: true });
  expect(disks.at(-1)?.Ebs).toMatchObject({ VolumeSize: 100 });
});

test('beside 443, nodes reach the control plane and DNS of the cluster only', () => {
  const { stack } = withGroup();
  const template = compliantTemplate(stack);
  const [{ Properties: group }] = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
  const port = ({ IpProtocol, FromPort, ToPort }: Record<string, unknown>) => `${IpProtocol} ${FromPort}-${ToPort}`;
  const out = group.SecurityGroupEgress as Record<string, unknown>[];
  expect(out.map(port).sort()).toEqual(['tcp 443-443', 'tcp 53-53', 'udp 53-53']);
  for (const rule of out) expect(rule).toMatchObject({ DestinationSecurityGroupId: CLUSTER_GROUP });
  expect(group.SecurityGroupIngress).toEqual([
    expect.objectContaining({ FromPort: 10250, ToPort: 10250, SourceSecurityGroupId: CLUSTER_GROUP }),
  ]);
  const opened = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => Properties,
  );
  expect(opened.map(port).sort()).toEqual(['tcp 443-443', 'tcp 53-53', 'udp 53-53']);
  for (const rule of opened) expect(rule).toMatchObject({ GroupId: CLUSTER_GROUP });
  template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
});

test('the role of nodes has what joining needs, and never the tag that lets a role decrypt', () => {
  const { app, stack } = withGroup();
  Tags.of(app).add('exchange-keys:environment', 'dev', { priority: 1500 });
  const template = compliantTemplate(stack);
  const [role] = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
  expect(JSON.stringify(role.Properties.Tags ?? [])).not.toContain('exchange-keys:environment');
  expect(JSON.stringify(role.Properties.ManagedPolicyArns).match(/policy\/\w+/g)).toEqual([
    'policy/AmazonEKSWorkerNodePolicy',
    'policy/AmazonEKS_CNI_Policy',
    'policy/AmazonEC2ContainerRegistryPullOnly',
  ]);
  template.resourceCountIs('AWS::IAM::Policy', 0);
});

test('a cluster of another VPC is refused', () => {
  const byResource = withNetwork();
  const stack = stackIn(byResource.app, 'Nodes');
  const other = withNetwork().network;
  const cluster = importedCluster(stack, other);
  expect(codeOf(() => new EgressNodeGroup(stack, 'Nodes', { cluster, network: byResource.network }))).toBe(
    'NODE_CLUSTER_IN_OTHER_VPC',
  );
});

test('what synth cannot know of the VPC is left to the deployment', () => {
  const { app, network } = withNetwork();
  const stack = stackIn(app, 'Nodes');
  new EgressNodeGroup(stack, 'Unknown', { cluster: importedCluster(stack), network });
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a'],
  });
  const cluster = Cluster.fromClusterAttributes(stack, 'Named', {
    clusterName: 'desk',
    clusterSecurityGroupId: CLUSTER_GROUP,
    vpc,
  });
  new EgressNodeGroup(stack, 'Named2', { cluster, network });
  compliantTemplate(stack).resourceCountIs('AWS::EKS::Nodegroup', 2);
});

test('an imported cluster must name its security group', () => {
  const { app, network } = withNetwork();
  const stack = stackIn(app, 'Nodes');
  const cluster = Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'desk' });
  expect(codeOf(() => new EgressNodeGroup(stack, 'Nodes', { cluster, network }))).toBe('NODE_CLUSTER_INCOMPLETE');
});

test('another environment is refused, of the stack and of the cluster', () => {
  const { app, network } = withNetwork();
  const stack = stackIn(app, 'Nodes');
  claimStack(stack, 'staging');
  expect(codeOf(() => new EgressNodeGroup(stack, 'Nodes', { cluster: importedCluster(stack), network }))).toBe(
    'ENVIRONMENTS_MIXED',
  );
  const cluster = importedCluster(stack, undefined, 'Other');
  const own = stackIn(app, 'Own');
  expect(codeOf(() => new EgressNodeGroup(own, 'Nodes', { cluster, network }))).toBe(
    'NODE_CLUSTER_OF_OTHER_ENVIRONMENT',
  );
});

test.each([{ env: { account: '111122223333', region: 'us-east-1' } }, { env: undefined }])(
  'another region: %o',
  (props) => {
    const { app, network } = withNetwork();
    const stack = new Stack(app, 'Nodes', props);
    expect(codeOf(() => new EgressNodeGroup(stack, 'Nodes', { cluster: importedCluster(stack), network }))).toBe(
      'NODE_GROUP_IN_OTHER_REGION',
    );
  },
);

test.each([
  { minSize: -1 },
  { minSize: 4 },
  { maxSize: 0, minSize: 0 },
  { maxSize: 1.5 },
  { maxSize: 451 },
  { minSize: Number.NaN },
])('size %o is refused', (options) => {
  expect(codeOf(() => withGroup(options))).toBe('NODE_GROUP_SIZE_INVALID');
});

test.each([19, 20.5, 16385, Number.NaN])('a disk of %p GiB is refused', (diskGib) => {
  expect(codeOf(() => withGroup({ diskGib }))).toBe('NODE_DISK_TOO_SMALL');
});

test('a DNS allowlist without the cluster is refused, with it accepted', () => {
  expect(codeOf(() => withGroup({}, { dnsAllowlist: ['api.xxkk.example'] }))).toBe('NODE_CLUSTER_UNRESOLVABLE');
  const { stack } = withGroup({}, { dnsAllowlist: ['api.xxkk.example', '*.eu-west-1.eks.amazonaws.com'] });
  compliantTemplate(stack).resourceCountIs('AWS::EKS::Nodegroup', 1);
});

test('instance types are known at synth', () => {
  const { stack } = withGroup({ instanceTypes: ['m7i.large'] });
  compliantTemplate(stack).hasResourceProperties('AWS::EKS::Nodegroup', { InstanceTypes: ['m7i.large'] });
  expect(codeOf(() => withGroup({ instanceTypes: [Lazy.string({ produce: () => 'm7i.large' })] }))).toBe(
    'VALUE_UNKNOWN_AT_SYNTH',
  );
});
