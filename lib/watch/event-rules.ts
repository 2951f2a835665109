// What AWS itself reports about keys and addresses, told at once and without the detector: rules on CloudTrail's events.
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, IFunction } from 'aws-cdk-lib/aws-lambda';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { runbookAnchor } from '../../contract/alarms';
import { secretNamePrefix } from '../../contract/keys';
import { apiCalls, ENABLED_FOR_ALL, nobodyOf } from './api-calls';
import { EGRESS_CHANGES } from './egress-changes';
import { ExpectedCallers } from './expected-callers';
import { parameterChanges } from './parameter-changes';

export interface EventRulesProps {
  readonly environment: string;
  readonly callers: ExpectedCallers;
  /** ARNs of the keys that encrypt the secrets, and what the watch holds. */
  readonly encryptionKeyArns: readonly string[];
  readonly topic: ITopic;
  readonly deadLetters: IQueue;
  readonly runbookUrl: string;
  /** Looks at addresses and routes at once when one was changed. */
  readonly egressCheck: IFunction;
  /** ARN of the role that writes the trading gate. */
  readonly gateRoleArn: string;
}

/** Of a secret that does not exist, or of a version that has no value. */
const NO_VALUE = 'ResourceNotFoundException';

const SECRET_CHANGES = [
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'DeleteSecret',
  'RestoreSecret',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
  'RotateSecret',
  'CancelRotateSecret',
  'ReplicateSecretToRegions',
  'RemoveRegionsFromReplication',
  'StopReplicationToReplica',
];
const KEY_CHANGES = ['PutKeyPolicy', 'CreateGrant', 'DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation'];

export function createEventRules(watch: Construct, props: EventRulesProps): void {
  const scope = new Construct(watch, 'Event');
  const { callers } = props;
  const ours = { wildcard: `*${secretNamePrefix(props.environment)}*` };
  rule(scope, props, 'RotationEvents', {
    description: 'A rotation failed, was given up, or would fail',
    pattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
        additionalEventData: { SecretId: [ours] },
      },
    },
    about: '$.detail.additionalEventData.SecretId',
  });
  // Everybody who may read is named by the secret's policy, so whoever is not expected is refused: the refusal is the signal.
  rule(scope, props, 'SecretRead', {
    description: 'Somebody was refused a key, or read one by the break-glass role',
    article: 'SecretAccess',
    pattern: apiCalls('aws.secretsmanager', {
      eventName: ['GetSecretValue', 'BatchGetSecretValue'],
      $or: [
        { errorCode: [{ 'anything-but': [NO_VALUE] }], requestParameters: { secretId: [ours] } },
        // a rotation begins by asking for the value that it has not made yet
        {
          errorCode: [NO_VALUE],
          requestParameters: { secretId: [ours] },
          ...nobodyOf([callers.rotation, callers.caretaker]),
        },
        // a refused call may come without its parameters
        { errorCode: [{ exists: true }], errorMessage: [ours] },
        {
          userIdentity: { sessionContext: { sessionIssuer: { arn: [callers.breakGlass] } } },
          requestParameters: { secretId: [ours] },
        },
      ],
    }),
    about: '$.detail.requestParameters.secretId',
  });
  rule(scope, props, 'SecretChange', {
    description: 'A value, label, policy or schedule of a key was changed by somebody else than the ring',
    article: 'SecretAccess',
    pattern: apiCalls('aws.secretsmanager', {
      eventName: SECRET_CHANGES,
      requestParameters: { secretId: [ours] },
      ...nobodyOf([callers.rotation, callers.caretaker, callers.intake, callers.deployment]),
    }),
    about: '$.detail.requestParameters.secretId',
  });
  rule(scope, props, 'EncryptionChange', {
    description: "The policy or life of an encryption key of the ring's was changed by somebody else than a deployment",
    article: 'SecretAccess',
    pattern: apiCalls('aws.kms', {
      eventName: KEY_CHANGES,
      resources: { ARN: props.encryptionKeyArns },
      ...nobodyOf([callers.deployment]),
    }),
    about: '$.detail.requestParameters.keyId',
  });
  // Not by the ids of our addresses and gateways: each action has them elsewhere, and some name associations only.
  rule(scope, props, 'EgressChange', {
    description: 'An address, a NAT gateway or a route was changed by somebody else than a deployment',
    pattern: apiCalls('aws.ec2', { eventName: EGRESS_CHANGES, ...nobodyOf([callers.deployment]) }),
    about: '$.detail.requestParameters',
    alsoRuns: props.egressCheck,
  });
  rule(scope, props, 'ParameterChange', {
    description: 'A parameter that functions or workloads believe was written by somebody else than the ring',
    pattern: parameterChanges(props.environment, [callers.deployment, callers.caretaker, props.gateRoleArn]),
    about: '$.detail.requestParameters',
  });
}

interface RuleSettings {
  readonly description: string;
  readonly pattern: object;
  /** Path of what the event is about. */
  readonly about: string;
  /** Article of the runbook. @default the rule's id */
  readonly article?: string;
  /** Called with the event. @default - nothing but the notification */
  readonly alsoRuns?: IFunction;
}

function rule(scope: Construct, props: EventRulesProps, id: string, settings: RuleSettings): void {
  const { environment, topic, deadLetters, runbookUrl } = props;
  const text = [
    `${settings.description} (${environment}, <region>).`,
    'What: <event>',
    'About: <about>',
    'By: <by>',
    'From: <from>',
    'At: <at>',
    'Error: <error>',
    `Runbook: ${runbookUrl}${runbookAnchor(settings.article ?? id)}`,
  ];
  const { alsoRuns } = settings;
  const made = new CfnRule(scope, id, {
    description: `${settings.description} (cdk-exchange-keys, ${environment})`,
    state: ENABLED_FOR_ALL,
    eventPattern: settings.pattern,
    targets: [
      {
        id: 'Alarms',
        arn: topic.topicArn,
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
        inputTransformer: {
          inputPathsMap: {
            // other regions forward theirs
            region: '$.region',
            event: '$.detail.eventName',
            about: settings.about,
            by: '$.detail.userIdentity.arn',
            from: '$.detail.sourceIPAddress',
            at: '$.detail.eventTime',
            error: '$.detail.errorCode',
          },
          inputTemplate: text.map((line) => `"${line}"`).join('\n'),
        },
      },
      ...(alsoRuns ? [{ id: 'Function', arn: alsoRuns.functionArn }] : []),
    ],
  });
  if (!alsoRuns) return;
  new CfnPermission(scope, `${id}Invocation`, {
    action: 'lambda:InvokeFunction',
    functionName: alsoRuns.functionArn,
    principal: 'events.amazonaws.com',
    sourceArn: made.attrArn,
  });
}
