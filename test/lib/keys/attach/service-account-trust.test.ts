// Who gets the role of a service account by EKS Pod Identity, evaluated by an engine that is not ours: exactly its pods in exactly its cluster.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Cluster } from 'aws-cdk-lib/aws-eks';
import { ACCOUNT, compliantTemplate, REGION, resourcesOf, stackIn } from '../../../support/egress';
import { withUnattachedKey } from './scenario';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/Bot`;

function trust(): object {
  const { app, key } = withUnattachedKey();
  const stack = stackIn(app, 'Workloads');
  key.attachToServiceAccount(stack, 'Bot', {
    cluster: Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'desk' }),
    namespace: 'trading',
    serviceAccount: 'trader-bot',
    acknowledgePlacement: 'Karpenter starts nodes in the workload subnets only',
  });
  const [role] = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::IAM::Role'));
  const text = JSON.stringify(role.Properties.AssumeRolePolicyDocument);
  return JSON.parse(
    text.replaceAll(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]+)"\]\]\}/g, '"arn:aws$1"'),
  );
}

async function assumes(policy: object, principal: string, action: string, contextVariables: Record<string, string>) {
  const answer = await runSimulation(
    {
      request: {
        principal,
        action: `sts:${action}`,
        resource: { resource: ROLE, accountId: ACCOUNT },
        contextVariables,
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: policy,
    },
    {},
  );
  if (answer.resultType !== 'single') throw new Error(JSON.stringify(answer));
  expect(answer.result.ignoredContextKeys ?? []).toEqual([]);
  return answer.overallResult === 'Allowed';
}

describe('EKS Pod Identity', () => {
  const policy = trust();
  const PODS = 'pods.eks.amazonaws.com';
  const tags = {
    'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/desk`,
    'aws:RequestTag/kubernetes-namespace': 'trading',
    'aws:RequestTag/kubernetes-service-account': 'trader-bot',
  };

  test.each(['AssumeRole', 'TagSession'])('its pods: %s', async (action) => {
    expect(await assumes(policy, PODS, action, tags)).toBe(true);
  });

  test.each<[string, string, Record<string, string>]>([
    ['another service account', PODS, { ...tags, 'aws:RequestTag/kubernetes-service-account': 'trader-bot-2' }],
    ['another namespace', PODS, { ...tags, 'aws:RequestTag/kubernetes-namespace': 'research' }],
    [
      'another cluster',
      PODS,
      { ...tags, 'aws:RequestTag/eks-cluster-arn': `${tags['aws:RequestTag/eks-cluster-arn']}-2` },
    ],
    [
      'a cluster of the name elsewhere',
      PODS,
      { ...tags, 'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:us-east-1:${ACCOUNT}:cluster/desk` },
    ],
    ['an association without session tags', PODS, {}],
    ['nodes', 'ec2.amazonaws.com', tags],
    ['a role that sends the same tags', `arn:aws:iam::${ACCOUNT}:role/Other`, tags],
  ])('not %s', async (_, principal, context) => {
    expect(await assumes(policy, principal, 'AssumeRole', context)).toBe(false);
  });
});
