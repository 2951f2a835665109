// A whole pass: one key's failure is its own, time that runs out is picked up again, and two passes at once harm nobody.
import { UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CURRENT } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import type { ExchangeAdapter } from '../../../../runtime/exchange/adapter';
import { KeyStore } from '../../../../runtime/keys/key-store';
import { createSecretsClient } from '../../../../runtime/shared/secrets-client';
import { captureLogs, leaks, logged } from '../support/log-capture';
import { ENVIRONMENT, HOUR, REGION, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, moveLabel, newWorld, overlapEnd, pass, passes, position, QUARTER, setPosition } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world, { exchange: { settings: { keyQuota: 300 } } }));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

async function pinned(instance: string): Promise<{ key: WorldKey; old: string }> {
  const key = await world.addLiveKey(instance);
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  return { key, old };
}

test('every metric is published in every pass', async () => {
  expect([...(await pass(world)).published].sort()).toEqual(Object.values(Metric).sort());
});

test('a key that cannot be understood, and one whose exchange is not configured, hold up no other', async () => {
  const [broken, lost, fine] = [await pinned('a'), await pinned('b'), await pinned('c')];
  const describe = (key: WorldKey, Description: string) =>
    world.client.send(new UpdateSecretCommand({ SecretId: key.arn, Description }));
  await describe(broken.key, 'edited by hand');
  await describe(
    lost.key,
    'exchange-keys/1 owner=desk-1 exchange=gone account=sub-1 tier=high permissions=read,trade overlap=24h',
  );
  world.advance(24 * HOUR + QUARTER);
  const results = await passes(world, 2);
  for (const { counts } of results) expect(counts[Metric.KEYS_FAILED]).toBeGreaterThanOrEqual(2);
  expect(await kinds(world, fine.key, fine.old)).toEqual([]);
  expect(await kinds(world, broken.key, broken.old)).toEqual(['revoke']);
  expect(await kinds(world, lost.key, lost.old)).toEqual(['revoke']);
  const codes = logged().flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  expect(codes).toEqual(expect.arrayContaining(['DESCRIPTION_MALFORMED', 'EXCHANGE_NOT_CONFIGURED']));
});

test('a label that nobody knows makes its key a failure, and nothing is done to it', async () => {
  const { key, old } = await pinned('a');
  await moveLabel(world, key, 'xk:from-a-later-version:1', undefined, old);
  world.advance(24 * HOUR + QUARTER);
  expect((await pass(world)).counts).toMatchObject({ [Metric.KEYS_FAILED]: 1 });
  expect(await world.works(await world.document(key, old))).toBe(true);
});

test('when the time runs out, the rest has its turn in the next pass, the routine checks included', async () => {
  for (const instance of ['a', 'b', 'c', 'd']) await world.addKey(instance);
  let turns = 0;
  // asked before every turn; the management key, a and b get theirs
  const remainingTime = () => (turns++ < 3 ? 900_000 : 1_000);
  const first = await pass(world, { routine: true, remainingTime });
  expect(first.counts).toMatchObject({ [Metric.PASS]: 1, [Metric.PASS_INCOMPLETE]: 1 });
  const stopped = (await position()) as { after: string; since: number };
  expect(stopped).toMatchObject({ schema: 1, after: expect.stringMatching(/^exchange-keys\/prod\/prod-/), since: 0 });

  world.advance(QUARTER);
  const { counts } = await pass(world);
  expect(counts).not.toHaveProperty(Metric.PASS_INCOMPLETE);
  expect(counts).toMatchObject({ [Metric.NOT_BOOTSTRAPPED]: 4 });
  expect(await position()).toEqual({ schema: 1, after: '' });
});

test.each(['', 'null', '7', '{"schema":2,"after":"x"}', '{"schema":1}', '{"schema":1,"after":"x","since":"y"}'])(
  'a position that says %j means the beginning',
  async (text) => {
    await setPosition(world, text || '-');
    await world.addKey();
    expect((await pass(world)).counts).toMatchObject({ [Metric.PASS]: 1, [Metric.KEYS_SEEN]: 2 });
  },
);

test('two at once: the old keys die once, the current ones live, all labels are gone', async () => {
  const rings = [await pinned('a'), await pinned('b')];
  world.advance(24 * HOUR + QUARTER);
  for (let round = 0; round < 4; round++) {
    await Promise.all([pass(world), pass(world)]);
    world.advance(QUARTER);
  }
  for (const { key, old } of rings) {
    expect(await kinds(world, key, old)).toEqual([]);
    expect(await world.works(await world.document(key, old))).toBe(false);
    expect(await world.works(await world.current(key))).toBe(true);
  }
});

test('a caretaker beside a rotation: the new key is never touched, the old one lives to its end', async () => {
  const { key, old } = await pinned('a');
  const second = (await world.holder(key, CURRENT)) as string;
  world.advance(24 * HOUR + QUARTER);
  const token = await world.register(key);
  const [rotation] = await Promise.all([
    world.steps(key, token),
    (async () => {
      for (let time = 0; time < 4; time++) await pass(world);
    })(),
  ]);
  expect(rotation).toMatchObject({ ended: 'done' });
  expect(await kinds(world, key, old)).toEqual([]);
  expect(await world.works(await world.document(key, second))).toBe(true);
  expect(await kinds(world, key, second)).toEqual(['revoke']);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('labels that moved since the list was read stop the step', async () => {
  const { key, old } = await pinned('a');
  const newer = (await world.holder(key, CURRENT)) as string;
  world.advance(24 * HOUR + QUARTER);
  const loadExchange = world.exchanges();
  const rollingBack = async (name: string): Promise<ExchangeAdapter> => {
    const adapter = await loadExchange(name);
    const list: ExchangeAdapter['list'] = async (...given) => {
      if ((await world.holder(key, CURRENT)) === newer) await moveLabel(world, key, CURRENT, newer, old);
      return adapter.list(...given);
    };
    return Object.assign(Object.create(adapter), { list });
  };
  await pass(world, { overrides: { loadExchange: rollingBack } });
  expect(logged()).toContainEqual(expect.objectContaining({ outcome: 'overtaken', operation: 'quarantine' }));
  expect(await world.works(await world.current(key))).toBe(true);
  expect(world.exchange.control.journal({ operation: 'modifyKey' })).toEqual([]);
});

test('a full set of labels stops no revocation', async () => {
  const { key, old } = await pinned('a');
  const labels = Object.values(await world.labels(key)).flat().length;
  for (let index = labels; index < 20; index++) await moveLabel(world, key, `PARKED${index}`, undefined, old);
  world.advance(24 * HOUR + QUARTER);
  expect((await pass(world)).counts).not.toHaveProperty(Metric.KEYS_FAILED);
  expect(await kinds(world, key, old)).toEqual([]);
  expect(await world.works(await world.document(key, old))).toBe(false);
});

test('clocks that disagree by minutes change nothing but the minute', async () => {
  const { key, old } = await pinned('a');
  const end = await overlapEnd(world, key, old);
  world.exchange.control.configure({ clockOffsetMs: 90_000 });
  world.advance(24 * HOUR + QUARTER);
  await passes(world, 2);
  expect(end).toBeDefined();
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a hundred keys: none needs a call of its own, routine checks are spread', async () => {
  for (let index = 0; index < 100; index++) await world.addKey(String(index));
  world.advance(HOUR);
  const settled = world.exchange.control.journal().length;
  const calls = countCalls();
  const { counts } = await pass(world, { overrides: { store: calls.store } });
  expect(counts).toMatchObject({ [Metric.KEYS_SEEN]: 101 });
  // two pages of the list, the management key, and a value for each key of this pass's slot
  expect(calls.count()).toBeLessThan(30);
  expect(world.exchange.control.journal().length - settled).toBeLessThan(5);
}, 60_000);

function countCalls(): { store: KeyStore; count: () => number } {
  let count = 0;
  const client = createSecretsClient(REGION);
  client.middlewareStack.add(
    (next) => (args) => {
      count++;
      return next(args);
    },
    { step: 'initialize', name: 'countCalls' },
  );
  return { store: new KeyStore({ client, environment: ENVIRONMENT, sleep: world.clock.sleep }), count: () => count };
}
