// The caretaker killed before and after every effect of its passes, then run again: no key that is needed ever dies, and all ends well.
import { CURRENT } from '../../../../contract/keys';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

async function overlapOver(): Promise<{ key: WorldKey; old: string }> {
  await world.reset();
  const key = await world.addLiveKey();
  const old = (await world.holder(key, CURRENT)) as string;
  expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
  world.advance(24 * HOUR + QUARTER);
  return { key, old };
}

test('at every effect of the quarantine and of the revocation', async () => {
  const { key: sample } = await overlapOver();
  const whole = (await passes(world, 2)).map(({ effects }) => effects);
  expect(await world.works(await world.current(sample))).toBe(true);
  expect(whole[0]).toEqual(
    expect.arrayContaining([expect.stringMatching(/^POST .*api-keys/), 'UpdateSecretVersionStage']),
  );
  expect(whole[1]).toEqual(
    expect.arrayContaining([expect.stringMatching(/^DELETE .*api-keys/), 'UpdateSecretVersionStage']),
  );

  for (const [turn, effects] of whole.entries()) {
    for (let at = 1; at <= effects.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const { key, old } = await overlapOver();
        const look = async () => expect(await world.works(await world.current(key))).toBe(true);
        if (turn === 1) {
          await pass(world, { look });
          world.advance(QUARTER);
        }
        const { ended } = await pass(world, { kill: { at, when }, look });
        expect(ended).toBe('killed');
        world.advance(QUARTER);
        await passes(world, 2, { look });
        expect(await kinds(world, key, old)).toEqual([]);
        expect(await world.works(await world.document(key, old))).toBe(false);
        expect(world.exchange.control.liveKeys({ account: 'sub-1' })).toHaveLength(1);
      }
    }
  }
}, 240_000);
