// Hand-written: the two functions in the network, their roles, logs and the caretaker's schedule.
import path from 'node:path';
import { CfnOutput, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  CfnPermission,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { EgressNetwork } from '../../../lib';

export interface Functions {
  readonly rotation: LambdaFunction;
  readonly rotationLogs: LogGroup;
  readonly caretaker: LambdaFunction;
  readonly caretakerLogs: LogGroup;
  readonly invocation: CfnPermission;
}

const REGIONAL = 'eu-west-1:111122223333';

export function functions(scope: Construct, network: EgressNetwork, topic: Topic): Functions {
  const { partition } = Stack.of(scope);
  const secrets = `arn:${partition}:secretsmanager:${REGIONAL}:secret:exchange-keys/prod/*`;
  const readSettings = {
    sid: 'ReadSettings',
    actions: ['ssm:GetParameter'],
    resources: [
      `arn:${partition}:ssm:${REGIONAL}:parameter/exchange-keys/prod/exchange/*`,
      `arn:${partition}:ssm:*:111122223333:parameter/exchange-keys/prod/egress/*`,
    ],
  };
  const place = placeIn(scope, network);
  const [rotation, rotationLogs] = inNetwork(scope, 'Rotation', place, {
    description: 'Rotates the exchange API keys of prod: create, stage, validate, promote (cdk-exchange-keys)',
  });
  const [caretaker, caretakerLogs] = inNetwork(scope, 'Caretaker', place, {
    description: 'Ends overlaps, revokes old exchange API keys of prod and reports what is overdue (cdk-exchange-keys)',
    environment: { EXCHANGE_KEYS_REQUEST_TOPIC: topic.topicArn },
  });
  const reading = ['DescribeSecret', 'ListSecretVersionIds', 'GetSecretValue'];
  const actions = (...names: string[]) => names.map((name) => `secretsmanager:${name}`);
  allow(rotation, [
    {
      sid: 'RotateSecrets',
      actions: actions(...reading, 'PutSecretValue', 'UpdateSecretVersionStage'),
      resources: [secrets],
    },
    readSettings,
  ]);
  allow(caretaker, [
    { sid: 'ReadSecrets', actions: actions(...reading, 'RotateSecret'), resources: [secrets] },
    {
      sid: 'OwnLabelsOnly',
      actions: actions('UpdateSecretVersionStage'),
      resources: [secrets],
      conditions: { StringLike: { 'secretsmanager:VersionStage': 'xk:*' } },
    },
    { sid: 'StartRotation', actions: ['lambda:InvokeFunction'], resources: [rotation.functionArn] },
    { sid: 'List', actions: actions('ListSecrets'), resources: ['*'] },
    { sid: 'AskPeople', actions: ['sns:Publish'], resources: [topic.topicArn] },
    {
      sid: 'RememberPosition',
      actions: ['ssm:GetParameter', 'ssm:PutParameter'],
      resources: [`arn:${partition}:ssm:${REGIONAL}:parameter/exchange-keys/prod/caretaker`],
    },
    readSettings,
  ]);
  schedule(scope, caretaker);
  const invocation = new CfnPermission(scope, 'RotationInvocation', {
    action: 'lambda:InvokeFunction',
    functionName: rotation.functionArn,
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: '111122223333',
  });
  return { rotation, rotationLogs, caretaker, caretakerLogs, invocation };
}

interface Details {
  readonly description: string;
  readonly environment?: { [name: string]: string };
}

function inNetwork(
  scope: Construct,
  id: string,
  place: CfnFunction.VpcConfigProperty,
  { description, environment }: Details,
): [LambdaFunction, LogGroup] {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.SIX_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const interfaces = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets'];
  const others = ['DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
  const actions = [...interfaces, ...others].map((name) => `ec2:${name}`);
  role.addToPolicy(new PolicyStatement({ actions, resources: ['*'] }));
  const made = new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(path.join(process.cwd(), 'assets', id.toLowerCase())),
    description,
    timeout: Duration.minutes(15),
    memorySize: 512,
    environment: {
      EXCHANGE_KEYS_ENVIRONMENT: 'prod',
      EXCHANGE_KEYS_ALLOWLIST_REGIONS: 'eu-west-1',
      ...environment,
    },
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
  });
  (made.node.defaultChild as CfnFunction).vpcConfig = place;
  return [made, logGroup];
}

/** By outputs of the network's stack: exports would make it undeletable. */
function placeIn(scope: Construct, network: EgressNetwork): CfnFunction.VpcConfigProperty {
  const networkStack = Stack.of(network);
  Stack.of(scope).addStackDependency(networkStack);
  const output = (id: string, value: string) =>
    Fn.getStackOutput(networkStack.stackName, new CfnOutput(network, id, { value }).logicalId);
  return {
    subnetIds: [output('WorkloadSubnetEuWest1aId', network.workloadSubnets[0].subnetId)],
    securityGroupIds: [output('WorkloadSecurityGroupId', network.workloadSecurityGroup.securityGroupId)],
  };
}

function allow(made: LambdaFunction, statements: PolicyStatementProps[]): void {
  for (const statement of statements) made.addToRolePolicy(new PolicyStatement(statement));
}

function schedule(scope: Construct, caretaker: LambdaFunction): void {
  const group = `arn:${Stack.of(scope).partition}:scheduler:${REGIONAL}:schedule-group/default`;
  const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [caretaker.functionArn] });
  const role = new Role(scope, 'CaretakerScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': group } },
    }),
    inlinePolicies: { Invoke: new PolicyDocument({ statements: [invoke] }) },
  });
  new CfnSchedule(scope, 'CaretakerSchedule', {
    description: 'Runs the caretaker of the exchange API keys',
    scheduleExpression: 'rate(15 minutes)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: caretaker.functionArn,
      roleArn: role.roleArn,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 900 },
    },
  });
}
