// A person puts a value without a label: AWSCURRENT moves at once, unvalidated, and the key before it must not live for ever.
import { CURRENT, PREVIOUS } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, RingWorld } from '../support/ring-world';
import { kinds, newWorld, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

test('the key before it gets an overlap in the next pass, and dies after it', async () => {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  const document = await world.document(key, old);
  await world.put(key, world.handMade(key), [CURRENT]);
  expect((await world.labels(key))[old]).toEqual([PREVIOUS]);
  // no routine slot is needed: the secret was changed a moment ago
  expect((await pass(world)).counts).toMatchObject({ [Metric.UNPLANNED_VALUE]: 1 });
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  world.advance(23 * HOUR);
  await pass(world);
  expect(await world.works(document)).toBe(true);
  world.advance(26 * HOUR);
  await passes(world, 2);
  expect(await world.works(document)).toBe(false);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('the new value is looked at: permissions and addresses that were not declared are reported', async () => {
  const key = await world.addLiveKey();
  await world.put(key, world.handMade(key, { permissions: ['Read', 'SpotTrade', 'DerivTrade', 'Withdraw'] }), [
    CURRENT,
  ]);
  const [first, second] = await passes(world, 2);
  expect(first.counts).toMatchObject({ [Metric.UNPLANNED_VALUE]: 1 });
  expect(second.counts).toMatchObject({ [Metric.DRIFT]: 1 });
});

test('a new value that the exchange refuses keeps the old key alive past its overlap', async () => {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  const broken = { ...world.handMade(key), apiSecret: 'pasted-wrong' };
  await world.put(key, broken, [CURRENT]);
  await pass(world);
  world.advance(25 * HOUR);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.CURRENT_KEY_REFUSED]: 1 });
  expect(await world.works(await world.document(key, old))).toBe(true);
});

test('the same key put again, with another time or id, is no second key', async () => {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  const document = await world.current(key);
  await world.put(key, { ...(document as NonNullable<typeof document>), createdAt: '2026-01-01T00:00:00Z' }, [CURRENT]);
  const { counts } = await pass(world, { routine: true });
  expect(counts).not.toHaveProperty(Metric.UNPLANNED_VALUE);
  expect(await kinds(world, key, old)).toEqual([]);
  world.advance(48 * HOUR);
  await passes(world, 2, { routine: true });
  expect(await world.works(document)).toBe(true);
});

test('an old key that is dead already needs no overlap', async () => {
  const key = await world.addLiveKey();
  await world.rotate(key);
  world.advance(24 * HOUR + QUARTER);
  await passes(world, 2);
  const after = await passes(world, 2, { routine: true });
  for (const { counts } of after) expect(counts).not.toHaveProperty(Metric.UNPLANNED_VALUE);
});

test('a key that the list calls otherwise is tried before it is taken for gone', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  await world.put(key, { ...made, keyId: made.apiKey }, [CURRENT]);
  const former = (await world.holder(key, CURRENT)) as string;
  await world.put(key, world.handMade(key), [CURRENT]);
  expect((await pass(world, { routine: true })).counts).toMatchObject({ [Metric.UNPLANNED_VALUE]: 1 });
  expect(await kinds(world, key, former)).toEqual(['revoke']);
});
