// The routine check: drift of permissions and addresses, age, expiry, review, and keys that were never put.
import { CURRENT } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { captureLogs, clearLogs, leaks, logged } from '../support/log-capture';
import { HOUR, REGION, RingWorld } from '../support/ring-world';
import { newWorld, pass } from './passes';

const DAY = 24 * HOUR;

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

const NOTHING_WRONG = { [Metric.PASS]: 1, [Metric.KEYS_SEEN]: 2 };
const edit = async (key: Parameters<RingWorld['current']>[0], change: object) => {
  world.exchange.control.editKeyByHand((await world.current(key))?.keyId ?? '', change);
};

test('finds nothing wrong with a key that is as declared, nor with the management key', async () => {
  await world.addLiveKey();
  expect((await pass(world, { routine: true })).counts).toEqual(NOTHING_WRONG);
});

test('the age of a key is told once per routine check, for the dashboard', async () => {
  await world.addLiveKey();
  clearLogs();
  await pass(world, { routine: true });
  const ages = logged().filter(({ ageDays }) => ageDays !== undefined);
  expect(ages).toContainEqual(expect.objectContaining({ keyName: 'prod-trader-bot-a', ageDays: expect.any(Number) }));
});

test.each<[string, object, string]>([
  ['a permission more', { permissions: ['Read', 'SpotTrade', 'DerivTrade', 'Transfer'] }, 'KEY_PERMISSIONS_EXCESSIVE'],
  ['a permission less', { permissions: ['Read', 'SpotTrade'] }, 'KEY_PERMISSIONS_MISSING'],
  ['an address more', { ips: ['127.0.0.1', '203.0.113.66'] }, 'KEY_ALLOWLIST_FOREIGN'],
  ['no allowlist', { ips: [] }, 'KEY_NOT_BOUND'],
])('%s is drift', async (_, change, code) => {
  const key = await world.addLiveKey();
  await edit(key, change);
  expect((await pass(world, { routine: true })).counts).toEqual({ ...NOTHING_WRONG, [Metric.DRIFT]: 1 });
  expect(logged().map(({ message }) => message)).toContainEqual(expect.stringContaining(code));
});

test('an address of ours that the key does not allow is drift, before traffic moves there', async () => {
  await world.addLiveKey();
  await world.publishAddresses(['127.0.0.1', '127.0.0.2']);
  expect((await pass(world, { routine: true })).counts).toMatchObject({ [Metric.DRIFT]: 2 });
});

describe('a standby address that the key does not allow', () => {
  const STANDBY = '127.0.0.2';
  const counts = async () => (await pass(world, { routine: true })).counts;

  test('is no drift: it is published before exchanges are told of it', async () => {
    await world.addLiveKey();
    await world.publishAddresses(['127.0.0.1', STANDBY], REGION, [STANDBY]);
    expect(await counts()).toEqual({ ...NOTHING_WRONG, [Metric.STANDBY_NOT_LISTED]: 2 });
    expect(logged().map(({ message }) => message)).toContain(`StandbyNotListed: ${STANDBY}/32`);
  });

  test('hides no foreign one', async () => {
    const key = await world.addLiveKey();
    await world.publishAddresses(['127.0.0.1', STANDBY], REGION, [STANDBY]);
    await edit(key, { ips: ['127.0.0.1', '203.0.113.66'] });
    expect(await counts()).toEqual({ ...NOTHING_WRONG, [Metric.DRIFT]: 1, [Metric.STANDBY_NOT_LISTED]: 2 });
  });

  test('is drift together with an active one', async () => {
    await world.addLiveKey();
    await world.publishAddresses(['127.0.0.1', STANDBY, '127.0.0.3'], REGION, [STANDBY]);
    expect(await counts()).toEqual({ ...NOTHING_WRONG, [Metric.DRIFT]: 2 });
  });

  test('is no excuse for a key without a list', async () => {
    const key = await world.addLiveKey();
    await world.publishAddresses(['127.0.0.1', STANDBY], REGION, [STANDBY]);
    await edit(key, { ips: [] });
    expect(await counts()).toEqual({ ...NOTHING_WRONG, [Metric.DRIFT]: 1, [Metric.STANDBY_NOT_LISTED]: 1 });
  });
});

test('a key that does not let us in any more is refused, and one that cannot be asked is not', async () => {
  const key = await world.addLiveKey();
  await edit(key, { ips: ['203.0.113.66'] });
  expect((await pass(world, { routine: true })).counts).toEqual({ ...NOTHING_WRONG, [Metric.CURRENT_KEY_REFUSED]: 1 });
  world.exchange.control.outage('503');
  expect((await pass(world, { routine: true })).counts).toMatchObject({ [Metric.PROBE_INCONCLUSIVE]: 2 });
});

test('every key is checked once in six hours, each in its own pass', async () => {
  await world.addLiveKey();
  const probes = () => world.exchange.control.journal({ operation: 'account' }).length;
  await pass(world);
  const settled = probes();
  // the secrets were changed a moment ago by the clock of AWS, long ago by ours
  world.advance(HOUR);
  for (let quarter = 0; quarter < 24; quarter++) {
    world.advance(HOUR / 4);
    await pass(world);
  }
  expect(probes() - settled).toBe(2);
});

test('a key older than its tier allows is overdue', async () => {
  await world.addLiveKey();
  world.advance(30 * DAY + HOUR);
  // the management key, of the same tier, is a person's to renew
  expect((await pass(world, { routine: true })).counts).toMatchObject({
    [Metric.ROTATION_OVERDUE]: expect.any(Number),
  });
});

test('a key that the exchange ends soon is expiring', async () => {
  const key = await world.addKey();
  const expiresAt = new Date(world.clock.now() + 90 * DAY).toISOString();
  await world.put(key, { ...world.handMade(key), expiresAt }, [CURRENT]);
  expect((await pass(world, { routine: true })).counts).not.toHaveProperty(Metric.EXPIRING_KEY);
  world.advance(82 * DAY);
  expect((await pass(world, { routine: true })).counts).toMatchObject({ [Metric.EXPIRING_KEY]: 1 });
});

test('a key whose document does not know its end is expiring when the exchange says so', async () => {
  const key = await world.addKey();
  await world.put(key, world.handMade(key, { ttlDays: 20 }), [CURRENT]);
  expect((await pass(world, { routine: true })).counts).not.toHaveProperty(Metric.EXPIRING_KEY);
  world.advance(19 * DAY);
  expect((await pass(world, { routine: true })).counts).toMatchObject({ [Metric.EXPIRING_KEY]: 1 });
});

test('a review that expires is reported in every pass, also while the exchange is down', async () => {
  const expires = new Date(world.clock.now() + 10 * DAY).toISOString().slice(0, 10);
  await world.addLiveKey('a', {
    permissions: ['read', 'withdraw'],
    withdrawalReview: { reviewer: 'r', date: '2026-01-01', ticket: 'T-1', expires },
  });
  world.exchange.control.outage('503');
  expect((await pass(world)).counts).toMatchObject({ [Metric.REVIEW_EXPIRING]: 1 });
});

test('a key that was never put is mentioned, without a failure', async () => {
  await world.addKey();
  expect((await pass(world, { routine: true })).counts).toEqual({ ...NOTHING_WRONG, [Metric.NOT_BOOTSTRAPPED]: 1 });
});

test('a ring without its management key is mentioned, without a failure', async () => {
  await newWorld(world, { management: false });
  await world.addLiveKey();
  const { counts } = await pass(world, { routine: true });
  expect(counts).toMatchObject({ [Metric.NOT_BOOTSTRAPPED]: 1 });
  expect(counts).not.toHaveProperty(Metric.KEYS_FAILED);
});
