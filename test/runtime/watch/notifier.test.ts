// What the notifier tells of each change of the table: to a real topic, to the log, as metrics.
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RUNBOOK_URL } from '../../../contract/alarms';
import {
  type Attribute,
  FINDING_KINDS,
  type Finding,
  FindingKind,
  findingAttributes,
  findingItem,
  hourOf,
  NO_KEY,
} from '../../../contract/watch';
import { clientVariables, type LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import type { handler as Handler } from '../../../runtime/watch/notifier.handler';
import { captureLogs, clearLogs, logged } from '../keys/support/log-capture';
import { ENVIRONMENT, REGION } from './support/watch-world';

const AT = Date.UTC(2026, 10, 22, 20, 15);
const FINDING: Finding = {
  kind: FindingKind.NEW_SOURCE_IP,
  keyName: 'prod-trader-bot-a',
  subject: '203.0.113.7',
  at: AT,
  detail: 'the address is not in the published allowlist of any region',
  keyVersion: 'a1b2c3d4-0000-4000-8000-000000000001',
  sourceIp: '203.0.113.7',
  endpoint: '/v1/account',
  category: 'read',
  exchange: 'xxkk',
};

let aws: LocalAws;
let sns: SNSClient;
let sqs: SQSClient;
let queue: string;
let topic: string;
beforeAll(async () => {
  captureLogs();
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  sns = new SNSClient({ region: REGION });
  sqs = new SQSClient({ region: REGION });
}, 90_000);
afterAll(() => aws.stop());

beforeEach(async () => {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  topic = (await sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';
  queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'inbox' }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }));
  Object.assign(process.env, {
    EXCHANGE_KEYS_ENVIRONMENT: ENVIRONMENT,
    EXCHANGE_KEYS_ALARM_TOPIC: topic,
    EXCHANGE_KEYS_RUNBOOK_URL: RUNBOOK_URL,
  });
  clearLogs();
  jest.resetModules();
});

const load = () => (require('../../../runtime/watch/notifier.handler') as { handler: typeof Handler }).handler;

interface Received {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Record<string, { Type: string; Value: string }>;
}

async function inbox(): Promise<Received[]> {
  const found: Received[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '')));
  }
}

let sequence = 0;
type Image = Record<string, Attribute | object>;
const imageOf = (finding: Finding, foundAt = AT): Image => ({
  key: { S: finding.keyName },
  item: { S: findingItem(finding, hourOf(finding.at)) },
  ...findingAttributes(finding, foundAt),
});
const change = (eventName: string, NewImage?: Image, OldImage?: Image) => ({
  eventID: String(++sequence),
  eventName,
  eventSource: 'aws:dynamodb',
  dynamodb: {
    Keys: { key: (NewImage ?? OldImage)?.key, item: (NewImage ?? OldImage)?.item },
    NewImage,
    OldImage,
    SequenceNumber: String(sequence),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});
const stream = (...Records: unknown[]) => ({ Records });
const beat = (beatAt: number, seenAt = beatAt + 20_000): Image => ({
  key: { S: '#heartbeat' },
  item: { S: 'beat' },
  beatAt: { N: String(beatAt) },
  seenAt: { N: String(seenAt) },
});
const metrics = () => logged().filter((line) => '_aws' in line);
const lines = () => logged().filter((line) => !('_aws' in line));

test('a finding: one message, one line of the log, one metric', async () => {
  await expect(load()(stream(change('INSERT', imageOf(FINDING))))).resolves.toEqual({ batchItemFailures: [] });
  const [message, ...more] = await inbox();
  expect(more).toEqual([]);
  expect(message.Subject).toBe('[prod] NewSourceIp: prod-trader-bot-a');
  expect(message.MessageAttributes).toEqual({
    ring: { Type: 'String', Value: 'prod' },
    finding: { Type: 'String', Value: 'NewSourceIp' },
    severity: { Type: 'String', Value: 'critical' },
    key: { Type: 'String', Value: 'prod-trader-bot-a' },
  });
  for (const text of [
    'key prod-trader-bot-a, ring prod',
    FINDING.detail,
    'what: 203.0.113.7',
    'time: 2026-11-22T20:15:00.000Z',
    `version: ${FINDING.keyVersion}`,
    'endpoint: /v1/account',
    `What to do: ${RUNBOOK_URL}#newsourceip`,
  ]) {
    expect(message.Message).toContain(text);
  }
  expect(lines()).toEqual([
    expect.objectContaining({
      message: 'finding',
      finding: 'NewSourceIp',
      keyName: 'prod-trader-bot-a',
      subject: '203.0.113.7',
      at: AT,
      detail: FINDING.detail,
      versionId: FINDING.keyVersion,
      sourceIp: '203.0.113.7',
      endpoint: '/v1/account',
      category: 'read',
      exchange: 'xxkk',
    }),
  ]);
  expect(metrics()).toEqual([
    expect.objectContaining({
      Ring: 'prod',
      Finding: 'NewSourceIp',
      Findings: 1,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ExchangeKeys',
            Dimensions: [['Ring', 'Finding']],
            Metrics: [{ Name: 'Findings', Unit: 'Count' }],
          },
        ],
      },
    }),
  ]);
});

test.each(FINDING_KINDS)('%s has a message of its own', async (kind) => {
  const keyName = kind === FindingKind.BAD_RECORD ? NO_KEY : FINDING.keyName;
  const { kind: _none, ...rest } = FINDING;
  await load()(stream(change('INSERT', imageOf({ ...rest, kind, keyName }))));
  const [{ Subject, Message }] = await inbox();
  expect(Subject).toBe(`[prod] ${kind}: ${keyName}`);
  expect(Message).toContain(`#${kind.toLowerCase()}`);
});

test('found again after it had expired is told again; changed otherwise or deleted it is not', async () => {
  const [old, again] = [imageOf(FINDING), imageOf(FINDING, AT + 1)];
  const event = stream(
    change('MODIFY', again, old),
    change('MODIFY', { ...old, expiresAt: { N: '1' } }, old),
    change('REMOVE', undefined, old),
    change('INSERT', { key: { S: 'prod-trader-bot-a' }, item: { S: 'address#127.0.0.1' }, seenAt: { N: '1' } }),
  );
  await expect(load()(event)).resolves.toEqual({ batchItemFailures: [] });
  expect(await inbox()).toHaveLength(1);
  expect(lines()).toHaveLength(1);
});

test('a flood becomes one message for each kind and key, and every finding is logged and counted', async () => {
  const flood = Array.from({ length: 60 }, (_, index) => ({
    ...FINDING,
    keyName: `prod-trader-bot-${index % 2}`,
    subject: `203.0.113.${index}`,
  }));
  await load()(stream(...flood.map((finding) => change('INSERT', imageOf(finding)))));
  const messages = await inbox();
  expect(messages.map(({ Subject }) => Subject).sort()).toEqual([
    '[prod] NewSourceIp: prod-trader-bot-0 (30)',
    '[prod] NewSourceIp: prod-trader-bot-1 (30)',
  ]);
  expect(messages[0].Message).toContain('and 10 more');
  expect(lines()).toHaveLength(60);
  expect(metrics()).toEqual([expect.objectContaining({ Finding: 'NewSourceIp', Findings: 60 })]);
});

test('a heartbeat is counted once, with a zero for every kind of finding', async () => {
  const now = Date.now();
  const event = stream(
    change('MODIFY', beat(now), beat(now - 300_000)),
    change('MODIFY', beat(now, now + 60_000), beat(now)),
    change('INSERT', imageOf(FINDING)),
  );
  await load()(event);
  expect(metrics().filter((line) => 'Heartbeats' in line)).toEqual([
    expect.objectContaining({ Ring: 'prod', Heartbeats: 1 }),
  ]);
  const findings = metrics().flatMap((line) => ('Findings' in line ? [[line.Finding, line.Findings]] : []));
  expect(findings).toEqual(FINDING_KINDS.map((kind) => [kind, kind === FindingKind.NEW_SOURCE_IP ? 1 : 0]));
});

test('a heartbeat that took longer than a quarter of an hour proves nothing', async () => {
  await load()(stream(change('INSERT', beat(AT, AT + 900_001)), change('INSERT', { ...beat(AT), beatAt: { N: 'x' } })));
  expect(logged()).toEqual([]);
});

test('a heartbeat that the stream held back for longer than that proves nothing either: neither do findings come through', async () => {
  const now = Date.now();
  await load()(stream(change('MODIFY', beat(now - 905_000, now - 885_000)), change('MODIFY', beat(now - 900_001))));
  expect(logged()).toEqual([]);
  await load()(stream(change('MODIFY', beat(now - 890_000))));
  expect(metrics()).toContainEqual(expect.objectContaining({ Heartbeats: 1 }));
});

test('a topic that does not exist: the findings are counted and logged, and reported from the first one on', async () => {
  await sns.send(new DeleteTopicCommand({ TopicArn: topic }));
  const records = [
    change('INSERT', beat(AT)),
    change('INSERT', imageOf(FINDING)),
    change('INSERT', imageOf({ ...FINDING, keyName: 'prod-trader-bot-b' })),
  ];
  const [, first] = records;
  await expect(load()(stream(...records))).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: first.dynamodb.SequenceNumber }],
  });
  expect(metrics()).toContainEqual(expect.objectContaining({ Finding: 'NewSourceIp', Findings: 2 }));
  expect(lines().filter(({ message }) => message === 'finding not told')).toHaveLength(2);
});

test('a finding that cannot be read is told all the same', async () => {
  const broken: Image[] = [
    { ...imageOf(FINDING), at: { N: 'soon' } },
    { ...imageOf(FINDING), detail: { N: '1' } },
    { key: { S: 'prod-trader-bot-a' }, item: { S: 'finding#Newer#x#once' } },
    { key: { S: 'prod-trader-bot-a' }, item: { S: 'odd' }, finding: { BOOL: true } },
  ];
  await expect(load()(stream(...broken.map((image) => change('INSERT', image))))).resolves.toEqual({
    batchItemFailures: [],
  });
  const [message, ...more] = await inbox();
  expect(more).toEqual([]);
  expect(message.Subject).toBe('[prod] unreadable finding');
  expect(message.Message).toContain('finding#Newer#x#once');
  expect(metrics().map(({ Finding, Findings }) => [Finding, Findings])).toEqual([
    ['NewSourceIp', 2],
    ['BadRecord', 2],
  ]);
});

test.each([
  [undefined],
  [null],
  [{}],
  [{ Records: 'x' }],
  [stream(null, 1, 'x', [], {}, { eventName: 'INSERT' }, { eventName: 'INSERT', dynamodb: 7 })],
  [stream({ eventName: 'INSERT', dynamodb: { NewImage: { item: { S: 7 }, key: null } } })],
  [stream({ eventName: 'WHATEVER', dynamodb: { SequenceNumber: '1', NewImage: beat(AT) } })],
])('what is no stream record poisons nothing: %j', async (event) => {
  await expect(load()(event)).resolves.toEqual({ batchItemFailures: [] });
  expect(await inbox()).toEqual([]);
  expect(lines().every(({ message }) => message === 'stream record unreadable')).toBe(true);
});

test('subjects are what SNS takes, and no line break of a finding reaches the text', async () => {
  const odd = { ...FINDING, keyName: `prod-${'x'.repeat(120)}ä`, detail: 'a\nb\u0007', subject: 'x\r\ny' };
  await load()(stream(change('INSERT', imageOf(odd))));
  const [{ Subject, Message }] = await inbox();
  expect(Subject).toMatch(/^[ -~]{1,100}$/);
  expect(Message).toContain('a b');
  expect(Message).toContain('what: x y');
});

test.each(['EXCHANGE_KEYS_ENVIRONMENT', 'EXCHANGE_KEYS_ALARM_TOPIC', 'EXCHANGE_KEYS_RUNBOOK_URL'])(
  'says that %s is missing',
  async (name) => {
    delete process.env[name];
    await expect(load()(stream())).rejects.toMatchObject({
      code: 'FUNCTION_SETTING_MISSING',
      message: expect.stringContaining(name),
    });
  },
);
