// What makes an end of overlap difficult: replicas behind, an exchange that is vague, slow to forget, or breaks off in the middle.
import { ReplicateSecretToRegionsCommand } from '@aws-sdk/client-secrets-manager';
import { CANDIDATE, CURRENT } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { ambiguousConfiguration, xxkkConfiguration } from '../../../support/exchange-configuration';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, REGION, RingWorld, SUB_ACCOUNT, type WorldKey, type WorldOptions } from '../support/ring-world';
import { kinds, moveLabel, newWorld, overlapEnd, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

async function rotated(options: WorldOptions = {}): Promise<{ key: WorldKey; old: string }> {
  await newWorld(world, options);
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  return { key, old };
}

describe('a replica that is behind', () => {
  const replicaRegion = 'us-east-1';
  const hold = (key: WorldKey, status: 'InSync' | 'InProgress' | 'Failed') =>
    world.hooks.holdReplica({ region: REGION, secretId: key.arn, replicaRegion, status });

  async function replicated(): Promise<{ key: WorldKey; old: string }> {
    const ring = await rotated();
    const AddReplicaRegions = [{ Region: replicaRegion }];
    await world.client.send(new ReplicateSecretToRegionsCommand({ SecretId: ring.key.arn, AddReplicaRegions }));
    await hold(ring.key, 'InProgress');
    return ring;
  }

  test('puts the end off until it has caught up, and then for a whole overlap', async () => {
    const { key, old } = await replicated();
    for (let quarter = 0; quarter < 4; quarter++) {
      world.advance(QUARTER);
      expect((await pass(world)).counts).toMatchObject({ [Metric.REPLICA_NOT_IN_SYNC]: 1 });
    }
    const synced = world.clock.now() / 1000;
    await hold(key, 'InSync');
    expect(await overlapEnd(world, key, old)).toBeGreaterThanOrEqual(synced + 24 * 3600);
    expect(await kinds(world, key, old)).toEqual(['revoke']);
    world.advance(24 * HOUR);
    await pass(world);
    expect(await kinds(world, key, old)).toEqual(['revoke']);
    world.advance(HOUR);
    await passes(world, 2);
    expect(await kinds(world, key, old)).toEqual([]);
  });

  test('holds up the end also when it falls behind at the last moment, and someone is told', async () => {
    const { key, old } = await replicated();
    await hold(key, 'InSync');
    world.advance(24 * HOUR + 2 * HOUR);
    await hold(key, 'Failed');
    const { counts } = await pass(world);
    expect(counts).toMatchObject({ [Metric.REPLICA_NOT_IN_SYNC]: 1, [Metric.REVOCATION_OVERDUE]: 1 });
    expect(await kinds(world, key, old)).toEqual(['revoke']);
    expect(await world.works(await world.document(key, old))).toBe(true);
  });
});

test('an exchange with one code for everything: its list proves the death', async () => {
  const { key, old } = await rotated({
    configuration: ambiguousConfiguration,
    exchange: { settings: { ambiguousAuth: true } },
  });
  world.advance(24 * HOUR + QUARTER);
  const [, second] = await passes(world, 2);
  expect(second.counts).not.toHaveProperty(Metric.REVOCATION_NOT_PROVEN);
  expect(await kinds(world, key, old)).toEqual([]);
  expect(await world.works(await world.document(key, old))).toBe(false);
});

test('a key that works on after its revocation is not closed before it is refused', async () => {
  const { key, old } = await rotated({ exchange: { settings: { revokeLagMs: HOUR } } });
  world.advance(24 * HOUR + QUARTER);
  const [, revoked, again] = await passes(world, 3);
  expect(revoked.counts).toMatchObject({ [Metric.REVOCATION_NOT_PROVEN]: 1 });
  expect(again.counts).toMatchObject({ [Metric.REVOCATION_NOT_PROVEN]: 1 });
  expect(await kinds(world, key, old)).toEqual(['quarantined', 'revoke']);
  world.advance(HOUR);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a key that a person has deleted before its end is closed after it', async () => {
  const { key, old } = await rotated();
  world.exchange.control.deleteKeyByHand((await world.document(key, old))?.keyId ?? '');
  world.advance(24 * HOUR + QUARTER);
  for (const { counts } of await passes(world, 2)) expect(counts).not.toHaveProperty(Metric.KEYS_FAILED);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a restriction that always fails is given up, and the key is revoked without', async () => {
  const { key, old } = await rotated();
  world.exchange.control.failBefore('modifyKey', 500, 403, 'PERMISSION');
  world.advance(24 * HOUR + QUARTER);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.KEYS_FAILED]: 1 });
  world.advance(2 * HOUR);
  expect((await pass(world)).counts).toMatchObject({ [Metric.REVOCATION_OVERDUE]: 1 });
  world.advance(24 * HOUR);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual([]);
  expect(await world.works(await world.document(key, old))).toBe(false);
});

test('a revocation whose answer is lost is made again', async () => {
  const { key, old } = await rotated();
  world.advance(24 * HOUR + QUARTER);
  await pass(world);
  world.exchange.control.loseResponse('deleteKey');
  world.advance(QUARTER);
  await passes(world, 2);
  expect(await kinds(world, key, old)).toEqual([]);
  expect(await world.works(await world.document(key, old))).toBe(false);
});

test('a management key that is gone stops revocations, and someone is told', async () => {
  const { key, old } = await rotated();
  const [management] = world.exchange.control.liveKeys({ account: 'master' });
  world.exchange.control.deleteKeyByHand(management.id);
  world.advance(26 * HOUR);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.REVOCATION_OVERDUE]: 1 });
  expect(counts[Metric.KEYS_FAILED]).toBeGreaterThan(0);
  expect(await kinds(world, key, old)).toEqual(['revoke']);
});

test('two pins that crossed count as the later one', async () => {
  const { key, old } = await rotated();
  const end = (await overlapEnd(world, key, old)) as number;
  await moveLabel(world, key, `xk:revoke:${end - 12 * 3600}`, undefined, old);
  world.advance(18 * HOUR);
  await pass(world);
  expect(await kinds(world, key, old)).toEqual(['revoke', 'revoke']);
  world.advance(6 * HOUR + QUARTER);
  await passes(world, 2);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('an old key that a person has put as the candidate keeps its end: it outlives neither candidate nor overlap unnoticed', async () => {
  const { key, old } = await rotated();
  const document = await world.document(key, old);
  if (!document) throw new Error('no document');
  await world.put(key, { ...document, createdAt: new Date(world.clock.now()).toISOString() }, [CANDIDATE]);
  world.advance(26 * HOUR);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.REVOCATION_OVERDUE]: 1 });
  expect(await kinds(world, key, old)).toEqual(['revoke']);
  await world.put(key, world.handMade(key), [CANDIDATE]);
  await passes(world, 2);
  expect(await world.works(document)).toBe(false);
});

test('a key without permission to read is not taken for dead because the list has forgotten it already', async () => {
  await newWorld(world, { exchange: { settings: { revokeLagMs: HOUR } } });
  const full = xxkkConfiguration(world.exchange.url);
  const { restrict: _none, ...operations } = full.operations;
  await world.configure({ ...full, operations });
  const key = await world.addLiveKey('a', { permissions: ['trade'] });
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  world.advance(24 * HOUR + QUARTER);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.REVOCATION_NOT_PROVEN]: 1 });
  expect(await kinds(world, key, old)).toEqual(['revoke']);
});

test('no answer is no proof of death, whatever the list says', async () => {
  const { key, old } = await rotated({ exchange: { settings: { revokeLagMs: HOUR } } });
  world.advance(24 * HOUR + QUARTER);
  await pass(world);
  world.advance(QUARTER);
  const live = () => world.exchange.control.liveKeys({ account: SUB_ACCOUNT }).length;
  const look = async () => {
    if (live() === 1 && world.exchange.control.pendingFaults().length === 0)
      world.exchange.control.garble('account', 99);
  };
  expect((await pass(world, { look })).counts).toMatchObject({ [Metric.REVOCATION_NOT_PROVEN]: 1 });
  expect(await kinds(world, key, old)).toContain('revoke');
});
