// The caretaker killed before and after every effect of its passes, then run again: no key that is needed ever dies, and all ends well.
import { CANDIDATE, CURRENT, PREVIOUS } from '../../../../contract/keys';
import { exchangeLabel, ringOf } from '../../../../runtime/keys/exchange-label';
import { manualConfiguration } from '../../../support/exchange-configuration';
import { captureLogs, leaks } from '../support/log-capture';
import { ENVIRONMENT, HOUR, RingWorld, type WorldKey } from '../support/ring-world';
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

/** What the other steps begin with, and what they must have led to in the end. */
const SCENARIOS: Record<
  string,
  { begin: () => Promise<WorldKey>; end: (key: WorldKey) => Promise<void>; least: number }
> = {
  'a question to a person': {
    begin: async () => {
      await newWorld(world, { configuration: manualConfiguration, management: false });
      const key = await world.addLiveKey();
      await world.put(key, world.handMade(key), [CANDIDATE]);
      expect(await world.rotate(key)).toMatchObject({ ended: 'done' });
      world.advance(24 * HOUR + QUARTER);
      return key;
    },
    end: async (key) => expect(await kinds(world, key, await previous(key))).toEqual(['delete-asked', 'revoke']),
    least: 4,
  },
  'a bare put by a person': {
    begin: async () => {
      await newWorld(world);
      const key = await world.addLiveKey();
      await world.put(key, world.handMade(key), [CURRENT]);
      return key;
    },
    end: async (key) => {
      expect(await kinds(world, key, await previous(key))).toEqual(['revoke']);
      expect(await world.works(await world.document(key, await previous(key)))).toBe(true);
    },
    least: 2,
  },
  'an orphan': {
    begin: async () => {
      await newWorld(world);
      const key = await world.addLiveKey();
      const label = exchangeLabel(ringOf(key.arn, ENVIRONMENT), `exchange-keys/prod/${key.name.text}`, 'gone');
      world.exchange.control.createKeyByHand({ account: 'sub-1', label, permissions: ['Read'], ips: ['127.0.0.1'] });
      world.advance(3 * HOUR);
      return key;
    },
    end: async () => expect(world.exchange.control.liveKeys({ account: 'sub-1' })).toHaveLength(1),
    least: 2,
  },
};

async function previous(key: WorldKey): Promise<string> {
  return (await world.holder(key, PREVIOUS)) as string;
}

test.each(Object.entries(SCENARIOS))(
  'at every effect of %s',
  async (_, { begin, end, least }) => {
    for (const when of ['before', 'after'] as const) {
      let deaths = 0;
      for (let ended = 'killed'; ended === 'killed' && deaths < 40; deaths++) {
        const key = await begin();
        ({ ended } = await pass(world, { kill: { at: deaths + 1, when } }));
        await pass(world);
        await end(key);
        expect(await world.works(await world.current(key))).toBe(true);
      }
      expect(deaths).toBeGreaterThan(least);
    }
  },
  120_000,
);
