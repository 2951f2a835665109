// One service account of one cluster gets a key: who may assume its role, what it reads, and which accounts are refused.
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Cluster, type ICluster } from 'aws-cdk-lib/aws-eks';
import { OpenIdConnectProvider } from 'aws-cdk-lib/aws-iam';
import {
  type AttachServiceAccountOptions,
  EgressAddresses,
  EgressNetwork,
  EgressNodeGroup,
  type IEgressNetwork,
} from '../../../../lib';
import { compliantTemplate, resourcesOf, stackIn } from '../../../support/egress';
import { TRADER, withRing } from '../../../support/keys';

type Options = Partial<AttachServiceAccountOptions>;

const REASON = 'Karpenter starts nodes in the workload subnets only';
const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';

function importedCluster(stack: Stack, id: string, clusterName = 'desk'): ICluster {
  return Cluster.fromClusterAttributes(stack, id, { clusterName, clusterSecurityGroupId: 'sg-0123456789abcdef0' });
}

function scenario() {
  const ring = withRing();
  const key = ring.ring.addKey('TraderBotA', TRADER);
  const stack = stackIn(ring.app, 'Workloads');
  return { ...ring, key, stack, cluster: importedCluster(stack, 'Cluster') };
}

function attached(options: Options = {}) {
  const made = scenario();
  const attachment = made.key.attachToServiceAccount(made.stack, 'Bot', {
    cluster: made.cluster,
    namespace: 'trading',
    serviceAccount: 'trader-bot',
    acknowledgePlacement: REASON,
    ...options,
  });
  return { ...made, attachment };
}

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code ?? /\[([A-Z_]+)\]/.exec(String(error))?.[1];
  }
  return undefined;
};

const trustOf = (template: Template) =>
  Object.values(resourcesOf(template, 'AWS::IAM::Role'))[0].Properties.AssumeRolePolicyDocument as {
    Statement: { Action: string | string[]; Condition: Record<string, Record<string, unknown>> }[];
  };

test('Pod Identity: cluster, namespace and service account, by equality', () => {
  const { stack } = attached();
  const template = compliantTemplate(stack);
  const { Statement } = trustOf(template);
  expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  for (const { Condition } of Statement) {
    expect(Object.keys(Condition)).toEqual(['StringEquals']);
    expect(Condition.StringEquals).toMatchObject({
      'aws:RequestTag/kubernetes-namespace': 'trading',
      'aws:RequestTag/kubernetes-service-account': 'trader-bot',
    });
    expect(JSON.stringify(Condition.StringEquals['aws:RequestTag/eks-cluster-arn'])).toContain(
      ':eks:eu-west-1:111122223333:cluster/desk',
    );
  }
  template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
    ClusterName: 'desk',
    Namespace: 'trading',
    ServiceAccount: 'trader-bot',
    DisableSessionTags: Match.absent(),
    TargetRoleArn: Match.absent(),
  });
});

test('IRSA: subject and audience, by equality, and no association', () => {
  const { stack } = attached({
    openIdConnectProvider: OpenIdConnectProvider.fromOpenIdConnectProviderArn(
      new Stack(),
      'Provider',
      `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`,
    ),
  });
  const template = compliantTemplate(stack);
  expect(trustOf(template).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${ISSUER}` },
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:sub`]: 'system:serviceaccount:trading:trader-bot',
        },
      },
    },
  ]);
  template.resourceCountIs('AWS::EKS::PodIdentityAssociation', 0);
});

test.each([
  'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/*',
])('another provider is refused: %s', (arn) => {
  const provider = OpenIdConnectProvider.fromOpenIdConnectProviderArn(new Stack(), 'Provider', arn);
  expect(codeOf(() => attached({ openIdConnectProvider: provider }))).toBe('OIDC_PROVIDER_MALFORMED');
});

test('the role reads the exchange parameter and nothing else by itself; the key grants by its own policy', () => {
  const { stack, app } = attached();
  const template = compliantTemplate(stack);
  const [policy] = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
  const { Statement } = policy.Properties.PolicyDocument as { Statement: { Action: string; Resource: unknown }[] };
  expect(Statement).toHaveLength(1);
  expect(Statement[0].Action).toBe('ssm:GetParameter');
  expect(JSON.stringify(Statement[0].Resource)).toContain('parameter/exchange-keys/dev/exchange/xxkk');
  const [role] = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
  expect(role.Properties.Tags).toContainEqual({ Key: 'exchange-keys:environment', Value: 'dev' });
  expect(role.Metadata).toMatchObject({ 'exchange-keys:acknowledgePlacement:dev-trader-bot-a': REASON });
  const keys = Template.fromStack(app.node.findChild('Keys') as Stack);
  const policies = Object.values(resourcesOf(keys, 'AWS::SecretsManager::ResourcePolicy'));
  expect(policies.filter((one) => JSON.stringify(one).includes('BotRole'))).toHaveLength(1);
});

test('mounted by the CSI driver: the variables name no source, so that XXKK_SECRET_FILE is the only one', () => {
  const { variables } = attached({ mountedByCsiDriver: true }).attachment;
  expect(variables).not.toHaveProperty('XXKK_SECRET_ID');
  expect(variables).toMatchObject({ XXKK_KEY_NAME: 'dev-trader-bot-a', XXKK_KEY_OVERLAP_HOURS: '24' });
});

test('the variables name key, secret, exchange and overlap, and hold nothing secret', () => {
  expect(attached().attachment.variables).toEqual({
    XXKK_SECRET_ID: 'exchange-keys/dev/dev-trader-bot-a',
    XXKK_KEY_NAME: 'dev-trader-bot-a',
    XXKK_KEY_PERMISSIONS: 'read,trade',
    XXKK_KEY_OVERLAP_HOURS: '24',
    XXKK_EXCHANGE_PARAMETER: '/exchange-keys/dev/exchange/xxkk',
    XXKK_ECHO_URL: 'https://checkip.amazonaws.com',
  });
});

test.each([
  [{ namespace: '*' }, 'NAMESPACE_MALFORMED'],
  [{ namespace: 'trad?ng' }, 'NAMESPACE_MALFORMED'],
  [{ namespace: 'Trading' }, 'NAMESPACE_MALFORMED'],
  [{ namespace: 'a'.repeat(64) }, 'NAMESPACE_MALFORMED'],
  [{ namespace: 'kube-system' }, 'NAMESPACE_RESERVED'],
  [{ namespace: 'kube-public' }, 'NAMESPACE_RESERVED'],
  [{ serviceAccount: '*' }, 'SERVICE_ACCOUNT_MALFORMED'],
  [{ serviceAccount: 'bot*' }, 'SERVICE_ACCOUNT_MALFORMED'],
  [{ serviceAccount: 'bot:x' }, 'SERVICE_ACCOUNT_MALFORMED'],
  [{ serviceAccount: 'a'.repeat(254) }, 'SERVICE_ACCOUNT_MALFORMED'],
  [{ serviceAccount: 'default' }, 'SERVICE_ACCOUNT_RESERVED'],
] as [Options, string][])('%o is refused with %s', (options, code) => {
  expect(codeOf(() => attached(options))).toBe(code);
});

describe('placement', () => {
  test.each([undefined, '', '  '])('without nodes and with reason %p, synth fails', (acknowledgePlacement) => {
    const { app } = attached({ acknowledgePlacement });
    expect(codeOf(() => app.synth())).toBe('WORKLOAD_PLACEMENT_UNKNOWN');
  });

  const withNodes = (nodesCluster: 'same' | 'other', change: (nodes: EgressNodeGroup) => void = () => {}) => {
    const made = scenario();
    const network = made.networkStack.node.findChild('Network') as unknown as IEgressNetwork;
    const other = importedCluster(made.stack, 'Other', 'other');
    const cluster = nodesCluster === 'same' ? made.cluster : other;
    const nodes = new EgressNodeGroup(made.stack, 'Nodes', { cluster, network });
    made.key.attachToServiceAccount(made.stack, 'Bot', {
      cluster: made.cluster,
      namespace: 'trading',
      serviceAccount: 'trader-bot',
      nodes,
    });
    change(nodes);
    return made.stack;
  };

  test('nodes of the network are enough', () => {
    compliantTemplate(withNodes('same')).resourceCountIs('AWS::EKS::PodIdentityAssociation', 1);
  });

  const child = (nodes: EgressNodeGroup, id: string) => nodes.node.findChild(id) as CfnResource;
  const CARD = 'LaunchTemplateData.NetworkInterfaces.0';
  test.each<[string, string, (nodes: EgressNodeGroup) => void]>([
    [
      'to another subnet',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (nodes) => child(nodes, 'Group').addPropertyOverride('Subnets', ['subnet-0123456789abcdef0']),
    ],
    [
      'to another launch template',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (nodes) => child(nodes, 'Group').addPropertyOverride('LaunchTemplate', { Id: 'lt-0123456789abcdef0' }),
    ],
    [
      'to a subnet of the template',
      'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
      (nodes) => child(nodes, 'LaunchTemplate').addPropertyOverride(`${CARD}.SubnetId`, 'subnet-0123456789abcdef0'),
    ],
    [
      'to a public address',
      'WORKLOAD_PUBLIC_IP',
      (nodes) => child(nodes, 'LaunchTemplate').addPropertyOverride(`${CARD}.AssociatePublicIpAddress`, true),
    ],
    [
      'to interfaces that nobody knows',
      'WORKLOAD_PUBLIC_IP',
      (nodes) => child(nodes, 'LaunchTemplate').addPropertyDeletionOverride('LaunchTemplateData.NetworkInterfaces'),
    ],
  ])('nodes that an override moves %s are refused: %s', (_, code, change) => {
    expect(codeOf(() => (withNodes('same', change).node.root as App).synth())).toBe(code);
  });

  test('nodes of another cluster are refused', () => {
    expect(codeOf(() => withNodes('other'))).toBe('SERVICE_ACCOUNT_OFF_NODES');
  });

  test('nodes of another environment are refused', () => {
    const made = scenario();
    const addresses = new EgressAddresses(stackIn(made.app, 'OtherAddresses'), 'Egress', {
      environment: 'staging',
      availabilityZones: ['eu-west-1a'],
    });
    const network = new EgressNetwork(stackIn(made.app, 'OtherNetwork'), 'Network', { addresses });
    const cluster = importedCluster(stackIn(made.app, 'OtherCluster'), 'Cluster');
    const nodes = new EgressNodeGroup(stackIn(made.app, 'OtherNodes'), 'Nodes', { cluster, network });
    const options = { cluster, namespace: 'trading', serviceAccount: 'trader-bot', nodes };
    expect(codeOf(() => made.key.attachToServiceAccount(made.stack, 'Bot', options))).toBe(
      'WORKLOAD_OF_OTHER_ENVIRONMENT',
    );
  });
});

describe('a second one', () => {
  const more = (change: Options & { readonly otherKey?: boolean; readonly share?: boolean }) => {
    const made = attached();
    const { otherKey, share, ...options } = change;
    const second = made.ring.addKey('TraderBotB', { ...TRADER, instance: 'b' });
    const key = otherKey ? second : made.key;
    const attachment = key.attachToServiceAccount(made.stack, 'Second', {
      cluster: made.cluster,
      namespace: 'trading',
      serviceAccount: 'trader-bot',
      acknowledgePlacement: REASON,
      ...(share && { shareWith: made.attachment }),
      ...options,
    });
    return { ...made, second: attachment };
  };

  test('workload of one key is refused', () => {
    expect(codeOf(() => more({ serviceAccount: 'other-bot' }))).toBe('KEY_SHARED');
  });

  test('key of one service account is refused, unless it says so', () => {
    expect(codeOf(() => more({ otherKey: true }))).toBe('SERVICE_ACCOUNT_TAKEN');
  });

  test('key of one service account shares its role, under a prefix of its own', () => {
    const { stack, attachment, second } = more({ otherKey: true, share: true, prefix: 'XXKK_B' });
    expect(second.role).toBe(attachment.role);
    expect(second.variables).toMatchObject({ XXKK_B_KEY_NAME: 'dev-trader-bot-b' });
    const template = compliantTemplate(stack);
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.resourceCountIs('AWS::EKS::PodIdentityAssociation', 1);
  });

  test('key under the same prefix is refused', () => {
    expect(codeOf(() => more({ otherKey: true, share: true }))).toBe('LOADER_PREFIX_TAKEN');
  });

  test('key shares the role of the same service account only', () => {
    expect(codeOf(() => more({ otherKey: true, share: true, namespace: 'research' }))).toBe(
      'SERVICE_ACCOUNT_NOT_SHARED',
    );
  });
});
