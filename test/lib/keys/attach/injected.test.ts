// A key whose values ECS puts into a container's environment: how it is referred to, who reads it, what redeploys.
import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnService, DeploymentControllerType } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PassphraseMode } from '../../../../contract/exchange/signing-template';
import { Exchange, KeyDelivery, KeyRefresh } from '../../../../lib';
import { refusal } from '../../../support/config-error';
import { compliantTemplate, resourcesOf } from '../../../support/egress';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { watchTemplate } from '../../../support/keys';
import { ask, DeployedPolicies } from '../policy-engine';
import { addService, addTask, BotOptions, codesOf, findingsOf, KeyOptions, only, withUnattachedKey } from './scenario';

const REDEPLOYED: KeyOptions = { key: { refresh: KeyRefresh.onRedeploy(Duration.hours(1)) } };
const BY_HAND = KeyDelivery.injected({ acknowledgeManualRedeploy: 'the desk redeploys on the day of the rotation' });

/** A service in a stack of its own, its execution role in the key's. */
function withInjection(keyOptions: KeyOptions = REDEPLOYED, options: BotOptions = {}) {
  const scenario = withUnattachedKey(keyOptions);
  const principal = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const executionRole = new Role(scenario.stack, 'ExecutionRole', { assumedBy: principal });
  const taskRole = new Role(scenario.bots, 'TaskRole', { assumedBy: principal });
  const bot = addTask(scenario, { ...options, task: { executionRole, taskRole, ...options.task } });
  return { ...bot, executionRole, taskRole, service: addService(bot, options.service) };
}

type Field = { readonly Name: string; readonly ValueFrom: unknown };
const secretsOf = (scenario: ReturnType<typeof withInjection>) => {
  const { ContainerDefinitions } = only(scenario.bots, 'AWS::ECS::TaskDefinition').Properties;
  return (ContainerDefinitions as { Secrets: Field[]; Environment: { Name: string }[] }[])[0];
};

test('each variable is a field of the current version by its label, which the secret’s policy asks for', () => {
  const scenario = withInjection();
  scenario.key.attachToContainer(scenario.container, { delivery: BY_HAND });
  compliantTemplate(scenario.bots);
  const { Secrets, Environment } = secretsOf(scenario);
  const fields = Secrets.map(({ Name, ValueFrom }) => {
    const [, [arn, rest]] = (ValueFrom as { 'Fn::Join': [string, [object, string]] })['Fn::Join'];
    expect(JSON.stringify(arn)).toMatch(/Fn::ImportValue.*TraderBotA/);
    return [Name, rest];
  });
  expect(fields).toEqual([
    ['XXKK_API_KEY', ':apiKey:AWSCURRENT:'],
    ['XXKK_API_SECRET', ':apiSecret:AWSCURRENT:'],
    ['XXKK_KEY_VERSION', ':versionId:AWSCURRENT:'],
  ]);
  const names = Environment.map(({ Name }) => Name);
  // one source of the key only: the loader refuses two
  expect(names).not.toContain('XXKK_SECRET_ID');
  expect(names).toContain('XXKK_KEY_NAME');
});

test('the passphrase, where the exchange has one', () => {
  const exchange = Exchange.xxkk(xxkkConfiguration('https://api.xxkk.example', { passphrase: PassphraseMode.PLAIN }));
  const scenario = withInjection({ ...REDEPLOYED, ring: { exchange } });
  scenario.key.attachToContainer(scenario.container, { delivery: BY_HAND, prefix: 'DESK' });
  scenario.app.synth();
  expect(secretsOf(scenario).Secrets.map(({ Name }) => Name)).toEqual([
    'DESK_API_KEY',
    'DESK_API_SECRET',
    'DESK_KEY_VERSION',
    'DESK_API_PASSPHRASE',
  ]);
});

test('the execution role reads the key, and the task role does not', async () => {
  const scenario = withInjection();
  scenario.key.attachToContainer(scenario.container, { delivery: BY_HAND });
  scenario.app.synth();
  const policies = new DeployedPolicies(scenario.stack);
  const resource = policies.arnOf(policies.idOf('AWS::SecretsManager::Secret', 'dev-trader-bot-a'));
  const resourcePolicy = policies.property(
    policies.idOf('AWS::SecretsManager::ResourcePolicy', 'TraderBotA'),
    'ResourcePolicy',
  );
  const caller = policies.role(policies.idOf('AWS::IAM::Role', 'ExecutionRole'));
  expect(caller.tags).toEqual({ 'exchange-keys:environment': 'dev' });
  const read = (stage?: string) =>
    ask({
      caller,
      action: 'secretsmanager:GetSecretValue',
      resource,
      resourcePolicy,
      context: stage ? { 'secretsmanager:VersionStage': stage } : undefined,
    });
  expect(await read('AWSCURRENT')).toBe('allowed');
  expect(await read()).toBe('denied');
  expect(await read('AWSPREVIOUS')).toBe('denied');
  expect(JSON.stringify(resourcePolicy)).not.toContain('TaskRole');
  const template = Template.fromStack(scenario.bots).toJSON();
  expect(JSON.stringify(template.Resources)).not.toContain('secretsmanager:');
});

describe('what is redeployed', () => {
  test('a rule on this key’s rotations calls a function that may update this one service', () => {
    const scenario = withInjection();
    const { bots, key, container, service, ring } = scenario;
    key.attachToContainer(container, { delivery: KeyDelivery.injected({ redeployOnRotation: service }) });
    const template = compliantTemplate(bots);
    const { Properties: rule } = only(bots, 'AWS::Events::Rule');
    expect(rule).toMatchObject({
      State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      EventPattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['RotationSucceeded'],
          additionalEventData: {
            SecretId: [
              { 'Fn::ImportValue': expect.stringContaining('TraderBotA') },
              'exchange-keys/dev/dev-trader-bot-a',
            ],
          },
        },
      },
      Targets: [
        {
          Id: 'Redeploy',
          DeadLetterConfig: { Arn: expect.anything() },
          RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
        },
      ],
    });
    const serviceId = bots.getLogicalId(service.node.findChild('Service') as CfnService);
    const statements = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: { Sid?: string }[] }).Statement,
    );
    expect(statements.filter(({ Sid }) => Sid === 'Redeploy')).toEqual([
      {
        Sid: 'Redeploy',
        Effect: 'Allow',
        Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
        Resource: { Ref: serviceId },
      },
    ]);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Rotated'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          EXCHANGE_KEYS_KEY_NAME: 'dev-trader-bot-a',
          EXCHANGE_KEYS_ECS_SERVICE: { 'Fn::GetAtt': [serviceId, 'Name'] },
          EXCHANGE_KEYS_ECS_CLUSTER: Match.anyValue(),
        },
      },
      VpcConfig: Match.absent(),
    });
    // what cannot be delivered goes where one alarm of the ring sees it
    const queues = resourcesOf(watchTemplate(ring), 'AWS::SQS::Queue');
    expect(Object.keys(queues)).toHaveLength(1);
    expect(Object.keys(resourcesOf(template, 'AWS::SQS::Queue'))).toHaveLength(0);
  });

  test.each([DeploymentControllerType.CODE_DEPLOY, DeploymentControllerType.EXTERNAL])('not by %s', (type) => {
    const { app, key, container, service } = withInjection();
    (service.node.findChild('Service') as CfnService).addPropertyOverride('DeploymentController.Type', type);
    key.attachToContainer(container, { delivery: KeyDelivery.injected({ redeployOnRotation: service }) });
    const findings = findingsOf(app);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`is deployed by '${type}'`);
    expect(findings[0]).toContain('[REDEPLOY_UNSUPPORTED]');
  });

  test('by people: their reason is in the metadata', () => {
    const { bots, key, container } = withInjection();
    key.attachToContainer(container, { delivery: BY_HAND });
    expect(only(bots, 'AWS::ECS::TaskDefinition').Metadata).toMatchObject({
      'exchange-keys:acknowledgeManualRedeploy:dev-trader-bot-a': 'the desk redeploys on the day of the rotation',
    });
  });

  test('a service that runs something else is refused', () => {
    const { bots, key, container, service, ...scenario } = withInjection();
    const other = addTask({ ...scenario, bots: scenario.networkStack, key, stack: scenario.stack } as never);
    refusal('REDEPLOY_OF_OTHER_SERVICE', () =>
      key.attachToContainer(other.container, { delivery: KeyDelivery.injected({ redeployOnRotation: service }) }),
    );
  });

  test.each<[string, KeyDelivery | 'both']>([
    ['neither', KeyDelivery.injected({})],
    ['neither', KeyDelivery.injected({ acknowledgeManualRedeploy: '  ' })],
    ['both', 'both'],
  ])('%s is refused', (word, given) => {
    const { key, container, service } = withInjection();
    const delivery =
      given === 'both' ? KeyDelivery.injected({ redeployOnRotation: service, acknowledgeManualRedeploy: 'x' }) : given;
    expect(refusal('REDEPLOY_UNDECIDED', () => key.attachToContainer(container, { delivery }))).toContain(
      `${word} 'redeployOnRotation'`,
    );
  });
});

describe('values that nothing would refresh', () => {
  test.each<[string, KeyRefresh | undefined, string]>([
    ['without a word on refreshing', undefined, "has no 'refresh'"],
    ['of a key that is polled', KeyRefresh.polling(Duration.hours(1)), 'is refreshed by polling'],
  ])('%s', (_, refresh, part) => {
    const { key, container } = withInjection({ key: { refresh } });
    expect(refusal('KEY_NEVER_REFRESHED', () => key.attachToContainer(container, { delivery: BY_HAND }))).toContain(
      part,
    );
  });

  test('nothing was attached by the attempt', () => {
    const scenario = addTask(withUnattachedKey());
    addService(scenario);
    refusal('KEY_NEVER_REFRESHED', () => scenario.key.attachToContainer(scenario.container, { delivery: BY_HAND }));
    scenario.key.attachToContainer(scenario.container);
    expect(codesOf(scenario.app)).toEqual([]);
  });
});

describe('stacks that would refer to each other', () => {
  test('an execution role in the stack of the task definition, made there or by CDK', () => {
    for (const own of [true, false]) {
      const scenario = withUnattachedKey(REDEPLOYED);
      const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
      const executionRole = own ? new Role(scenario.bots, 'Own', { assumedBy }) : undefined;
      const { key, container } = addTask(scenario, { task: { executionRole } });
      expect(refusal('ATTACH_CYCLE', () => key.attachToContainer(container, { delivery: BY_HAND }))).toContain(
        "names the secret of stack 'Keys'",
      );
    }
  });

  test('all in one stack is fine', () => {
    const scenario = withUnattachedKey(REDEPLOYED);
    const bot = addTask(scenario, { scope: scenario.stack, task: { taskRole: undefined } });
    const service = addService(bot);
    bot.key.attachToContainer(bot.container, { delivery: KeyDelivery.injected({ redeployOnRotation: service }) });
    expect(codesOf(bot.app)).toEqual([]);
  });

  test('an execution role that exists already is no reference', () => {
    const scenario = withUnattachedKey(REDEPLOYED);
    const executionRole = Role.fromRoleArn(scenario.bots, 'Own', 'arn:aws:iam::111122223333:role/Execution');
    const bot = addTask(scenario, { task: { executionRole } });
    addService(bot);
    bot.key.attachToContainer(bot.container, { delivery: BY_HAND });
    expect(codesOf(bot.app)).toEqual([]);
  });

  test('the loader with its task role in the stack of the service, and records in the ring’s log', () => {
    const scenario = withUnattachedKey();
    const bot = addTask(scenario, { task: { taskRole: undefined } });
    expect(refusal('ATTACH_CYCLE', () => bot.key.attachToContainer(bot.container))).toContain(
      "make the role in stack 'Keys'",
    );
  });
});
