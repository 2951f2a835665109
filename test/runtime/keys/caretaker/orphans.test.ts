// Keys at the exchange that no version holds: found by this ring's labels, revoked when they are certainly nobody's.
import { DeleteSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { InspectOperation } from '../../../../contract/exchange/exchange-configuration';
import { CURRENT, type KeyDocument, PENDING } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { exchangeLabel, ringOf } from '../../../../runtime/keys/exchange-label';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { captureLogs, leaks } from '../support/log-capture';
import { ACCOUNT, ENVIRONMENT, HOUR, REGION, RingWorld, SUB_ACCOUNT, type WorldKey } from '../support/ring-world';
import { kinds, newWorld, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

const RING = { account: ACCOUNT, region: REGION, environment: ENVIRONMENT };
const live = () => world.exchange.control.liveKeys({ account: SUB_ACCOUNT });
const stray = (label: string) =>
  world.exchange.control.createKeyByHand({ account: SUB_ACCOUNT, label, permissions: ['Read'], ips: ['127.0.0.1'] });

const withoutId = ({ response: { keyId: _none, ...response }, ...inspect }: InspectOperation) => ({
  ...inspect,
  response,
});

/** What a rotation leaves behind whose answer to the creation was lost, and that was given up. */
async function lostAnswer(): Promise<WorldKey> {
  const key = await world.addLiveKey();
  const token = await world.register(key);
  const label = exchangeLabel(ringOf(key.arn, ENVIRONMENT), `exchange-keys/prod/${key.name.text}`, token);
  stray(label);
  await world.unstick(key);
  return key;
}

test('a key whose secret was lost is revoked when it is two hours old, not before', async () => {
  const key = await lostAnswer();
  expect(live()).toHaveLength(2);
  world.advance(HOUR);
  expect((await pass(world)).counts).not.toHaveProperty(Metric.ORPHANS_REVOKED);
  expect(live()).toHaveLength(2);
  world.advance(HOUR + QUARTER);
  expect((await pass(world)).counts).toMatchObject({ [Metric.ORPHANS_REVOKED]: 1 });
  expect(live()).toHaveLength(1);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('a key that was saved and never promoted is revoked', async () => {
  const sample = await world.addLiveKey();
  const { effects } = await world.rotate(sample);
  await newWorld(world);
  const key = await world.addLiveKey();
  expect(await world.works(await world.current(key))).toBe(true);
  const token = await world.register(key);
  const kill = { at: effects.indexOf('PutSecretValue') + 1, when: 'after' } as const;
  expect(await world.steps(key, token, { kill })).toMatchObject({ ended: 'killed' });
  const saved = (await world.document(key, token)) as KeyDocument;
  await world.unstick(key);
  world.advance(2 * HOUR + QUARTER);
  expect((await pass(world)).counts).toMatchObject({ [Metric.ORPHANS_REVOKED]: 1 });
  expect(await world.works(saved)).toBe(false);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('a key of a version that was current until its labels were lost gets an overlap, not an end', async () => {
  const key = await world.addLiveKey();
  await world.rotate(key);
  const former = (await world.holder(key, CURRENT)) as string;
  const used = await world.document(key, former);
  world.advance(4 * HOUR);
  expect(await world.works(used)).toBe(true);
  for (let time = 0; time < 2; time++) await world.put(key, world.handMade(key), [CURRENT]);
  expect((await world.labels(key))[former]).toBeUndefined();
  expect((await pass(world)).counts).toMatchObject({ [Metric.UNPLANNED_VALUE]: expect.any(Number) });
  expect(await kinds(world, key, former)).toEqual(['revoke']);
  expect(await world.works(used)).toBe(true);
});

test('keys with labels of another ring, of nobody, or of a person are never touched', async () => {
  await world.addLiveKey();
  const others = ['staging', 'prod2'].map((environment) => exchangeLabel({ ...RING, environment }, 'x', 'y'));
  for (const label of [...others, 'xk', 'xk_0123456789', 'byhand']) stray(label);
  world.advance(24 * HOUR);
  const { counts } = await pass(world, { routine: true });
  expect(counts).not.toHaveProperty(Metric.ORPHANS_REVOKED);
  expect(counts).not.toHaveProperty(Metric.ORPHANS_UNKNOWN);
  expect(live()).toHaveLength(6);
});

test('more than five at once are a sign that the secrets are not all visible: none is touched', async () => {
  await world.addLiveKey();
  for (let index = 0; index < 6; index++) stray(exchangeLabel(RING, 'exchange-keys/prod/prod-gone-a', String(index)));
  world.advance(3 * HOUR);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.ORPHANS_UNKNOWN]: 6 });
  expect(live()).toHaveLength(7);
});

test('two keys of one label where ids cannot be compared: none is touched, and someone is told', async () => {
  const { create, ...operations } = xxkkConfiguration(world.exchange.url).operations;
  const { keyId: _none, ...response } = create?.response ?? { apiKey: '', apiSecret: '' };
  const key = await world.addLiveKey();
  // the document calls the key by its API key, the list by its id
  await world.configure({
    ...xxkkConfiguration(world.exchange.url),
    operations: {
      ...operations,
      ...(create && { create: { ...create, response } }),
      inspect: withoutId(operations.inspect),
    },
  });
  const { token } = await world.rotate(key);
  const document = await world.current(key);
  expect(document?.keyId).toBe(document?.apiKey);
  stray(document?.label ?? '');
  world.advance(3 * HOUR);
  expect(token).toBe(await world.holder(key, CURRENT));
  expect((await pass(world)).counts).toMatchObject({ [Metric.ORPHANS_UNKNOWN]: 2 });
  expect(await world.works(document)).toBe(true);
});

test('keys of a secret that is to be deleted are reported and live: the deletion may be a mistake', async () => {
  await world.addLiveKey('b');
  const key = await world.addLiveKey();
  await world.rotate(key);
  const document = await world.current(key);
  await world.client.send(new DeleteSecretCommand({ SecretId: key.arn, RecoveryWindowInDays: 7 }));
  world.advance(3 * HOUR);
  expect((await pass(world)).counts).toMatchObject({ [Metric.ORPHANS_UNKNOWN]: 1 });
  expect(await world.works(document)).toBe(true);
});

test('a rotation that has not ended is tried again, and its key is not taken for an orphan', async () => {
  const key = await world.addLiveKey();
  const token = await world.register(key);
  world.advance(HOUR);
  expect((await pass(world)).counts).not.toHaveProperty(Metric.PENDING_STUCK);
  world.advance(HOUR + QUARTER);
  const stuck = await pass(world);
  expect(stuck.counts).toMatchObject({ [Metric.PENDING_STUCK]: 1 });
  expect(stuck.rotated).toEqual([key.arn]);
  expect((await world.labels(key))[token]).toEqual([PENDING]);
  expect((await passes(world, 2)).map(({ rotated }) => rotated)).toEqual([[key.arn], [key.arn]]);
  expect(await world.steps(key, token)).toMatchObject({ ended: 'done' });
  world.advance(3 * HOUR);
  expect((await pass(world)).counts).not.toHaveProperty(Metric.ORPHANS_REVOKED);
  expect(await world.works(await world.current(key))).toBe(true);
});

test('a rotation that has just begun is not tried again where AWS does not list versions without a value', async () => {
  const key = await world.addLiveKey();
  await world.register(key);
  const store = Object.assign(Object.create(world.store()), { versions: async () => [] });
  expect((await pass(world, { overrides: { store } })).rotated).toEqual([]);
  world.advance(2 * HOUR + QUARTER);
  expect((await pass(world, { overrides: { store } })).rotated).toEqual([key.arn]);
});

test('a ring with a secret that cannot be understood reports orphans instead of revoking them', async () => {
  await lostAnswer();
  const other = await world.addLiveKey('b');
  await world.client.send(new UpdateSecretCommand({ SecretId: other.arn, Description: 'edited by hand' }));
  world.advance(3 * HOUR);
  const { counts } = await pass(world);
  expect(counts).toMatchObject({ [Metric.ORPHANS_UNKNOWN]: 1, [Metric.KEYS_FAILED]: 1 });
  expect(live()).toHaveLength(3);
});
