// A role by which a workload reads its key is nobody else's, in whatever way a template names it; a role's namesake is no user.
import { CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Cluster } from 'aws-cdk-lib/aws-eks';
import { CfnInstanceProfile, IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { stackIn } from '../../../support/egress';
import { addService, addTask, codesOf, findingsOf, KeyScenario, withService, withUnattachedKey } from './scenario';

type Properties = Record<string, unknown>;

/** A bot on Fargate with a key, and something else in its stack. */
function beside(other: (role: IRole) => readonly [type: string, properties: Properties], roleName?: string) {
  const base = withUnattachedKey();
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const role = roleName === undefined ? base.role : new Role(base.stack, 'Named', { roleName, assumedBy });
  const scenario = addTask({ ...base, role });
  addService(scenario);
  scenario.key.attachToContainer(scenario.container);
  const [type, properties] = other(role);
  new CfnResource(scenario.bots, 'Other', { type, properties });
  return codesOf(scenario.app);
}

const task = (TaskRoleArn: unknown) => ['AWS::ECS::TaskDefinition', { TaskRoleArn, ContainerDefinitions: [] }] as const;

test.each<[string, (role: IRole) => readonly [string, Properties]]>([
  ['in a condition', ({ roleArn }) => task(Fn.conditionIf('X', roleArn, 'arn:aws:iam::111122223333:role/Other'))],
  ['in a text', ({ roleArn }) => task(Fn.join('', ['', roleArn]))],
  ['in a substitution', ({ roleArn }) => task(Fn.sub(`\${Role}`, { Role: roleArn }))],
  ['as an ARN made of its name', ({ roleName }) => task(`arn:aws:iam::111122223333:role/${roleName}`)],
  ['execution role', ({ roleArn }) => ['AWS::ECS::TaskDefinition', { ExecutionRoleArn: roleArn }]],
  ['function', ({ roleArn }) => ['AWS::Lambda::Function', { Role: roleArn }]],
  ['function of SAM', ({ roleArn }) => ['AWS::Serverless::Function', { Role: roleArn }]],
  [
    'job of Batch',
    ({ roleArn }) => ['AWS::Batch::JobDefinition', { ContainerProperties: { Image: 'x', JobRoleArn: roleArn } }],
  ],
  ['build', ({ roleArn }) => ['AWS::CodeBuild::Project', { ServiceRole: roleArn }]],
  ['App Runner', ({ roleArn }) => ['AWS::AppRunner::Service', { InstanceConfiguration: { InstanceRoleArn: roleArn } }]],
  ['nodes of EKS', ({ roleArn }) => ['AWS::EKS::Nodegroup', { NodeRole: roleArn }]],
  ['pods of EKS', ({ roleArn }) => ['AWS::EKS::PodIdentityAssociation', { RoleArn: roleArn }]],
  ['instances', ({ roleName }) => ['AWS::IAM::InstanceProfile', { Roles: [roleName] }]],
  [
    'perhaps instances',
    ({ roleName }) => ['AWS::IAM::InstanceProfile', { Roles: Fn.conditionIf('X', [roleName], []) }],
  ],
  [
    'overrides of a state machine',
    ({ roleArn }) => [
      'AWS::StepFunctions::StateMachine',
      { DefinitionString: Fn.join('', ['{"TaskRoleArn":"', roleArn, '"}']) },
    ],
  ],
])('%s: refused', (_, other) => {
  expect(beside(other)).toEqual(['KEY_SHARED']);
});

test.each<[string, unknown, string[]]>([
  ['its ARN', 'arn:aws:iam::111122223333:role/desk-bot', ['KEY_SHARED']],
  ['its ARN with a path', Fn.sub(`arn:\${AWS::Partition}:iam::111122223333:role/bots/desk-bot`), ['KEY_SHARED']],
  ['the ARN of a longer name', 'arn:aws:iam::111122223333:role/desk-bot-2', []],
  ['the ARN of a name that ends so', 'arn:aws:iam::111122223333:role/old-desk-bot', []],
])('a role with a name of its own, by %s', (_, value, expected) => {
  expect(beside(() => task(value), 'desk-bot')).toEqual(expected);
});

test.each<[string, (role: IRole) => readonly [string, Properties]]>([
  [
    'a policy that names it as principal',
    ({ roleArn }) => ['AWS::SQS::QueuePolicy', { PolicyDocument: { Principal: { AWS: roleArn } } }],
  ],
  [
    'a variable with its ARN',
    ({ roleArn }) => ['AWS::Lambda::Function', { Environment: { Variables: { botRole: roleArn } } }],
  ],
  ['a managed policy of it', ({ roleName }) => ['AWS::IAM::ManagedPolicy', { Roles: [roleName] }]],
])('%s is no user', (_, other) => {
  expect(beside(other)).toEqual([]);
});

test('a role of another stack with the same logical id is another role', () => {
  const { app, key, container } = withService();
  key.attachToContainer(container);
  const stack = stackIn(app, 'Other');
  const role = new Role(stack, 'BotRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new CfnFunction(stack, 'Function', { code: {}, role: role.roleArn });
  expect(codesOf(app)).toEqual([]);
});

test.each([
  [false, []],
  [true, ['KEY_SHARED']],
])('the role of a service account, used elsewhere: %s', (used, expected) => {
  const { app, stack, key, bots } = withUnattachedKey();
  const { role } = key.attachToServiceAccount(stack, 'Bot', {
    cluster: Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'desk' }),
    namespace: 'trading',
    serviceAccount: 'trader-bot',
    acknowledgePlacement: 'Karpenter starts nodes in the workload subnets only',
  });
  if (used) new CfnTaskDefinition(bots, 'Task', { taskRoleArn: role.roleArn });
  expect(codesOf(app)).toEqual(expected);
});

describe('a workload whose role was replaced', () => {
  const OTHER = 'arn:aws:iam::111122223333:role/Other';

  test.each<[string, (resource: CfnResource) => void]>([
    ['by another', (resource) => resource.addPropertyOverride('TaskRoleArn', OTHER)],
    ['perhaps', (resource) => resource.addPropertyOverride('TaskRoleArn', Fn.conditionIf('X', OTHER, OTHER))],
    ['by none', (resource) => resource.addPropertyDeletionOverride('TaskRoleArn')],
  ])('task definition, %s', (_, change) => {
    const { app, key, container } = withService();
    key.attachToContainer(container);
    change(container.taskDefinition.node.defaultChild as CfnResource);
    expect(codesOf(app)).toEqual(['WORKLOAD_ROLE_REPLACED']);
  });

  test('function', () => {
    const { app, fn } = withFunction();
    (fn.node.defaultChild as CfnFunction).addPropertyOverride('Role', OTHER);
    const [line, ...more] = findingsOf(app);
    expect(more).toEqual([]);
    expect(line).toContain("'Bots/Function/Resource' does not have role 'Keys/BotRole' as 'Role'");
    expect(line).toContain('[WORKLOAD_ROLE_REPLACED]');
  });
});

function withFunction(): KeyScenario & { fn: LambdaFunction } {
  const scenario = withUnattachedKey({ service: 'lambda.amazonaws.com' });
  const { bots, network, role, key } = scenario;
  const fn = new LambdaFunction(bots, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {};'),
    role,
    vpc: network.vpc,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroups: [network.workloadSecurityGroup],
  });
  key.attachToFunction(fn);
  return { ...scenario, fn };
}

describe('a function', () => {
  test('on machines of a capacity provider', () => {
    const { app, fn } = withFunction();
    (fn.node.defaultChild as CfnFunction).addPropertyOverride('CapacityProviderConfig', {
      LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: 'arn' },
    });
    expect(codesOf(app)).toEqual(['WORKLOAD_OUTSIDE_EGRESS_NETWORK']);
  });

  test('whose environment is not known at synth', () => {
    const { app, fn } = withFunction();
    const environment = Fn.conditionIf('X', { Variables: { XXKK_API_SECRET: 'x' } }, {});
    (fn.node.defaultChild as CfnFunction).addPropertyOverride('Environment', environment);
    expect(codesOf(app)).toEqual(['SECRET_IN_ENVIRONMENT']);
  });

  test('by which instances run as well', () => {
    const { app, bots, role } = withFunction();
    new CfnInstanceProfile(bots, 'Profile', { roles: [role.roleName] });
    expect(codesOf(app)).toEqual(['KEY_SHARED']);
  });
});

test('a subnet of the workload’s own stack is not that of the network with the same logical id', () => {
  const scenario = withService();
  const { app, key, container, network, bots, service } = scenario;
  key.attachToContainer(container);
  const [{ subnetId }] = network.workloadSubnets;
  const { Ref: id } = Stack.of(network).resolve(subnetId) as { Ref: string };
  const own = new CfnResource(bots, 'Subnet', { type: 'AWS::EC2::Subnet' });
  own.overrideLogicalId(id);
  (service.node.findChild('Service') as CfnResource).addPropertyOverride(
    'NetworkConfiguration.AwsvpcConfiguration.Subnets',
    [own.ref],
  );
  expect(codesOf(app)).toEqual(['WORKLOAD_OUTSIDE_EGRESS_NETWORK']);
});
