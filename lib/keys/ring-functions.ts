// The two functions of a ring, inside the egress network: rotation (called by Secrets Manager) and caretaker (scheduled).
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  ALLOWLIST_REGIONS_VARIABLE,
  caretakerParameterName,
  ENVIRONMENT_VARIABLE,
  REQUEST_TOPIC_VARIABLE,
} from '../../contract/keys';
import { acknowledgePattern, parameterArn } from '../core/arn-pattern';
import { allowReadingSettings } from '../core/reading-settings';
import { allowNetworkInterfaces, FunctionPlace, RuntimeFunction } from '../core/runtime-function';
import { createRateSchedule } from '../core/schedule';

/** How often the caretaker looks at the keys. */
const PASS_MINUTES = 15;

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
  const roles = [rotation.role as Role, caretaker.role as Role];
  allowRotation(roles[0], props);
  allowCaretaker(roles[1], props, rotation.functionArn);
  // Suspended: without it the network interfaces would stay, and the network could not be deleted.
  if (!props.place) for (const role of roles) allowNetworkInterfaces(role);
  createRateSchedule(scope, 'Caretaker', {
    target: caretaker,
    description: 'Runs the caretaker of the exchange API keys',
    minutes: PASS_MINUTES,
  });
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
  acknowledgePattern(role, props.secrets);
  allowReadingSettings(role, props.environment);
}

/** The caretaker moves labels of ours only; AWSCURRENT and AWSPENDING are the rotation's. */
function allowCaretaker(role: Role, props: RingFunctionsProps, rotation: string): void {
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
  // RotateSecret asks for it of whoever calls it (API reference, "Required permissions")
  allow('StartRotation', ['lambda:InvokeFunction'], [rotation]);
  allow('List', ['secretsmanager:ListSecrets'], ['*']);
  allow('AskPeople', ['sns:Publish'], [props.requestTopic.topicArn]);
  allow(
    'RememberPosition',
    ['ssm:GetParameter', 'ssm:PutParameter'],
    [parameterArn(role, caretakerParameterName(props.environment))],
  );
  acknowledgePattern(role, props.secrets);
  allowReadingSettings(role, props.environment);
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
