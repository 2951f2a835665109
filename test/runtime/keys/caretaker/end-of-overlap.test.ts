// The end of an overlap against the local AWS and the loopback exchange: nothing before its time, then restricted, revoked, proven, closed.
import { CURRENT, PENDING, PREVIOUS } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, moveLabel, newWorld, overlapEnd, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

/** A key after a rotation: the old version is pinned. */
async function rotated(): Promise<{ key: WorldKey; old: string }> {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  return { key, old };
}

test('both keys work during the overlap, and nothing is done', async () => {
  const { key, old } = await rotated();
  const before = await world.labels(key);
  const first = await pass(world);
  world.advance(24 * HOUR - 2 * QUARTER);
  const last = await pass(world);
  expect([first.effects, last.effects].flat().filter((effect) => !effect.startsWith('GET'))).toEqual([]);
  expect(first.counts).toMatchObject({ [Metric.PASS]: 1, [Metric.KEYS_SEEN]: 2 });
  expect(await world.labels(key)).toEqual(before);
  expect(await world.works(await world.document(key, old))).toBe(true);
});

test('after it the old key is restricted in one pass, and revoked, proven dead and forgotten in the next', async () => {
  const { key, old } = await rotated();
  const document = await world.document(key, old);
  world.advance(24 * HOUR + QUARTER);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
  const [restricted] = world.exchange.control.keys().filter(({ apiKey }) => apiKey === document?.apiKey);
  expect(restricted).toMatchObject({ permissions: ['Read'], ips: ['127.0.0.1'] });

  world.advance(QUARTER);
  const second = await pass(world);
  expect(await kinds(world, key, old)).toEqual([]);
  expect((await world.labels(key))[old]).toEqual([PREVIOUS]);
  expect(await world.works(document)).toBe(false);
  expect(await world.works(await world.current(key))).toBe(true);
  expect(second.counts).not.toHaveProperty(Metric.KEYS_FAILED);
  world.advance(QUARTER);
  expect((await pass(world)).effects.filter((effect) => !effect.startsWith('GET'))).toEqual([]);
});

test('a label of the future is never shortened, and an overlap ends no second early', async () => {
  const { key, old } = await rotated();
  const end = (await overlapEnd(world, key, old)) as number;
  world.advance(end * 1000 - world.clock.now() - 2_000);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  expect(await overlapEnd(world, key, old)).toBe(end);
});

test('a key still used at the end is left alone for one more overlap, and then revoked whatever happens', async () => {
  const { key, old } = await rotated();
  const document = await world.document(key, old);
  for (let hour = 0; hour < 24; hour++) {
    world.advance(HOUR);
    expect(await world.works(document)).toBe(true);
  }
  world.advance(QUARTER);
  const held = await pass(world);
  expect(held.counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  world.advance(5 * HOUR);
  expect(await world.works(document)).toBe(true);
  const still = await pass(world);
  expect(still.counts).toMatchObject({ [Metric.OLD_KEY_STILL_IN_USE]: 1 });
  expect(still.counts).not.toHaveProperty(Metric.REVOCATION_OVERDUE);

  world.advance(19 * HOUR);
  expect(await world.works(document)).toBe(true);
  const [stop] = await passes(world, 2);
  expect(stop.counts).toMatchObject({ [Metric.REVOKED_WHILE_IN_USE]: 1 });
  expect(await world.works(document)).toBe(false);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a use early in the overlap holds nothing up', async () => {
  const { key, old } = await rotated();
  world.advance(12 * HOUR);
  expect(await world.works(await world.document(key, old))).toBe(true);
  world.advance(12 * HOUR + QUARTER);
  expect((await pass(world)).counts).not.toHaveProperty(Metric.OLD_KEY_STILL_IN_USE);
});

test('a current key that the exchange refuses keeps the old one alive', async () => {
  const { key, old } = await rotated();
  const current = await world.current(key);
  world.exchange.control.deleteKeyByHand(current?.keyId ?? '');
  world.advance(24 * HOUR + 2 * HOUR);
  const { counts } = await pass(world);
  // twice where the routine check falls into this pass, which is up to the clock
  expect(counts).toMatchObject({ [Metric.CURRENT_KEY_REFUSED]: expect.any(Number), [Metric.REVOCATION_OVERDUE]: 1 });
  expect(await world.works(await world.document(key, old))).toBe(true);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
});

test('an exchange that is down for an hour costs nothing but time', async () => {
  const { key, old } = await rotated();
  world.advance(24 * HOUR + QUARTER);
  world.exchange.control.outage('503');
  for (const { counts } of await passes(world, 4)) {
    expect(counts).toMatchObject({ [Metric.PROBE_INCONCLUSIVE]: expect.any(Number) });
    expect(await kinds(world, key, old)).toEqual(['revoke']);
  }
  world.exchange.control.outage(null);
  world.advance(QUARTER);
  await passes(world, 2);
  expect(await world.works(await world.document(key, old))).toBe(false);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a roll-back calls the end off, and gives the version that was rolled back an overlap', async () => {
  const { key, old } = await rotated();
  const newer = (await world.holder(key, CURRENT)) as string;
  world.advance(24 * HOUR + QUARTER);
  await moveLabel(world, key, CURRENT, newer, old);
  const { counts } = await pass(world);
  expect(counts).not.toHaveProperty(Metric.KEYS_FAILED);
  expect(await kinds(world, key, old)).toEqual([]);
  // the exchange's list shows the other at once
  expect(counts).toMatchObject({ [Metric.UNPLANNED_VALUE]: 1 });
  expect((await world.labels(key))[newer]).toContain(PREVIOUS);
  expect(await kinds(world, key, newer)).toEqual(['revoke']);
  expect(await world.works(await world.document(key, newer))).toBe(true);
  world.advance(24 * HOUR + QUARTER);
  await passes(world, 2);
  expect(await world.works(await world.document(key, newer))).toBe(false);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('a promotion that was interrupted is left to its rotation; one that was given up is taken back', async () => {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  const token = await world.register(key);
  const label = `xk:revoke:${Math.floor(world.clock.now() / 1000) - 10}`;
  await moveLabel(world, key, label, undefined, old);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  expect((await world.labels(key))[token]).toEqual([PENDING]);
  await world.unstick(key);
  await pass(world);
  expect((await world.labels(key))[old]).toEqual([CURRENT]);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('three rotations inside one overlap: every old key lives to its own end, and dies after it', async () => {
  const key = await world.addLiveKey();
  const old: string[] = [];
  for (let time = 0; time < 3; time++) {
    old.push((await world.holder(key, CURRENT)) as string);
    expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
    world.advance(HOUR);
    await pass(world, { routine: true });
  }
  const documents = await Promise.all(old.map((version) => world.document(key, version)));
  for (const document of documents) expect(await world.works(document)).toBe(true);
  // the probes above are uses, one, two and three hours before the first end
  world.advance(23 * HOUR);
  await passes(world, 16);
  for (const document of documents) expect(await world.works(document)).toBe(false);
  for (const version of old) expect(await kinds(world, key, version)).toEqual([]);
  expect(await world.works(await world.current(key))).toBe(true);
  expect(world.exchange.control.liveKeys({ account: 'sub-1' })).toHaveLength(1);
});

test('a value that nobody understands is not touched, and asks for a person', async () => {
  const { key, old } = await rotated();
  const garbage = await world.put(key, { ...(await world.document(key, old)), name: 'prod-other-b' } as never, [
    'TEMP',
  ]);
  await moveLabel(world, key, `xk:revoke:${Math.floor(world.clock.now() / 1000) - 10}`, undefined, garbage);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.NEEDS_HUMAN]: 1 });
  expect(await kinds(world, key, garbage)).toEqual(['revoke']);
});

test('two versions of one key: the one that is to end is closed, and the key lives', async () => {
  const key = await world.addLiveKey();
  const document = await world.current(key);
  const copy = await world.put(key, document as never, ['TEMP']);
  await moveLabel(world, key, `xk:revoke:${Math.floor(world.clock.now() / 1000) - 10}`, undefined, copy);
  await pass(world);
  expect(await kinds(world, key, copy)).toEqual([]);
  expect(await world.works(document)).toBe(true);
});
