// A key attached to a Lambda function: what it is told, who reads the key, where it must run.
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnFunction, Code, FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { refusal } from '../../../support/config-error';
import { compliantTemplate, resourcesOf } from '../../../support/egress';
import { codesOf, findingsOf, KeyScenario, withUnattachedKey } from './scenario';

const lambda = () => withUnattachedKey({ service: 'lambda.amazonaws.com' });

function addFunction(scenario: KeyScenario, props: Partial<FunctionProps> = {}, id = 'Bot'): LambdaFunction {
  const { bots, network, role, ring } = scenario;
  return new LambdaFunction(bots, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
    role,
    logGroup: ring.requestLogs,
    vpc: network.vpc,
    vpcSubnets: { subnets: network.workloadSubnets },
    securityGroups: [network.workloadSecurityGroup],
    ...props,
  });
}

const variablesOf = (scenario: KeyScenario) => {
  const [fn] = Object.values(resourcesOf(Template.fromStack(scenario.bots), 'AWS::Lambda::Function'));
  return (fn.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
};

test('the function is told where its key is, and its role reads it', () => {
  const scenario = lambda();
  scenario.key.attachToFunction(addFunction(scenario));
  expect(codesOf(scenario.app)).toEqual([]);
  expect(variablesOf(scenario)).toEqual({
    XXKK_SECRET_ID: 'exchange-keys/dev/dev-trader-bot-a',
    XXKK_KEY_NAME: 'dev-trader-bot-a',
    XXKK_KEY_PERMISSIONS: 'read,trade',
    XXKK_KEY_OVERLAP_HOURS: '24',
    XXKK_EXCHANGE_PARAMETER: '/exchange-keys/dev/exchange/xxkk',
    XXKK_ECHO_URL: 'https://checkip.amazonaws.com',
  });
  const template = Template.fromStack(scenario.stack);
  template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
    ResourcePolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BotRole'), 'Arn'] } },
        }),
      ]),
    },
  });
  Annotations.fromStack(scenario.bots).hasNoWarning('*', Match.stringLikeRegexp('cdk-exchange-keys'));
});

test('nothing of it is against the policy pack', () => {
  const scenario = lambda();
  const fn = addFunction(scenario);
  scenario.key.attachToFunction(fn, { prefix: 'DESK' });
  compliantTemplate(scenario.bots);
  expect(Object.keys(variablesOf(scenario)).every((name) => name.startsWith('DESK_'))).toBe(true);
});

describe('where a function may run', () => {
  const changed = (change: (fn: CfnFunction) => void, props: Partial<FunctionProps> = {}) => {
    const scenario = lambda();
    const fn = addFunction(scenario, props);
    scenario.key.attachToFunction(fn);
    change(fn.node.defaultChild as CfnFunction);
    return findingsOf(scenario.app);
  };

  test.each<[string, (fn: CfnFunction) => void, string]>([
    ['outside every VPC', (fn) => fn.addPropertyDeletionOverride('VpcConfig'), 'names no subnets'],
    [
      'in another subnet',
      (fn) => fn.addPropertyOverride('VpcConfig.SubnetIds.0', 'subnet-0123456789abcdef0'),
      "'subnet-0123456789abcdef0'",
    ],
    ['by IPv6', (fn) => fn.addPropertyOverride('VpcConfig.Ipv6AllowedForDualStack', true), 'may leave by IPv6'],
  ])('not %s', (_, change, part) => {
    const findings = changed(change);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(part);
    expect(findings[0]).toContain('[WORKLOAD_OUTSIDE_EGRESS_NETWORK]');
  });

  test('a plain key, or variables nobody knows, are refused', () => {
    const plain = changed((fn) => fn.addPropertyOverride('Environment.Variables.XXKK_API_SECRET', 'not-a-real-one'));
    expect(plain.join()).toContain("has 'XXKK_API_SECRET' as plain environment variable;");
    expect(plain.join()).not.toContain('not-a-real-one');
    const unknown = changed((fn) =>
      fn.addPropertyOverride('Environment.Variables', { 'Fn::FindInMap': ['a', 'b', 'c'] }),
    );
    expect(unknown.join()).toContain('[SECRET_IN_ENVIRONMENT]');
  });
});

describe('its log', () => {
  const LOGS = Match.stringLikeRegexp("pass its log group to 'addRequestLogs'");

  test('is one that Lambda makes: advised against', () => {
    const scenario = lambda();
    scenario.key.attachToFunction(addFunction(scenario, { logGroup: undefined }));
    Annotations.fromStack(scenario.bots).hasWarning('/Bots/Bot/Resource', LOGS);
  });

  test('is one that the ring looks through as well, whenever that is said', () => {
    const scenario = lambda();
    const { ring, stack } = scenario;
    const logGroup = new LogGroup(stack, 'Own', {
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: ring.requestLogs.node.scope?.node.findChild('Encryption') as never,
    });
    scenario.key.attachToFunction(addFunction(scenario, { logGroup }));
    ring.addRequestLogs(logGroup);
    Annotations.fromStack(scenario.bots).hasNoWarning('*', LOGS);
  });

  test('in a group of the ring while its role is beside the function cannot be deployed', () => {
    const scenario = lambda();
    const fn = addFunction(scenario, { role: undefined });
    expect(refusal('ATTACH_CYCLE', () => scenario.key.attachToFunction(fn))).toContain(
      "'Bots/Bot' logs where the ring",
    );
  });
});

describe('one key, one workload (G1)', () => {
  test('a second function, even with the same role', () => {
    const scenario = lambda();
    scenario.key.attachToFunction(addFunction(scenario));
    const second = addFunction(scenario, {}, 'Second');
    expect(refusal('KEY_SHARED', () => scenario.key.attachToFunction(second))).toContain(
      "attached to 'Bots/Bot' in eu-west-1 already and cannot be attached to 'Bots/Second'",
    );
    expect(codesOf(scenario.app)).toEqual(['KEY_SHARED']);
  });

  test('the same function twice', () => {
    const scenario = lambda();
    const fn = addFunction(scenario);
    scenario.key.attachToFunction(fn);
    expect(refusal('LOADER_PREFIX_TAKEN', () => scenario.key.attachToFunction(fn))).toContain('attach a key once');
  });

  test('two keys under one prefix', () => {
    const scenario = lambda();
    const fn = addFunction(scenario);
    const { ring } = scenario;
    scenario.key.attachToFunction(fn);
    const other = ring.addKey('Other', {
      purpose: 'other',
      instance: 'a',
      owner: 'desk-1',
      account: 'sub-1',
      permissions: scenario.key.permissions,
    });
    expect(refusal('LOADER_PREFIX_TAKEN', () => other.attachToFunction(fn))).toContain(
      "give key 'dev-other-a' another 'prefix'",
    );
  });

  test('a prefix that is none', () => {
    const scenario = lambda();
    refusal('LOADER_PREFIX_MALFORMED', () => scenario.key.attachToFunction(addFunction(scenario), { prefix: 'desk-' }));
  });
});
