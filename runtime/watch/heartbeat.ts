// Writes a heartbeat where workloads write their records, so that it takes the whole way that records take.
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { HEARTBEAT_EVENT, type HeartbeatRecord } from '../../contract/watch';
import { awsRefusal } from '../shared/aws-refusal';
import { Refusal } from '../shared/refusal';

export interface HeartbeatOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly now: () => number;
}

/** @throws Refusal when the heartbeat was not taken. */
export async function sendHeartbeat({ client, logGroup, now }: HeartbeatOptions): Promise<void> {
  const timestamp = now();
  // a stream for each day: an old one can be deleted
  const stream = `heartbeat-${new Date(timestamp).toISOString().slice(0, 10)}`;
  const record: HeartbeatRecord = { event: HEARTBEAT_EVENT, schema: 1, timestamp };
  const put = () =>
    client.send(
      new PutLogEventsCommand({
        logGroupName: logGroup,
        logStreamName: stream,
        logEvents: [{ timestamp, message: JSON.stringify(record) }],
      }),
    );
  const { rejectedLogEventsInfo } = await call(
    'PutLogEvents',
    logGroup,
    async (): Promise<PutLogEventsCommandOutput> => {
      try {
        return await put();
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error;
        await createStream(client, logGroup, stream);
        return put();
      }
    },
  );
  if (rejectedLogEventsInfo === undefined) return;
  throw new Refusal(
    'HEARTBEAT_REJECTED',
    `log group '${logGroup}' did not take the heartbeat (${Object.keys(rejectedLogEventsInfo).join(', ')}); check its retention`,
  );
}

async function createStream(client: CloudWatchLogsClient, logGroup: string, stream: string): Promise<void> {
  await call('CreateLogStream', logGroup, async () => {
    try {
      await client.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName: stream }));
    } catch (error) {
      if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
    }
  });
}

async function call<T>(action: string, logGroup: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw error instanceof Refusal ? error : awsRefusal(`logs:${action}`, logGroup, error);
  }
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;
