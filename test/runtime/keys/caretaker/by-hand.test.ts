// Exchanges without key management by API: people create and delete, the machine asks, reminds, and checks.
import { CANDIDATE, CURRENT } from '../../../../contract/keys';
import { CaretakerMetric as Metric } from '../../../../contract/metrics';
import { manualConfiguration } from '../../../support/exchange-configuration';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, moveLabel, newWorld, pass, passes, QUARTER } from './passes';

const DAY = 24 * HOUR;

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => newWorld(world, { configuration: manualConfiguration, management: false }));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

async function overlapOver(): Promise<{ key: WorldKey; old: string }> {
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  await world.put(key, world.handMade(key), [CANDIDATE]);
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  world.advance(DAY + QUARTER);
  return { key, old };
}

test('a person is asked to delete the old key, reminded every day, and believed only when the exchange agrees', async () => {
  const { key, old } = await overlapOver();
  const document = await world.document(key, old);
  const first = await pass(world);
  expect(first.messages).toHaveLength(1);
  const [{ subject, text }] = first.messages;
  expect(subject).toBe('[exchange-keys] Delete the old key of prod-trader-bot-a');
  expect(text).toContain(`id ${document?.keyId}`);
  expect(text).toContain('sub-account sub-1');
  expect(leaks(world.secrets(), [subject, text])).toEqual([]);
  expect(await kinds(world, key, old)).toEqual(['delete-asked', 'revoke']);

  const quiet = await passes(world, 4);
  expect(quiet.flatMap(({ messages }) => messages)).toEqual([]);
  expect(quiet[3].counts).toMatchObject({ [Metric.NEEDS_HUMAN]: 1 });
  world.advance(DAY);
  const later = await pass(world);
  expect(later.messages).toHaveLength(1);
  expect(await kinds(world, key, old)).toEqual(['delete-asked', 'revoke']);
  world.advance(2 * HOUR);
  expect((await pass(world)).counts).toMatchObject({ [Metric.REVOCATION_OVERDUE]: 1 });
  expect(await world.works(document)).toBe(true);

  world.exchange.control.deleteKeyByHand(document?.keyId ?? '');
  expect((await pass(world)).messages).toEqual([]);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a key that was deleted before anybody asked is closed without a message', async () => {
  const { key, old } = await overlapOver();
  world.exchange.control.deleteKeyByHand((await world.document(key, old))?.keyId ?? '');
  expect((await pass(world)).messages).toEqual([]);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a wrong address and a key that is disabled are no proof of death', async () => {
  const { key, old } = await overlapOver();
  const { keyId = '' } = (await world.document(key, old)) ?? {};
  await pass(world);
  world.exchange.control.editKeyByHand(keyId, { ips: ['203.0.113.9'] });
  await passes(world, 2);
  expect(await kinds(world, key, old)).toEqual(['delete-asked', 'revoke']);
  world.exchange.control.editKeyByHand(keyId, { ips: ['127.0.0.1'], state: 'disabled' });
  await passes(world, 2);
  expect(await kinds(world, key, old)).toEqual(['delete-asked', 'revoke']);
});

test('a roll-back after the question tells the person not to delete the key', async () => {
  const { key, old } = await overlapOver();
  await pass(world);
  const newer = (await world.holder(key, CURRENT)) as string;
  await moveLabel(world, key, CURRENT, newer, old);
  const { messages } = await pass(world);
  expect(messages.map(({ subject }) => subject)).toEqual([
    '[exchange-keys] Do NOT delete the key of prod-trader-bot-a',
  ]);
  expect(await kinds(world, key, old)).toEqual([]);
});

test('a successor is asked for a week before the schedule, and every day once the key is too old', async () => {
  const key = await world.addLiveKey();
  const version = (await world.holder(key, CURRENT)) as string;
  world.advance(20 * DAY);
  expect((await pass(world, { routine: true })).messages).toEqual([]);
  world.advance(DAY + HOUR);
  const { messages, counts } = await pass(world, { routine: true });
  expect(counts).toMatchObject({ [Metric.NEEDS_HUMAN]: 1 });
  expect(messages).toHaveLength(1);
  expect(messages[0].text).toContain('Permissions, exactly these: DerivTrade, Read, SpotTrade');
  expect(messages[0].text).toContain('Address allowlist, all of these: 127.0.0.1/32');
  expect(messages[0].text).toContain('exchange-keys key put prod-trader-bot-a --environment prod');
  expect(await kinds(world, key, version)).toEqual(['create-asked']);
  world.advance(3 * DAY);
  expect((await pass(world, { routine: true })).messages).toEqual([]);
  world.advance(6 * DAY);
  const late = await pass(world);
  expect(late.messages).toHaveLength(1);
  expect(late.counts).toMatchObject({ [Metric.ROTATION_OVERDUE]: 1 });
  world.advance(HOUR);
  expect((await pass(world)).messages).toEqual([]);
  expect(await kinds(world, key, version)).toEqual(['create-asked']);

  await world.put(key, world.handMade(key), [CANDIDATE]);
  world.advance(2 * DAY);
  expect((await pass(world)).messages).toEqual([]);
});
