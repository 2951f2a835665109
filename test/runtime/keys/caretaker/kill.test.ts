// The caretaker killed before and after every effect of its passes, then run again: no key that is needed ever dies, and all ends well.
import { CURRENT } from '../../../../contract/keys';
import { captureLogs, leaks } from '../support/log-capture';
import { HOUR, RingWorld, type WorldKey } from '../support/ring-world';
import { kinds, newWorld, pass, passes, QUARTER } from './passes';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

async function overlapOver(): Promise<{ key: WorldKey; old: string }> {
  await newWorld(world);
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

  for (const turn of [0, 1]) {
    for (const when of ['before', 'after'] as const) {
      const survived = await killEverywhere(turn, when);
      expect(survived).toBeGreaterThanOrEqual(5);
    }
  }
}, 240_000);

/** One death per effect, in a new world each; the number of deaths. Whether a routine check falls into the pass is up to the clock. */
async function killEverywhere(turn: number, when: 'before' | 'after'): Promise<number> {
  for (let at = 1; at < 40; at++) {
    const { key, old } = await overlapOver();
    let works = true;
    const look = async () => {
      works = works && (await world.works(await world.current(key)));
    };
    if (turn === 1) {
      await pass(world, { look });
      world.advance(QUARTER);
    }
    const { ended } = await pass(world, { kill: { at, when }, look });
    world.advance(QUARTER);
    await passes(world, 2, { look });
    expect(works).toBe(true);
    expect(await kinds(world, key, old)).toEqual([]);
    expect(await world.works(await world.document(key, old))).toBe(false);
    expect(world.exchange.control.liveKeys({ account: 'sub-1' })).toHaveLength(1);
    if (ended !== 'killed') return at - 1;
  }
  throw new Error('a pass of more than 40 effects');
}
