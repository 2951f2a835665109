// The data path: subscription → detector → table of what was seen first → stream → notifier, and the heartbeat that walks it.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig, CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ALLOWLIST_REGIONS_VARIABLE, ENVIRONMENT_VARIABLE, secretNamePrefix } from '../../contract/keys';
import {
  ALARM_TOPIC_VARIABLE,
  FINDINGS_TABLE_VARIABLE,
  HEARTBEAT_MINUTES,
  LEARNING_HOURS_VARIABLE,
  REQUEST_LOG_GROUP_VARIABLE,
  RUNBOOK_URL_VARIABLE,
  SPIKE_FAILURES_VARIABLE,
  watchParameterName,
} from '../../contract/watch';
import { acknowledge } from '../core/acknowledge';
import { acknowledgePattern, parameterArn, secretArnPattern } from '../core/arn-pattern';
import { RuntimeFunction } from '../core/runtime-function';
import { createRateSchedule } from '../core/schedule';
import { allowDeadLetters } from './dead-letters';

export interface WatchFunctionsProps {
  readonly environment: string;
  readonly encryption: IKey;
  readonly deadLetters: IQueue;
  /** Asks which old versions of keys are still held. */
  readonly caretaker: Role;
  readonly alarmTopic: ITopic;
  readonly requestLogs: ILogGroup;
  /** Comma-separated, may be a token. */
  readonly allowlistRegions: string;
  readonly learningHours: number;
  readonly spikeFailures: number;
  readonly runbookUrl: string;
}

export interface WatchFunctions {
  readonly detector: RuntimeFunction;
  readonly notifier: RuntimeFunction;
  readonly table: Table;
  /** Lets CloudWatch Logs call the detector; must be there before a subscription is. */
  readonly invocation: CfnPermission;
}

export function createWatchFunctions(scope: Construct, props: WatchFunctionsProps): WatchFunctions {
  const table = createTable(scope, props.encryption);
  const detector = createDetector(scope, props, table);
  const notifier = createNotifier(scope, props, table);
  createHeartbeat(scope, props);
  allowAskingWhoHolds(scope, props, table);
  const invocation = new CfnPermission(scope, 'DetectorInvocation', {
    action: 'lambda:InvokeFunction',
    functionName: detector.functionArn,
    principal: 'logs.amazonaws.com',
    sourceAccount: Stack.of(scope).account,
  });
  return { detector, notifier, table, invocation };
}

/** What it holds is learned again in a learning period, so it goes with the stack. */
function createTable(scope: Construct, encryption: IKey): Table {
  return new Table(scope, 'Findings', {
    partitionKey: { name: 'key', type: AttributeType.STRING },
    sortKey: { name: 'item', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: encryption,
    timeToLiveAttribute: 'expiresAt',
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

function createDetector(scope: Construct, props: WatchFunctionsProps, table: Table): RuntimeFunction {
  const { environment } = props;
  const detector = new RuntimeFunction(scope, 'Detector', {
    bundle: 'detector',
    description: `Finds what is new and weird in request records of ${environment} (cdk-exchange-keys)`,
    timeout: Duration.minutes(2),
    memorySize: 1769, // one whole processor
    environment: {
      [ENVIRONMENT_VARIABLE]: environment,
      [ALLOWLIST_REGIONS_VARIABLE]: props.allowlistRegions,
      [FINDINGS_TABLE_VARIABLE]: table.tableName,
      [LEARNING_HOURS_VARIABLE]: String(props.learningHours),
      [SPIKE_FAILURES_VARIABLE]: String(props.spikeFailures),
    },
  });
  const role = detector.role as Role;
  const secrets = secretArnPattern(scope, secretNamePrefix(environment));
  const settings = parameterArn(scope, `/exchange-keys/${environment}/egress/*`, '*');
  const allow = (sid: string, actions: string[], resources: string[]) =>
    role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
  allow('ListKeys', ['secretsmanager:ListSecrets'], ['*']);
  // descriptions and labels; it may not read a value
  allow('KnowKeys', ['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'], [secrets]);
  allow('ReadAllowlists', ['ssm:GetParameter'], [settings]);
  allow('RememberFirstSeen', ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchGetItem'], [table.tableArn]);
  allowDeadLetters(role, props.deadLetters, props.encryption);
  for (const pattern of [secrets, settings]) acknowledgePattern(role, pattern);
  acknowledge(role, { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' }, 'ListSecrets knows no resource');
  new CfnEventInvokeConfig(scope, 'DetectorRetries', {
    functionName: detector.functionName,
    qualifier: '$LATEST',
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: 6 * 3600,
    destinationConfig: { onFailure: { destination: props.deadLetters.queueArn } },
  }).node.addDependency(role); // Lambda tries the role when the destination is set
  return detector;
}

/** In the watch's own stack: a policy of the ring's stack that named the table would need the watch, which needs the ring. */
function allowAskingWhoHolds(
  scope: Construct,
  { environment, encryption, caretaker }: WatchFunctionsProps,
  table: Table,
) {
  const { region } = Stack.of(scope);
  const document = parameterArn(scope, watchParameterName(environment));
  new Policy(scope, 'WhoHoldsOldKeys', {
    roles: [caretaker],
    statements: [
      new PolicyStatement({ sid: 'FindTable', actions: ['ssm:GetParameter'], resources: [document] }),
      new PolicyStatement({ sid: 'AskTable', actions: ['dynamodb:BatchGetItem'], resources: [table.tableArn] }),
      new PolicyStatement({
        sid: 'ReadTable',
        actions: ['kms:Decrypt'],
        resources: [encryption.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
      }),
    ],
  });
}

function createNotifier(scope: Construct, props: WatchFunctionsProps, table: Table): RuntimeFunction {
  const { environment, alarmTopic, deadLetters } = props;
  const notifier = new RuntimeFunction(scope, 'Notifier', {
    bundle: 'notifier',
    description: `Tells findings of ${environment} and counts them (cdk-exchange-keys)`,
    timeout: Duration.minutes(1),
    environment: {
      [ENVIRONMENT_VARIABLE]: environment,
      [ALARM_TOPIC_VARIABLE]: alarmTopic.topicArn,
      [RUNBOOK_URL_VARIABLE]: props.runbookUrl,
    },
  });
  const role = notifier.role as Role;
  const allow = (sid: string, actions: string[], resource: string) =>
    role.addToPolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
  allow('Tell', ['sns:Publish'], alarmTopic.topicArn);
  const topicKey = alarmTopic.masterKey;
  if (topicKey && topicKey !== props.encryption) {
    // of a user's topic: the key's policy cannot name a role that nobody outside of here knows
    allow('UseKeyOfTopic', ['kms:Decrypt', 'kms:GenerateDataKey'], topicKey.keyArn);
  }
  allow(
    'ReadStream',
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    table.tableStreamArn as string,
  );
  allow('ListStreams', ['dynamodb:ListStreams'], '*');
  allowDeadLetters(role, deadLetters, props.encryption);
  acknowledge(role, { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' }, 'ListStreams knows no resource');
  const mapping = new CfnEventSourceMapping(scope, 'FindingsStream', {
    functionName: notifier.functionArn,
    eventSourceArn: table.tableStreamArn,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 100,
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ['ReportBatchItemFailures'],
    maximumRetryAttempts: 5,
    maximumRecordAgeInSeconds: 6 * 3600,
    destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    filterCriteria: { filters: [{ pattern: imageWith('finding', 'S') }, { pattern: imageWith('beatAt', 'N') }] },
  });
  // Lambda tries the role when the mapping is made.
  mapping.node.addDependency(role);
  return notifier;
}

/** Items with this attribute: findings and heartbeats, not what was merely learned. */
function imageWith(attribute: string, type: string): string {
  return JSON.stringify({ dynamodb: { NewImage: { [attribute]: { [type]: [{ exists: true }] } } } });
}

function createHeartbeat(scope: Construct, props: WatchFunctionsProps): void {
  const { environment, requestLogs, deadLetters, encryption } = props;
  const heartbeat = new RuntimeFunction(scope, 'Heartbeat', {
    bundle: 'heartbeat',
    description: `Writes a heartbeat into the request log of ${environment} (cdk-exchange-keys)`,
    timeout: Duration.seconds(30),
    environment: { [ENVIRONMENT_VARIABLE]: environment, [REQUEST_LOG_GROUP_VARIABLE]: requestLogs.logGroupName },
  });
  requestLogs.grantWrite(heartbeat);
  createRateSchedule(scope, 'Heartbeat', {
    target: heartbeat,
    description: 'Sends a heartbeat through the watch of the exchange API keys',
    minutes: HEARTBEAT_MINUTES,
    deadLetters: { queue: deadLetters, allow: (role) => allowDeadLetters(role, deadLetters, encryption) },
  });
}
