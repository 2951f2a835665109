// A ring with a watch in the local AWS, as far as the command sees it: parameters, keys, log groups, table of findings.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { keyName, PLACEHOLDER, ringParameterName, secretName } from '../../../../../contract/keys';
import {
  type Finding,
  findingAttributes,
  findingItem,
  hourOf,
  ITEM_ATTRIBUTE,
  KEY_ATTRIBUTE,
  type WatchDocument,
  watchParameterName,
} from '../../../../../contract/watch';
import { DESCRIPTION } from '../../support/ring-stack';

export const REGION = 'eu-west-1';

export const RING = {
  schema: 1,
  environment: 'prod',
  region: REGION,
  intakeRoleArn: 'arn:aws:iam::123456789012:role/ring-intake',
  rotationFunction: 'ring-rotation',
  rotationLogGroup: '/exchange-keys/prod/rotation',
  caretakerFunction: 'ring-caretaker',
  caretakerLogGroup: '/exchange-keys/prod/caretaker',
  requestTopicArn: 'arn:aws:sns:eu-west-1:123456789012:requests',
};

export const WATCH: WatchDocument = {
  schema: 1,
  environment: 'prod',
  region: REGION,
  requestLogGroup: '/exchange-keys/prod/requests',
  findingsLogGroup: '/exchange-keys/prod/findings',
  findingsTable: 'exchange-keys-prod-findings',
  alarmPrefix: 'exchange-keys-prod-',
  doNotTradeAlarm: 'exchange-keys-prod-DoNotTrade',
  dashboard: 'exchange-keys-prod-eu-west-1',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
};

export async function putParameters(): Promise<void> {
  const ssm = new SSMClient({ region: REGION });
  const put = (Name: string, document: object) =>
    ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: JSON.stringify(document), Overwrite: true }));
  await put(ringParameterName('prod'), RING);
  await put(watchParameterName('prod'), WATCH);
}

export interface LogWriter {
  /** Writes lines as events of these times, in a call of its own. */
  write(...events: readonly { readonly at: number; readonly line: string }[]): Promise<void>;
}

export async function createLogGroup(logGroupName: string): Promise<LogWriter> {
  const logs = new CloudWatchLogsClient({ region: REGION });
  const logStreamName = 'one';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  return {
    async write(...events) {
      const inOrder = [...events].sort((a, b) => a.at - b.at);
      const logEvents = inOrder.map(({ at, line }) => ({ timestamp: at, message: line }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },
  };
}

/** A line as the notifier writes it. */
export function findingLine(fields: object = {}): string {
  return JSON.stringify({
    level: 'INFO',
    message: 'finding',
    timestamp: '2026-11-22T10:00:00.000Z',
    service: 'exchange-keys',
    finding: 'NewSourceIp',
    keyName: 'prod-trader-bot-a',
    subject: '203.0.113.9',
    at: Date.parse('2026-11-22T09:59:58.000Z'),
    detail: 'used from an address outside the allowlist',
    ...fields,
  });
}

/** `prod-trader-bot-<instance>` for each. */
export async function createKeys(instances: readonly string[]): Promise<void> {
  const secrets = new SecretsManagerClient({ region: REGION });
  for (const instance of instances) {
    const Name = secretName(keyName('prod', 'trader-bot', instance));
    await secrets.send(new CreateSecretCommand({ Name, Description: DESCRIPTION, SecretString: PLACEHOLDER }));
  }
}

export interface FindingsTable {
  put(finding: Finding): Promise<void>;
  putItem(item: Record<string, AttributeValue>): Promise<void>;
}

export async function createFindingsTable(): Promise<FindingsTable> {
  const client = new DynamoDBClient({ region: REGION });
  const TableName = WATCH.findingsTable;
  const names = [KEY_ATTRIBUTE, ITEM_ATTRIBUTE];
  const command = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as ScalarAttributeType })),
  });
  await client.send(command);
  const putItem = async (Item: Record<string, AttributeValue>) => {
    await client.send(new PutItemCommand({ TableName, Item }));
  };
  return {
    putItem,
    put: (finding) =>
      putItem({
        [KEY_ATTRIBUTE]: { S: finding.keyName },
        [ITEM_ATTRIBUTE]: { S: findingItem(finding, hourOf(finding.at)) },
        ...(findingAttributes(finding, finding.at + 1_000) as Record<string, AttributeValue>),
      }),
  };
}

/** A line as a workload writes it. */
export function requestLine(fields: object = {}): string {
  return JSON.stringify({
    event: 'exchange.request',
    schema: 1,
    timestamp: Date.now(),
    keyName: 'prod-trader-bot-a',
    keyId: '0123456789ab',
    keyVersion: '3f1c6a52-9d0e-4b5e-8c1c-0c7c8a2f1e11',
    exchange: 'xxkk',
    sourceIp: '203.0.113.7',
    category: 'trade',
    method: 'POST',
    endpoint: '/orders',
    status: 200,
    outcome: 'ok',
    latencyMs: 12,
    ...fields,
  });
}
