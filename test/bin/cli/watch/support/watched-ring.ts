// A ring with a watch in the local AWS, as far as the command sees it: two parameters, two log groups.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ringParameterName } from '../../../../../contract/keys';
import { type WatchDocument, watchParameterName } from '../../../../../contract/watch';

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
  dashboard: 'exchange-keys-prod',
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
      const logEvents = events.map(({ at, line }) => ({ timestamp: at, message: line }));
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
