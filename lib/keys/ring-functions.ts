// The two functions of a ring, inside the egress network: rotation (called by Secrets Manager) and caretaker (scheduled).
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  ALLOWLIST_REGIONS_VARIABLE,
  caretakerParameterName,
  ENVIRONMENT_VARIABLE,
  REQUEST_TOPIC_VARIABLE,
} from '../../contract/keys';
import { acknowledge } from '../core/acknowledge';
import { FunctionPlace, RuntimeFunction } from '../core/runtime-function';
import { parameterArn } from './intake-role';

/** How often the caretaker looks at the keys. */
const PASS = Duration.minutes(15);

export interface RingFunctionsProps {
  readonly environment: string;
  /** Undefined while the ring is suspended. */
  readonly place?: FunctionPlace;
  /** ARN pattern of all secrets of the environment. */
  readonly secrets: string;
  /** Comma-separated, may be a token. */
  readonly allowlistRegions: string;
  readonly requestTopic: ITopic;
}

export interface RingFunctions {
  readonly rotation: RuntimeFunction;
  readonly caretaker: RuntimeFunction;
  /** Lets Secrets Manager call the rotation; must be there before the first rotation schedule is. */
  readonly invocation: CfnPermission;
}

export function createRingFunctions(scope: Construct, props: RingFunctionsProps): RingFunctions {
  const shared = {
    // An exchange may take minutes to activate a new key; a pass over a thousand keys takes as long.
    timeout: Duration.minutes(15),
    memorySize: 512,
    place: props.place,
    reservedConcurrentExecutions: props.place ? undefined : 0,
    environment: {
      [ENVIRONMENT_VARIABLE]: props.environment,
      [ALLOWLIST_REGIONS_VARIABLE]: props.allowlistRegions,
    },
  };
  const rotation = new RuntimeFunction(scope, 'Rotation', {
    ...shared,
    bundle: 'rotation',
    description: `Rotates the exchange API keys of ${props.environment}: create, stage, validate, promote (cdk-exchange-keys)`,
  });
  const caretaker = new RuntimeFunction(scope, 'Caretaker', {
    ...shared,
    bundle: 'caretaker',
    description: `Ends overlaps, revokes old exchange API keys of ${props.environment} and reports what is overdue (cdk-exchange-keys)`,
    environment: { ...shared.environment, [REQUEST_TOPIC_VARIABLE]: props.requestTopic.topicArn },
  });
  allowRotation(rotation.role as Role, props);
  allowCaretaker(caretaker.role as Role, props);
  schedule(scope, caretaker);
  return { rotation, caretaker, invocation: allowSecretsManager(scope, rotation) };
}

function allowRotation(role: Role, props: RingFunctionsProps): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'RotateSecrets',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [props.secrets],
    }),
  );
  allowReadingSettings(role, props);
}

/** The caretaker moves labels of ours only; AWSCURRENT and AWSPENDING are the rotation's. */
function allowCaretaker(role: Role, props: RingFunctionsProps): void {
  const allow = (sid: string, actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
    role.addToPolicy(new PolicyStatement({ sid, actions, resources, conditions }));
  allow(
    'ReadSecrets',
    [
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:GetSecretValue',
      'secretsmanager:RotateSecret',
    ],
    [props.secrets],
  );
  allow('OwnLabelsOnly', ['secretsmanager:UpdateSecretVersionStage'], [props.secrets], {
    StringLike: { 'secretsmanager:VersionStage': 'xk:*' },
  });
  allow('List', ['secretsmanager:ListSecrets'], ['*']);
  allow('AskPeople', ['sns:Publish'], [props.requestTopic.topicArn]);
  allow(
    'RememberPosition',
    ['ssm:GetParameter', 'ssm:PutParameter'],
    [parameterArn(role, caretakerParameterName(props.environment))],
  );
  allowReadingSettings(role, props);
}

function allowReadingSettings(role: Role, { environment }: RingFunctionsProps): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadSettings',
      actions: ['ssm:GetParameter'],
      resources: [
        parameterArn(role, `/exchange-keys/${environment}/exchange/*`),
        // of every region that the workload may fail over to
        parameterArn(role, `/exchange-keys/${environment}/egress/*`, '*'),
      ],
    }),
  );
  const reason =
    'one policy for all keys of the ring, limited to its environment by the prefix; it must not grow with the keys';
  acknowledge(role, { pack: 'AwsSolutions', rule: 'IAM5' }, reason);
}

function schedule(scope: Construct, caretaker: RuntimeFunction): void {
  new Schedule(scope, 'CaretakerSchedule', {
    description: 'Runs the caretaker of the exchange API keys',
    schedule: ScheduleExpression.rate(PASS),
    // The next pass sees the same state: repeating a lost one would only pile up.
    target: new LambdaInvoke(caretaker, { retryAttempts: 0, maxEventAge: PASS }),
  });
}

/** Not `grantInvoke`: CDK's permission for Secrets Manager has no condition on the account. */
function allowSecretsManager(scope: Construct, rotation: RuntimeFunction): CfnPermission {
  const stack = Stack.of(scope);
  return new CfnPermission(scope, 'RotationInvocation', {
    action: 'lambda:InvokeFunction',
    functionName: rotation.functionArn,
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: stack.account,
  });
}

/** ARN pattern of all secrets whose name begins with the prefix. */
export function secretArnPattern(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
