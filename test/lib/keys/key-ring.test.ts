// What all keys of a ring share: it does not grow with them, refers to the network loosely, and can be suspended.
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { parseRingDocument } from '../../../contract/keys';
import { EgressAddresses, Exchange, ExistingEgressNetwork, KeyPermission, KeyRing, RingSize } from '../../../lib';
import { compliantTemplate, Resource, resourcesOf, stackIn } from '../../support/egress';
import { manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import { ACCOUNT, REGION, RingOptions, ringProps, TRADER, withKey, withRing, workloadRole } from '../../support/keys';
import { resolveTemplateValue } from '../../support/resolve';

const URL = 'https://api.xxkk.example';
const KEY_TYPES = ['Secret', 'ResourcePolicy', 'RotationSchedule'].map((type) => `AWS::SecretsManager::${type}`);

const allOf = (template: Template): Record<string, Resource> => template.toJSON().Resources;

describe.each<[string, RingOptions]>([
  ['with its defaults', {}],
  ['suspended', { suspended: true }],
  ['for thousands of keys', { size: RingSize.SHARDED }],
  ['with copies in other regions', { replicaRegions: [{ region: 'us-east-1' }] }],
  ['of an exchange without an API for keys', { exchange: Exchange.manual(xxkkConfiguration(URL)) }],
  ['of production', { environment: 'prod' }],
  ['with regions of its own choice', { allowlistRegions: ['us-east-1'] }],
  ['with its deployment role named', { deploymentRoleArn: `arn:aws:iam::${ACCOUNT}:role/Deploy` }],
])('a ring %s', (_, options) => {
  test('passes the policy pack', () => {
    const { stack, ring, role } = withKey(options);
    ring
      .addKey('Market01', { ...TRADER, purpose: 'marketdata', instance: '01', permissions: [KeyPermission.READ] })
      .grantRead(role);
    for (const checked of [stack, ...stack.node.findAll().filter((child) => child instanceof NestedStack)]) {
      expect(Object.keys(allOf(compliantTemplate(checked as Stack))).length).toBeGreaterThan(0);
    }
  });
});

test('a topic of the user is used as it is', () => {
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:desk`;
  const topic = Topic.fromTopicArn(new Stack(), 'Desk', topicArn);
  const { ring, stack } = withRing({ requestTopic: topic });
  expect(ring.requestTopic).toBe(topic);
  const template = compliantTemplate(stack);
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: 'sns:Publish', Resource: topicArn })]),
    },
  });
});

describe('budget', () => {
  const fixed = (template: Template) =>
    Object.values(allOf(template)).filter(({ Type, Properties }) => {
      const isManagement = JSON.stringify(Properties).includes('ManagementXxkk');
      return !KEY_TYPES.includes(Type) || isManagement;
    });

  test('a ring has at most 40 resources besides its keys', () => {
    const { stack } = withRing();
    const resources = Object.values(allOf(compliantTemplate(stack)));
    expect(resources.length).toBeGreaterThan(15);
    expect(resources.length).toBeLessThanOrEqual(40);
  });

  test('what is shared is the same for 1 key and for 149, byte for byte', () => {
    const [few, many] = [1, 149].map((count) => {
      const { stack, ring } = withRing();
      for (let index = 0; index < count; index += 1) {
        const instance = String(index).padStart(3, '0');
        ring.addKey(`Key${instance}`, { ...TRADER, instance }).grantRead(roleOf(instance));
      }
      return compliantTemplate(stack);
    });
    // but for the watch, which knows the number of keys and nothing else of them, see the test of a further key
    const shared = (template: Template) =>
      JSON.stringify(fixed(template).filter(({ Type }) => Type !== 'AWS::CloudFormation::Stack'));
    expect(Object.keys(resourcesOf(many, 'AWS::SecretsManager::Secret'))).toHaveLength(150);
    expect(shared(many)).toBe(shared(few));
    // The policies among them: those of rotation, caretaker and intake, and that of the encryption key.
    expect(fixed(many).filter(({ Type }) => Type === 'AWS::IAM::Policy')).toHaveLength(3);
    expect(fixed(many).filter(({ Type }) => Type === 'AWS::KMS::Key')).toHaveLength(1);
  });
});

const roleOf = (name: string) => new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/Bot${name}`);

describe('what it publishes', () => {
  test('is a ring document that the command reads', () => {
    const { stack, ring } = withRing();
    const template = compliantTemplate(stack);
    const [parameter] = Object.values(
      template.findResources('AWS::SSM::Parameter', { Properties: { Name: '/exchange-keys/dev/ring' } }),
    );
    const text = resolveTemplateValue(parameter.Properties.Value, (id, attribute) => `${id}.${attribute}`);
    const document = parseRingDocument(text);
    const idOf = (type: string, part: string) =>
      Object.keys(resourcesOf(template, type)).find((id) => id.startsWith(`Keys${part}`));
    expect(document).toEqual({
      schema: 1,
      environment: 'dev',
      region: REGION,
      intakeRoleArn: `${idOf('AWS::IAM::Role', 'IntakeRole')}.Arn`,
      rotationFunction: `${idOf('AWS::Lambda::Function', 'Rotation')}.Ref`,
      rotationLogGroup: `${idOf('AWS::Logs::LogGroup', 'RotationLogs')}.Ref`,
      caretakerFunction: `${idOf('AWS::Lambda::Function', 'Caretaker')}.Ref`,
      caretakerLogGroup: `${idOf('AWS::Logs::LogGroup', 'CaretakerLogs')}.Ref`,
      requestTopicArn: `${idOf('AWS::SNS::Topic', 'Requests')}.Ref`,
    });
    expect(ring.environment).toBe('dev');
  });

  test('is the configuration of each exchange, once', () => {
    const { stack, ring } = withRing();
    const second = Exchange.manual({ ...manualConfiguration(URL), name: 'second' });
    ring.addKey('First', { ...TRADER, exchange: second });
    ring.addKey('Second', { ...TRADER, instance: 'b', exchange: second });
    const configurations = Object.values(resourcesOf(compliantTemplate(stack), 'AWS::SSM::Parameter'))
      .filter(({ Properties }) => String(Properties.Name).includes('/exchange/'))
      .map(({ Properties }) => [Properties.Name, JSON.parse(Properties.Value as string).name, Properties.Tier]);
    expect(configurations).toEqual([
      ['/exchange-keys/dev/exchange/xxkk', 'xxkk', 'Intelligent-Tiering'],
      ['/exchange-keys/dev/exchange/second', 'second', 'Intelligent-Tiering'],
    ]);
  });

  test('a management key is there where the exchange lets a machine manage keys, and for no workload', () => {
    const secretsWith = (exchange: Exchange) => {
      const { stack } = withRing({ exchange });
      return Object.values(resourcesOf(compliantTemplate(stack), 'AWS::SecretsManager::Secret')).map(
        ({ Properties }) => [Properties.Name, Properties.Description],
      );
    };
    expect(secretsWith(Exchange.xxkk(xxkkConfiguration(URL)))).toEqual([
      [
        'exchange-keys/dev/dev-management-xxkk-0',
        'exchange-keys/1 owner=desk-1 exchange=xxkk tier=high permissions=manage-keys overlap=24h',
      ],
    ]);
    expect(secretsWith(Exchange.manual(xxkkConfiguration(URL)))).toEqual([]);
    expect(secretsWith(Exchange.xxkk(manualConfiguration(URL)))).toEqual([]);
  });
});

describe('the functions', () => {
  test('run in the workload subnets, know their ring, and stop before Lambda stops them', () => {
    const template = compliantTemplate(withRing().stack);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Timeout: 900,
      ReservedConcurrentExecutions: Match.absent(),
      VpcConfig: { SubnetIds: [Match.anyValue(), Match.anyValue()], SecurityGroupIds: [Match.anyValue()] },
      Environment: {
        Variables: Match.objectLike({ EXCHANGE_KEYS_ENVIRONMENT: 'dev', EXCHANGE_KEYS_ALLOWLIST_REGIONS: REGION }),
      },
    });
  });

  test('the caretaker looks every 15 minutes, and a lost pass is not repeated', () => {
    compliantTemplate(withRing().stack).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
      State: Match.absent(), // enabled
      Target: Match.objectLike({ RetryPolicy: Match.objectLike({ MaximumRetryAttempts: 0 }) }),
    });
  });

  test('only Secrets Manager of this account calls the rotation', () => {
    const template = compliantTemplate(withRing().stack);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ACCOUNT,
    });
  });

  test('every region with addresses of the environment is allowed by default, others are not', () => {
    const { app, stack } = withRing();
    const env = (region: string) => ({ env: { account: ACCOUNT, region } });
    new EgressAddresses(new Stack(app, 'Us', env('us-east-1')), 'Egress', {
      environment: 'dev',
      availabilityZones: ['us-east-1a'],
    });
    new EgressAddresses(new Stack(app, 'Other', env('eu-central-1')), 'Egress', {
      environment: 'test',
      availabilityZones: ['eu-central-1a'],
    });
    regionsAre(stack, 'eu-west-1,us-east-1');
  });

  test('regions can be named; the own one is always among them', () => {
    regionsAre(
      withRing({ allowlistRegions: ['us-east-1', 'eu-central-1', 'us-east-1'] }).stack,
      'eu-central-1,eu-west-1,us-east-1',
    );
    regionsAre(withRing({ allowlistRegions: [] }).stack, 'eu-west-1');
  });

  function regionsAre(stack: Stack, regions: string): void {
    Template.fromStack(stack).allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ EXCHANGE_KEYS_ALLOWLIST_REGIONS: regions }) },
    });
  }
});

describe('the network', () => {
  test('is referred to by outputs, never by exports: it can be deleted and built again', () => {
    const { stack, networkStack } = withKey();
    const keys = JSON.stringify(compliantTemplate(stack).toJSON());
    const network = Template.fromStack(networkStack).toJSON();
    expect(keys).not.toContain('Fn::ImportValue');
    const referred = [...keys.matchAll(/"Fn::GetStackOutput":(\{[^}]*\})/g)].map(([, text]) => JSON.parse(text));
    // Two functions, each in two subnets with one security group.
    expect(referred).toHaveLength(6);
    for (const { StackName, OutputName } of referred) {
      expect(StackName).toBe(networkStack.stackName);
      expect(network.Outputs[OutputName].Value).toBeDefined();
      expect(network.Outputs[OutputName].Export).toBeUndefined();
    }
    expect(JSON.stringify(network.Outputs)).not.toContain('"Export"');
    expect(JSON.stringify(network)).not.toContain('exchange-keys/dev/dev-');
  });

  test('is deployed before the keys, and does not wait for them', () => {
    const { app, stack, networkStack } = withKey();
    const assembly = app.synth();
    const deployedBefore = (of: Stack) => assembly.getStackArtifact(of.artifactId).dependencies.map(({ id }) => id);
    expect(deployedBefore(stack)).toContain(networkStack.artifactId);
    expect(deployedBefore(networkStack)).not.toContain(stack.artifactId);
  });

  test('may be one that exists: its ids are literals', () => {
    const app = new App();
    const addresses = new EgressAddresses(stackIn(app, 'Addresses'), 'Egress', {
      environment: 'dev',
      availabilityZones: ['eu-west-1a'],
    });
    const network = new ExistingEgressNetwork(stackIn(app, 'Network'), 'Network', {
      addresses,
      vpcId: 'vpc-0123456789abcdef0',
      zones: {
        'eu-west-1a': {
          subnetId: 'subnet-0123456789abcdef0',
          routeTableId: 'rtb-0123456789abcdef0',
          natGatewayId: 'nat-0123456789abcdef0',
        },
      },
    });
    const stack = stackIn(app, 'Keys');
    new KeyRing(stack, 'Keys', { ...ringProps(stack), environment: 'dev', network });
    const text = JSON.stringify(compliantTemplate(stack).toJSON());
    expect(text).not.toContain('Fn::ImportValue');
    expect(Object.keys(resourcesOf(Template.fromStack(stack), 'AWS::Lambda::Function'))).toHaveLength(2);
  });
});

describe('suspended', () => {
  const suspended = compliantTemplate(withKey({ suspended: true }).stack);

  test('the functions are stopped and outside the network', () => {
    suspended.resourceCountIs('AWS::Lambda::Function', 2);
    suspended.allResourcesProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 0,
      VpcConfig: Match.absent(),
    });
    expect(JSON.stringify(suspended.toJSON())).not.toMatch(/Fn::GetStackOutput|Fn::ImportValue/);
  });

  test('Lambda may still delete its network interfaces, with the roles of the functions', () => {
    const roles = Object.values(resourcesOf(suspended, 'AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy).includes('"ec2:DeleteNetworkInterface"'),
    );
    expect(roles).toHaveLength(2);
  });

  test('keys stay as they are, and readable', () => {
    const running = compliantTemplate(withKey().stack);
    for (const type of [...KEY_TYPES, 'AWS::KMS::Key', 'AWS::SSM::Parameter', 'AWS::IAM::Role']) {
      expect(resourcesOf(suspended, type)).toEqual(resourcesOf(running, type));
    }
  });
});

test('two rings of one app, for two environments, share nothing', () => {
  const one = withRing();
  const two = withRing({ environment: 'test' });
  const names = (stack: Stack) =>
    Object.values(allOf(compliantTemplate(stack))).flatMap(({ Properties }) => [
      Properties?.Name ?? [],
      Properties?.AliasName ?? [],
    ]);
  expect(names(one.stack).flat().length).toBeGreaterThan(3);
  expect(
    names(two.stack)
      .flat()
      .filter((name) => names(one.stack).flat().includes(name)),
  ).toEqual([]);
});

test('a workload of another stack reads: its role is imported, and tagged there', () => {
  const { app, ring, stack } = withRing();
  const bots = stackIn(app, 'Bots');
  ring.addKey('TraderBotA', TRADER).grantRead(workloadRole(bots));
  compliantTemplate(bots).hasResourceProperties('AWS::IAM::Role', {
    Tags: [{ Key: 'exchange-keys:environment', Value: 'dev' }],
  });
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('Fn::ImportValue');
});
