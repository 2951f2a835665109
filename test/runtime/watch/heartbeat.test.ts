// The heartbeat as Lambda sends it, into a real log group.
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { HEARTBEAT_EVENT, readRecord } from '../../../contract/watch';
import { clientVariables, type LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import { sendHeartbeat } from '../../../runtime/watch/heartbeat';
import type { handler as Handler } from '../../../runtime/watch/heartbeat.handler';
import { REGION } from './support/watch-world';

const GROUP = 'exchange-keys-prod-requests';

let aws: LocalAws;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  client = new CloudWatchLogsClient({ region: REGION });
}, 90_000);
afterAll(() => aws.stop());

beforeEach(async () => {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  process.env.EXCHANGE_KEYS_REQUEST_LOG_GROUP = GROUP;
  jest.resetModules();
});

const load = () => (require('../../../runtime/watch/heartbeat.handler') as { handler: typeof Handler }).handler;
const events = async () => (await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).events ?? [];

test('writes one record each time, into a stream of the day', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  const before = Date.now();
  await load()();
  await load()();
  const found = await events();
  expect(found).toHaveLength(2);
  for (const { logStreamName, message = '' } of found) {
    expect(logStreamName).toBe(`heartbeat-${new Date(before).toISOString().slice(0, 10)}`);
    const record = readRecord(message);
    expect(record).toMatchObject({ event: HEARTBEAT_EVENT });
    expect(typeof record === 'object' && record.timestamp >= before).toBe(true);
  }
});

test('two at once make the stream once', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  const now = Date.now;
  await Promise.all([1, 2, 3].map(() => sendHeartbeat({ client, logGroup: GROUP, now })));
  expect(await events()).toHaveLength(3);
});

test('no log group', async () => {
  await expect(load()()).rejects.toMatchObject({ code: 'AWS_CALL_FAILED', awsError: 'ResourceNotFoundException' });
});

test('a heartbeat that the log rejects', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  const rejecting = new CloudWatchLogsClient({ region: REGION });
  rejecting.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      Object.assign(answer.output as object, { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } });
      return answer;
    },
    { step: 'initialize' },
  );
  await expect(sendHeartbeat({ client: rejecting, logGroup: GROUP, now: Date.now })).rejects.toMatchObject({
    code: 'HEARTBEAT_REJECTED',
    message: expect.stringContaining('tooOldLogEventEndIndex'),
  });
});

test('says that its setting is missing', async () => {
  delete process.env.EXCHANGE_KEYS_REQUEST_LOG_GROUP;
  await expect(load()()).rejects.toMatchObject({ code: 'FUNCTION_SETTING_MISSING' });
});
