// A key attached to a container: what the container is told, who reads the key, and where its tasks must run.
import { Aws, CfnResource, Fn, Stack, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { CfnTaskDefinition, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { refusal } from '../../../support/config-error';
import { compliantTemplate, stackIn } from '../../../support/egress';
import { TRADER } from '../../../support/keys';
import { addService, addTask, BOT, codesOf, findingsOf, only, withService, withUnattachedKey } from './scenario';

function containerOf(stack: Stack): Record<string, unknown> {
  const { ContainerDefinitions } = only(stack, 'AWS::ECS::TaskDefinition').Properties;
  return (ContainerDefinitions as Record<string, unknown>[])[0];
}

const SETTINGS = [
  { Name: 'XXKK_SECRET_ID', Value: 'exchange-keys/dev/dev-trader-bot-a' },
  { Name: 'XXKK_KEY_NAME', Value: 'dev-trader-bot-a' },
  { Name: 'XXKK_KEY_PERMISSIONS', Value: 'read,trade' },
  { Name: 'XXKK_KEY_OVERLAP_HOURS', Value: '24' },
  { Name: 'XXKK_EXCHANGE_PARAMETER', Value: '/exchange-keys/dev/exchange/xxkk' },
  { Name: 'XXKK_ECHO_URL', Value: 'https://checkip.amazonaws.com' },
];

describe('what the container gets', () => {
  test('where its key is, and nothing secret; cdk-nag has nothing to say', () => {
    const { bots, key, container } = withService();
    key.attachToContainer(container);
    compliantTemplate(bots);
    const { Environment, Secrets } = containerOf(bots);
    expect(Secrets).toBeUndefined();
    expect(Environment).toEqual(SETTINGS);
  });

  test('variables of the user stay the user’s to judge', () => {
    const { app, key, container } = withService({}, { container: { environment: { LOG_LEVEL: 'info' } } });
    key.attachToContainer(container);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow('AwsSolutions-ECS2');
  });

  test('other names by a prefix of its own, which two keys of one exchange need', () => {
    const { bots, ring, key, container, role } = withService();
    const reader = ring.addKey('Reader', { ...TRADER, purpose: 'reader' });
    key.attachToContainer(container);
    reader.attachToContainer(container, { prefix: 'READER' });
    compliantTemplate(bots);
    const names = (containerOf(bots).Environment as { Name: string }[]).map(({ Name }) => Name);
    expect(names.slice(0, 6)).toEqual(SETTINGS.map(({ Name }) => Name));
    expect(names.slice(6)).toEqual(SETTINGS.map(({ Name }) => Name.replace('XXKK', 'READER')));
    expect(role.node.path).toBe('Keys/BotRole');
  });

  test('the first echo service of the ring’s probes, where it has them', () => {
    const probes = {
      echoServices: ['https://echo.example', 'https://checkip.amazonaws.com'],
      accounts: { xxkk: 'sub-9' },
    };
    const { bots, key, container } = withService({ ring: { probes: { ...probes, owner: 'desk-1' } as never } });
    key.attachToContainer(container);
    expect(containerOf(bots).Environment).toContainEqual({
      Name: 'XXKK_ECHO_URL',
      Value: 'https://echo.example',
    });
  });
});

describe('who may read', () => {
  test('the task role reads the key, by the secret’s policy, and the exchange’s configuration, that one parameter', () => {
    const { stack, key, container, role } = withService();
    key.attachToContainer(container);
    const template = compliantTemplate(stack);
    const id = stack.getLogicalId(role.node.defaultChild as CfnResource);
    template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
      ResourcePolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::GetAtt': [id, 'Arn'] } },
            Resource: '*',
            Action: 'secretsmanager:GetSecretValue',
          },
        ]),
      },
    });
    const [policy] = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: id }] } }),
    );
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':ssm:eu-west-1:111122223333:parameter/exchange-keys/dev/exchange/xxkk',
            ],
          ],
        },
      },
    ]);
  });
});

test('a workload in the stack of the key', () => {
  const scenario = withUnattachedKey();
  const bot = addTask(scenario, { scope: scenario.stack, task: { taskRole: undefined } });
  addService(bot);
  bot.key.attachToContainer(bot.container);
  expect(codesOf(bot.app)).toEqual([]);
});

describe('a key in plain sight', () => {
  test.each(['XXKK_API_KEY', 'XXKK_API_SECRET', 'XXKK_API_PASSPHRASE'])('%s as a variable is refused', (name) => {
    const { app, key, container } = withService({}, { container: { environment: { [name]: 'not-a-real-one' } } });
    key.attachToContainer(container);
    const findings = findingsOf(app);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`has '${name}' as plain environment variable`);
    expect(findings[0]).toContain('[SECRET_IN_ENVIRONMENT]');
    expect(findings[0]).not.toContain('not-a-real-one');
  });

  test('one that an override adds is seen, one of another prefix is not ours', () => {
    const added = withService();
    added.key.attachToContainer(added.container);
    (added.task.node.defaultChild as CfnTaskDefinition).addPropertyOverride('ContainerDefinitions.0.Environment.5', {
      Name: 'XXKK_API_SECRET',
      Value: 'not-a-real-one',
    });
    expect(codesOf(added.app)).toEqual(['SECRET_IN_ENVIRONMENT']);
    const other = withService({}, { container: { environment: { OTHER_API_SECRET: 'x' } } });
    other.key.attachToContainer(other.container);
    expect(codesOf(other.app)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a variable that is perhaps there', Fn.conditionIf('X', { Name: 'XXKK_API_KEY', Value: 'x' }, Aws.NO_VALUE)],
    ['a variable whose name is not known', { Name: Fn.conditionIf('X', 'XXKK_API_KEY', 'OTHER'), Value: 'x' }],
  ])('%s is refused', (_, variable) => {
    const { app, key, container, task } = withService();
    key.attachToContainer(container);
    const definition = task.node.defaultChild as CfnTaskDefinition;
    definition.addPropertyOverride('ContainerDefinitions.0.Environment.5', variable);
    expect(codesOf(app)).toEqual(['SECRET_IN_ENVIRONMENT']);
  });

  test('one in another container of the task is refused', () => {
    const { app, key, container, task } = withService();
    key.attachToContainer(container);
    task.addContainer('Proxy', { image: BOT, environment: { XXKK_API_SECRET: 'not-a-real-one' } });
    expect(codesOf(app)).toEqual(['SECRET_IN_ENVIRONMENT']);
  });
});

describe('one key, one workload (G1)', () => {
  test('another task definition that runs with the role', () => {
    const { app, bots, key, container, role } = withService();
    key.attachToContainer(container);
    new FargateTaskDefinition(bots, 'Second', { taskRole: role }).addContainer('Bot', {
      image: BOT,
    });
    const findings = findingsOf(app);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("'Bots/Second/Resource' runs with role 'Keys/BotRole'");
    expect(findings[0]).toContain('[KEY_SHARED]');
  });

  test('a function that runs with the role', () => {
    const { app, bots, key, container, role } = withService();
    key.attachToContainer(container);
    new LambdaFunction(bots, 'Function', {
      role,
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {}'),
    });
    expect(codesOf(app)).toEqual(['KEY_SHARED']);
  });

  test('a role that CDK makes for the service is its own', () => {
    const { app, key, container } = withService(
      {},
      {
        task: { taskRole: undefined },
        container: { logging: undefined },
      },
    );
    key.attachToContainer(container);
    expect(codesOf(app)).toEqual([]);
  });
});

test('the environment of the stack decides as well', () => {
  const scenario = withUnattachedKey();
  const staging = stackIn(scenario.app, 'Staging', { tags: { 'exchange-keys:environment': 'staging' } });
  const taskRole = new Role(scenario.bots, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const bot = addTask(scenario, { scope: staging, task: { taskRole } });
  refusal('WORKLOAD_OF_OTHER_ENVIRONMENT', () => bot.key.attachToContainer(bot.container));
});
