// The gate as a step of a real pipeline: what it runs, as whom, with what it may do, and what is refused.
import { App, CfnParameter, Duration, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { AllowlistGate, AllowlistGateProps } from '../../../lib';
import { version } from '../../../package.json';
import { refusal } from '../../support/config-error';
import { ACCOUNT, REGION, resourcesOf } from '../../support/egress';
import { ask, Request } from '../keys/policy-engine';

const SOURCE = CodePipelineSource.connection('desk/trading', 'main', {
  connectionArn: `arn:aws:codeconnections:${REGION}:${ACCOUNT}:connection/1`,
});
const ACCESS_ROLE = `arn:aws:iam::222233334444:role/Gate`;

type GateOptions = Partial<AllowlistGateProps>;
const gateWith = (options: GateOptions = {}) =>
  new AllowlistGate('WayOut', { environment: 'prod', region: REGION, ...options });

/** The project and the policy of the gate in a pipeline that holds back a stage. */
function inPipeline(options: GateOptions = {}) {
  const app = new App();
  const env = { account: ACCOUNT, region: REGION };
  const stack = new Stack(app, 'Pipeline', { env });
  const synth = new ShellStep('Synth', { input: SOURCE, commands: ['npx cdk synth'] });
  const pipeline = new CodePipeline(stack, 'Pipeline', { synth });
  const stage = new Stage(app, 'Trading', { env });
  new Topic(new Stack(stage, 'Bots'), 'Topic');
  pipeline.addStage(stage, { pre: [gateWith(options)] });
  const template = Template.fromStack(stack);
  const isGate = ([id]: [string, unknown]) => id.includes('WayOut');
  const [[, project]] = Object.entries(resourcesOf(template, 'AWS::CodeBuild::Project')).filter(isGate);
  const [[, policy]] = Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).filter(isGate);
  const { Source, TimeoutInMinutes } = project.Properties as {
    Source: { BuildSpec: string };
    TimeoutInMinutes: number;
  };
  const { PolicyDocument } = policy.Properties as { PolicyDocument: { Statement: Statement[] } };
  return { buildSpec: JSON.parse(Source.BuildSpec), timeout: TimeoutInMinutes, statements: PolicyDocument.Statement };
}

interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

test('it runs the command of this version, on a Node.js that it runs on, and gives up after it', () => {
  const { buildSpec, timeout } = inPipeline();
  expect(buildSpec.phases.build.commands).toEqual([
    `npx --yes --package cdk-exchange-keys@${version} exchange-keys verify gate --environment prod --region eu-west-1 --timeout 45m`,
  ]);
  expect(buildSpec.phases.install['runtime-versions']).toEqual({ nodejs: 22 });
  expect(timeout).toBeGreaterThan(45);
});

test('every setting reaches the command', () => {
  const { buildSpec, timeout } = inPipeline({
    timeout: Duration.hours(8),
    lockFile: 'infra/egress.lock.json',
    input: SOURCE,
    withoutProbes: true,
    packageVersion: '1.2.3',
    installCommands: ['npm config set registry https://registry.example.com'],
  });
  expect(buildSpec.phases.build.commands).toEqual([
    "npx --yes --package cdk-exchange-keys@1.2.3 exchange-keys verify gate --environment prod --region eu-west-1 --timeout 480m --lock 'infra/egress.lock.json' --without-probes",
  ]);
  expect(buildSpec.phases.install.commands).toEqual(['npm config set registry https://registry.example.com']);
  expect(timeout).toBeGreaterThan(480);
});

test('in another account it acts as a role there, whose credentials are renewed, and may do nothing else', () => {
  const { buildSpec, statements } = inPipeline({ accessRoleArn: ACCESS_ROLE });
  expect(buildSpec.phases.build.commands).toEqual([expect.stringMatching(/ --profile exchange-keys-gate$/)]);
  expect(buildSpec.phases.install.commands).toEqual([
    `mkdir -p ~/.aws && printf '%s\\n' '[profile exchange-keys-gate]' 'role_arn = ${ACCESS_ROLE}' 'credential_source = EcsContainer' >> ~/.aws/config`,
  ]);
  expect(statements).toContainEqual({
    Sid: 'ActAsGate',
    Action: 'sts:AssumeRole',
    Effect: 'Allow',
    Resource: ACCESS_ROLE,
  });
  expect(JSON.stringify(statements)).not.toMatch(/lambda:|ssm:/);
});

test('its role has the statements that the class gives, besides those of every step', () => {
  const { statements } = inPipeline();
  const own = statements.filter(({ Sid }) => Sid !== undefined).map(({ Sid, Action }) => [Sid, Action]);
  expect(own).toEqual([
    ['ReadRingAndAllowlists', 'ssm:GetParameter'],
    ['RunProofs', 'lambda:InvokeFunction'],
    ['KnowRegions', 'ec2:DescribeRegions'],
  ]);
  const given = AllowlistGate.statements({ environment: 'prod', region: REGION });
  expect(given.map(({ sid, actions }) => [sid, actions.join()])).toEqual(own);
});

describe('what it may do', () => {
  const stack = new Stack(new App(), 'Role', { env: { account: ACCOUNT, region: REGION } });
  const text = JSON.stringify(
    stack.resolve(AllowlistGate.statements({ environment: 'prod', region: REGION }).map((one) => one.toJSON())),
  );
  const Statement = JSON.parse(
    text.replaceAll(/\{"Fn::Join":\["",\[((?:[^[\]])*)\]\]\}/g, (_, parts: string) =>
      JSON.stringify(
        (JSON.parse(`[${parts}]`) as (string | { Ref: string })[])
          .map((part) => (typeof part === 'string' ? part : part.Ref === 'AWS::Partition' ? 'aws' : ACCOUNT))
          .join(''),
      ),
    ),
  );
  const caller = {
    role: `arn:aws:iam::${ACCOUNT}:role/Gate`,
    policies: [{ Version: '2012-10-17', Statement }],
  };
  const tags = (environment: string, purpose: string) => ({
    'aws:ResourceTag/exchange-keys:environment': environment,
    'aws:ResourceTag/exchange-keys:purpose': purpose,
  });
  const lambda = (region = REGION) => `arn:aws:lambda:${region}:${ACCOUNT}:function:ring-Verify-OutsideProbe`;
  const parameter = (name: string, region = REGION) => `arn:aws:ssm:${region}:${ACCOUNT}:parameter${name}`;

  test.each<[string, Omit<Request, 'caller'>, 'allowed' | 'denied']>([
    ['a probe', { action: 'lambda:InvokeFunction', resource: lambda(), context: tags('prod', 'verify') }, 'allowed'],
    [
      'of another environment',
      { action: 'lambda:InvokeFunction', resource: lambda(), context: tags('dev', 'verify') },
      'denied',
    ],
    [
      'a function for something else',
      { action: 'lambda:InvokeFunction', resource: lambda(), context: tags('prod', 'other') },
      'denied',
    ],
    ['a function without tags', { action: 'lambda:InvokeFunction', resource: lambda() }, 'denied'],
    [
      'elsewhere',
      { action: 'lambda:InvokeFunction', resource: lambda('us-east-1'), context: tags('prod', 'verify') },
      'denied',
    ],
    [
      'the code of a probe',
      { action: 'lambda:UpdateFunctionCode', resource: lambda(), context: tags('prod', 'verify') },
      'denied',
    ],
    ['the ring', { action: 'ssm:GetParameter', resource: parameter('/exchange-keys/prod/ring') }, 'allowed'],
    ['verification', { action: 'ssm:GetParameter', resource: parameter('/exchange-keys/prod/verify') }, 'allowed'],
    [
      'the trading gate',
      { action: 'ssm:GetParameter', resource: parameter('/exchange-keys/prod/trading-gate') },
      'allowed',
    ],
    [
      'writing the trading gate',
      { action: 'ssm:PutParameter', resource: parameter('/exchange-keys/prod/trading-gate') },
      'denied',
    ],
    [
      'an allowlist of another region',
      {
        action: 'ssm:GetParameter',
        resource: parameter('/exchange-keys/prod/egress/us-east-1/allowlist', 'us-east-1'),
      },
      'allowed',
    ],
    [
      'an allowlist of another environment',
      { action: 'ssm:GetParameter', resource: parameter('/exchange-keys/dev/egress/eu-west-1/allowlist') },
      'denied',
    ],
  ])('%s: %j is %s', async (_, request, expected) => {
    expect(await ask({ ...request, caller })).toBe(expected);
  });
});

const token = new CfnParameter(new Stack(), 'Region').valueAsString;
const unknown = Duration.minutes(Lazy.number({ produce: () => 5 }));

test.each<[string, string, GateOptions]>([
  ['GATE_TIMEOUT_UNUSABLE', 'half a minute', { timeout: Duration.seconds(30) }],
  ['GATE_TIMEOUT_UNUSABLE', 'one and a half', { timeout: Duration.seconds(90) }],
  ['GATE_TIMEOUT_UNUSABLE', 'nine hours', { timeout: Duration.hours(9) }],
  ['GATE_TIMEOUT_UNUSABLE', 'a token', { timeout: unknown }],
  ['GATE_LOCK_WITHOUT_INPUT', 'nothing that holds the lock', { lockFile: 'egress.lock.json' }],
  ['GATE_VALUE_UNUSABLE', 'a command in the path', { lockFile: "a'; rm -rf ~; '", input: SOURCE }],
  ['GATE_VALUE_UNUSABLE', 'a path out of the input', { lockFile: '../egress.lock.json', input: SOURCE }],
  ['GATE_VALUE_UNUSABLE', 'an absolute path', { lockFile: '/etc/passwd', input: SOURCE }],
  ['GATE_VALUE_UNUSABLE', 'no ARN', { accessRoleArn: 'Gate' }],
  ['GATE_VALUE_UNUSABLE', 'a command in the version', { packageVersion: '1 && curl x' }],
  ['VALUE_UNKNOWN_AT_SYNTH', 'a token', { region: token }],
  ['REGION_MALFORMED', 'a zone', { region: 'eu-west-1a' }],
  ['ENVIRONMENT_MALFORMED', 'a capital', { environment: 'Prod' }],
])('%s: %s', (code, _, options) => {
  refusal(code, () => gateWith(options));
});
