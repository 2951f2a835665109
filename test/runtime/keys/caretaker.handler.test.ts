// The entry point as Lambda loads it: wired from environment variables alone, with a real topic and the log's metrics.
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ALLOWLIST_REGIONS_VARIABLE,
  CURRENT,
  ENVIRONMENT_VARIABLE,
  formatLabel,
  LabelKind,
  REQUEST_TOPIC_VARIABLE,
} from '../../../contract/keys';
import type { handler as Handler } from '../../../runtime/keys/caretaker.handler';
import { manualConfiguration } from '../../support/exchange-configuration';
import { kinds, moveLabel } from './caretaker/passes';
import { RingsWatch } from './caretaker/rings-watch';
import { captureLogs, leaks, logged } from './support/log-capture';
import { ENVIRONMENT, REGION, RingWorld } from './support/ring-world';

const SETTINGS = { [ENVIRONMENT_VARIABLE]: ENVIRONMENT, [ALLOWLIST_REGIONS_VARIABLE]: REGION };
const invocation = { getRemainingTimeInMillis: () => 900_000 };

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => {
  for (const name of [...Object.keys(SETTINGS), REQUEST_TOPIC_VARIABLE]) delete process.env[name];
  jest.resetModules();
  expect(leaks(world.secrets())).toEqual([]);
});

/** A new execution environment. */
const load = () => (require('../../../runtime/keys/caretaker.handler') as { handler: typeof Handler }).handler;

test('ends an overlap through the topic, once the watch can say who holds the key, and counts', async () => {
  await world.reset({ configuration: manualConfiguration, management: false });
  const sns = new SNSClient({ region: REGION });
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'requests' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'desk@example.com' }));
  Object.assign(process.env, SETTINGS, { [REQUEST_TOPIC_VARIABLE]: TopicArn });
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  await world.put(key, world.handMade(key), [CURRENT]);
  const ended = formatLabel(LabelKind.REVOKE, Math.floor(Date.now() / 1000) - 60);
  await moveLabel(world, key, ended, undefined, old);

  const handler = load();
  await handler({}, invocation);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  expect(logged()).toContainEqual(
    expect.objectContaining({ Ring: ENVIRONMENT, CaretakerPass: 1, KeysFailed: 1, OldKeyStillInUse: 1 }),
  );

  await new RingsWatch(world).deploy();
  await handler({}, invocation);
  expect(await kinds(world, key, old)).toEqual(['delete-asked', 'revoke']);
  expect(logged()).toContainEqual(
    expect.objectContaining({ Ring: ENVIRONMENT, CaretakerPass: 1, KeysSeen: 1, KeysFailed: 0, NeedsHuman: 1 }),
  );
});

test('a topic that does not exist is a failure of that key, and the question is asked again', async () => {
  await world.reset({ configuration: manualConfiguration, management: false });
  await new RingsWatch(world).deploy();
  const topic = `arn:aws:sns:${REGION}:123456789012:gone`;
  Object.assign(process.env, SETTINGS, { [REQUEST_TOPIC_VARIABLE]: topic });
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  await world.put(key, world.handMade(key), [CURRENT]);
  await moveLabel(world, key, formatLabel(LabelKind.REVOKE, Math.floor(Date.now() / 1000) - 60), undefined, old);
  await load()({}, invocation);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  expect(logged()).toContainEqual(expect.objectContaining({ Ring: ENVIRONMENT, KeysFailed: 1 }));
});

test('says which setting is missing', async () => {
  Object.assign(process.env, SETTINGS);
  await expect(load()({}, invocation)).rejects.toMatchObject({
    code: 'FUNCTION_SETTING_MISSING',
    message: expect.stringContaining(REQUEST_TOPIC_VARIABLE),
  });
});
