// The function that redeploys a service after a rotation, as Lambda loads it: the real SDK against an ECS API on loopback.
import fc from 'fast-check';
import {
  REDEPLOY_CLUSTER_VARIABLE,
  REDEPLOY_KEY_VARIABLE,
  REDEPLOY_SERVICE_VARIABLE,
} from '../../../contract/workload';
import type { handler as Handler } from '../../../runtime/keys/redeploy.handler';
import { CLUSTER, EcsServer, type Fault, SERVICE } from './redeploy-ecs';
import { captureLogs, logged } from './support/log-capture';

const KEY = 'dev-trader-bot-a';
const ROTATED = Date.parse('2026-11-23T04:00:00Z');
const SETTINGS = {
  [REDEPLOY_KEY_VARIABLE]: KEY,
  [REDEPLOY_CLUSTER_VARIABLE]: CLUSTER,
  [REDEPLOY_SERVICE_VARIABLE]: SERVICE,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
};

/** As Secrets Manager sends it through CloudTrail (Secrets Manager User Guide, "RotationSucceeded"). */
const rotated = (time = ROTATED) => ({
  version: '0',
  'detail-type': 'AWS Service Event via CloudTrail',
  source: 'aws.secretsmanager',
  region: 'eu-west-1',
  time: new Date(time).toISOString(),
  detail: {
    eventVersion: '1.08',
    userIdentity: { accountId: '111122223333', invokedBy: 'secretsmanager.amazonaws.com' },
    eventTime: new Date(time).toISOString().replace('.000', ''),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'RotationSucceeded',
    additionalEventData: {
      SecretId: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:exchange-keys/dev/dev-trader-bot-a-AbCdEf',
    },
  },
});

let ecs: EcsServer;
const before = { ...process.env };
beforeAll(async () => {
  captureLogs();
  ecs = await EcsServer.start();
});
afterAll(async () => {
  await ecs.stop();
  process.env = before;
});
beforeEach(() => {
  jest.resetModules();
  Object.assign(process.env, SETTINGS, { AWS_ENDPOINT_URL: ecs.url });
  ecs.reset(ROTATED - 86_400_000);
  ecs.now = ROTATED + 30_000;
});

/** A new execution environment. */
const load = () => (require('../../../runtime/keys/redeploy.handler') as { handler: typeof Handler }).handler;

test('one new deployment of that service, and of nothing else', async () => {
  await load()(rotated());
  expect(ecs.calls).toEqual([
    { action: 'DescribeServices', input: { cluster: CLUSTER, services: [SERVICE] } },
    { action: 'UpdateService', input: { cluster: CLUSTER, service: SERVICE, forceNewDeployment: true } },
  ]);
  expect(logged()).toContainEqual(
    expect.objectContaining({
      keyName: KEY,
      resourceId: SERVICE,
      operation: 'redeploy',
      outcome: 'deployment started',
    }),
  );
});

test('an event that comes again redeploys nothing more', async () => {
  const handler = load();
  for (let turn = 0; turn < 3; turn += 1) await handler(rotated());
  expect(ecs.count('UpdateService')).toBe(1);
  expect(ecs.deployments).toHaveLength(2);
});

test('the next rotation redeploys again', async () => {
  const handler = load();
  await handler(rotated());
  ecs.now = ROTATED + 30 * 86_400_000 + 5_000;
  await handler(rotated(ROTATED + 30 * 86_400_000));
  expect(ecs.count('UpdateService')).toBe(2);
});

test('a deployment is enough exactly when all of its tasks began after the rotation', async () => {
  const handler = load();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -3_600_000, max: 3_600_000 }), async (offset) => {
      ecs.reset(ROTATED + offset);
      await handler(rotated());
      // a deployment of the same second may have begun before
      expect(ecs.count('UpdateService')).toBe(offset >= 1000 ? 0 : 1);
    }),
    { numRuns: 60, examples: [[999], [1000], [0], [-1]] },
  );
});

test('a newer deployment that is not the primary one does not count: ECS went back to the old one', async () => {
  ecs.deployments = [
    { status: 'PRIMARY', createdAt: ROTATED - 3_600_000 },
    { status: 'ACTIVE', createdAt: ROTATED + 60_000 },
  ];
  await load()(rotated());
  expect(ecs.count('UpdateService')).toBe(1);
});

test('a service without deployments is redeployed', async () => {
  ecs.deployments = [];
  await load()(rotated());
  expect(ecs.count('UpdateService')).toBe(1);
});

describe('a service that is gone', () => {
  test.each<[string, () => void, string]>([
    ['is missing', () => (ecs.status = undefined), 'MISSING'],
    ['is being deleted', () => (ecs.status = 'DRAINING'), 'DRAINING'],
    ['is deleted', () => (ecs.status = 'INACTIVE'), 'INACTIVE'],
    ['has no cluster', () => (ecs.clusterExists = false), 'ClusterNotFoundException'],
  ])('%s: refused, logged, and left to the alarm', async (_, change, reason) => {
    change();
    await expect(load()(rotated())).rejects.toMatchObject({
      code: 'REDEPLOY_SERVICE_GONE',
      message: expect.stringContaining(`(${reason})`),
    });
    expect(logged()).toContainEqual(
      expect.objectContaining({ keyName: KEY, outcome: 'failed', code: 'REDEPLOY_SERVICE_GONE' }),
    );
    expect(ecs.count('UpdateService')).toBe(0);
  });

  test('goes between the two calls', async () => {
    ecs.faults = [{ action: 'UpdateService', times: 1, status: 400, type: 'ServiceNotActiveException' }];
    await expect(load()(rotated())).rejects.toMatchObject({ code: 'REDEPLOY_SERVICE_GONE' });
  });
});

describe('ECS in trouble', () => {
  const trouble = (action: string, times: number): Fault => ({ action, times, status: 500, type: 'ServerException' });

  test.each(['DescribeServices', 'UpdateService'])('%s fails twice: tried again within the call', async (action) => {
    ecs.faults = [trouble(action, 2)];
    await load()(rotated());
    expect(ecs.deployments).toHaveLength(2);
  });

  test.each(['DescribeServices', 'UpdateService'])(
    '%s fails for longer: the next call of Lambda does it',
    async (action) => {
      ecs.faults = [trouble(action, 3)];
      const handler = load();
      await expect(handler(rotated())).rejects.toMatchObject({
        code: 'AWS_CALL_FAILED',
        message: expect.stringContaining(`'ecs:${action}' on '${SERVICE}'`),
      });
      expect(ecs.deployments).toHaveLength(1);
      await handler(rotated());
      expect(ecs.deployments).toHaveLength(2);
    },
  );

  test('an answer that was lost: the deployment is found, and not made a second time', async () => {
    ecs.faults = [{ ...trouble('UpdateService', 3), after: true }];
    const handler = load();
    await expect(handler(rotated())).rejects.toMatchObject({ code: 'AWS_CALL_FAILED' });
    const made = ecs.deployments.length;
    await handler(rotated());
    expect(ecs.deployments).toHaveLength(made);
    expect(logged()).toContainEqual(expect.objectContaining({ outcome: 'deployed already' }));
  });

  test.each(['DescribeServices', 'UpdateService'])('%s is not allowed: said so', async (action) => {
    ecs.faults = [{ action, times: 9, status: 400, type: 'AccessDeniedException' }];
    await expect(load()(rotated())).rejects.toMatchObject({
      code: 'AWS_NOT_ALLOWED',
      message: expect.stringContaining(`'ecs:${action}'`),
    });
  });

  test.each([{}, { services: [], failures: [] }, { services: [{}] }])(
    'an answer that says nothing: %j',
    async (answer) => {
      ecs.strangeAnswer = answer;

      await expect(load()(rotated())).rejects.toMatchObject({ code: 'AWS_ANSWER_UNUSABLE' });
      expect(ecs.count('UpdateService')).toBe(0);
    },
  );
});

describe('what is no rotation does nothing', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'RotationSucceeded'],
    ['another event', { ...rotated(), detail: { ...rotated().detail, eventName: 'RotationFailed' } }],
    ['no time', { ...rotated(), detail: { ...rotated().detail, eventTime: undefined } }],
    ['a time that is none', { ...rotated(), detail: { ...rotated().detail, eventTime: 'yesterday' } }],
  ])('%s', async (_, event) => {
    await expect(load()(event)).rejects.toMatchObject({ code: 'REDEPLOY_EVENT_MALFORMED' });
    expect(ecs.calls).toEqual([]);
  });

  test('whatever it is', async () => {
    const handler = load();
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        await expect(handler(event)).rejects.toMatchObject({ code: 'REDEPLOY_EVENT_MALFORMED' });
      }),
      { numRuns: 100 },
    );
    expect(ecs.calls).toEqual([]);
  });
});

test.each([REDEPLOY_KEY_VARIABLE, REDEPLOY_CLUSTER_VARIABLE, REDEPLOY_SERVICE_VARIABLE])(
  'says that %s is missing',
  async (name) => {
    delete process.env[name];
    await expect(load()(rotated())).rejects.toMatchObject({
      code: 'FUNCTION_SETTING_MISSING',
      message: expect.stringContaining(name),
    });
  },
);
