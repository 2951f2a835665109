// The rotation dies at every external effect, before and after it; then it is run again, with the same token and with a new one.
import type { ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import { CANDIDATE, CURRENT, LabelKind, PENDING, parseLabel } from '../../../contract/keys';
import { manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import { guard, isFindable, standing } from './support/invariants';
import { changes, type DeathPoint } from './support/kill';
import { captureLogs, leaks } from './support/log-capture';
import { HOUR, type Outcome, RingWorld, SUB_ACCOUNT, type WorldKey } from './support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

interface Scenario {
  readonly title: string;
  readonly configuration: (baseUrl: string) => ExchangeConfiguration;
  readonly prepare: () => Promise<WorldKey>;
  /** Whether a person put the new key. */
  readonly byHand: boolean;
}

const withoutList = (baseUrl: string): ExchangeConfiguration => {
  const { list: _none, restrict: _neither, ...operations } = xxkkConfiguration(baseUrl).operations;
  return { ...xxkkConfiguration(baseUrl), operations };
};

const SCENARIOS: readonly Scenario[] = [
  {
    title: 'an exchange that creates and lists keys',
    configuration: xxkkConfiguration,
    prepare: () => world.addLiveKey(),
    byHand: false,
  },
  {
    title: 'an exchange that creates keys and cannot list them',
    configuration: withoutList,
    prepare: () => world.addLiveKey(),
    byHand: false,
  },
  {
    title: 'a key that a person has put',
    configuration: manualConfiguration,
    prepare: async () => {
      const key = await world.addLiveKey();
      await world.put(key, world.handMade(key));
      return key;
    },
    byHand: true,
  },
  {
    title: 'the first key',
    configuration: manualConfiguration,
    prepare: async () => {
      const key = await world.addKey();
      await world.put(key, world.handMade(key));
      return key;
    },
    byHand: true,
  },
];

async function prepare(scenario: Scenario): Promise<WorldKey> {
  await world.reset({ configuration: scenario.configuration });
  return scenario.prepare();
}

/** All points at which the scenario's rotation can die. */
async function deathPoints(scenario: Scenario): Promise<DeathPoint[]> {
  const key = await prepare(scenario);
  const { ended, effects } = await world.rotate(key, { look: guard(world, key) });
  expect(ended).toBe('done');
  expect(effects.length).toBeGreaterThan(4);
  return effects.flatMap((effect, index): DeathPoint[] => [
    // a question that was never asked leaves the world as the effect before it did
    ...(changes(effect) ? [{ at: index + 1, when: 'before' } as const] : []),
    { at: index + 1, when: 'after' },
  ]);
}

/** What a person does when nobody knows whether a key was created: deletes it if it is there, and says so. */
async function resolveByHand(key: WorldKey): Promise<void> {
  for (const id of (await standing(world, key)).unexplained) {
    expect(isFindable(world, id)).toBe(true);
    world.exchange.control.deleteKeyByHand(id);
  }
  for (const [version, labels] of Object.entries(await world.labels(key))) {
    for (const label of labels.filter((one) => parseLabel(one)?.kind === LabelKind.CREATE_INTENT)) {
      await world.store().removeLabel(key.arn, label, version);
    }
  }
}

/** The state after a rotation that was completed at last. */
async function expectComplete(key: WorldKey, before: string | undefined): Promise<void> {
  const labels = await world.labels(key);
  const all = Object.values(labels).flat();
  expect(all.filter((label) => label === 'AWSPENDING' || label === CANDIDATE)).toEqual([]);
  expect(all.filter((label) => /create-/.test(label))).toEqual([]);
  const { current, ending } = await standing(world, key);
  expect(await world.works(current)).toBe(true);
  expect(current?.keyId).not.toBe(before);
  const old = ending.filter(({ document }) => document?.keyId === before);
  expect(old).toHaveLength(before === undefined ? 0 : 1);
  for (const { document, kind, epoch } of old) {
    expect(kind).toBe(LabelKind.REVOKE);
    expect(await world.works(document)).toBe(true);
    const left = epoch * 1000 - world.clock.now();
    expect(left).toBeGreaterThan(23.9 * HOUR);
    expect(left).toBeLessThanOrEqual(24 * HOUR + 5_000);
  }
}

async function again(key: WorldKey, token: string, how: 'same' | 'new'): Promise<Outcome> {
  const look = guard(world, key);
  if (how === 'same') return world.steps(key, token, { look });
  await world.unstick(key);
  return world.rotate(key, { look });
}

describe.each(SCENARIOS)('$title', (scenario) => {
  test.each(['same', 'new'] as const)(
    'killed at every effect, run again with the %s token',
    async (how) => {
      const points = await deathPoints(scenario);
      for (const point of points) {
        const key = await prepare(scenario);
        const before = (await world.current(key))?.keyId;
        const token = await world.register(key);
        const first = await world.steps(key, token, { kill: point, look: guard(world, key) });
        const where = `${point.when} ${point.at}: ${first.effects.at(-1)}`;
        try {
          expect(first.ended).toBe('killed');
          const promoted = (await world.holder(key, CURRENT)) === token;
          let second = await again(key, token, how);
          if (second.error?.code === 'CREATE_OUTCOME_UNKNOWN') {
            expect(scenario.configuration).toBe(withoutList);
            await resolveByHand(key);
            second = await again(key, token, how);
          }
          if (how === 'new' && promoted && scenario.byHand) {
            // the candidate is in use, and nobody has put another
            expect(second.error?.code).toBe('CANDIDATE_MISSING');
          } else {
            expect(second.error).toBeUndefined();
          }
          if (how === 'new' && promoted && !scenario.byHand) {
            // two whole rotations: both old keys are pinned, each by its own label
            expect((await standing(world, key)).ending).toHaveLength(2);
          } else {
            await expectComplete(key, before);
          }
          const { unexplained } = await standing(world, key);
          if (how === 'same') expect(unexplained).toEqual([]);
          for (const id of unexplained) expect(isFindable(world, id)).toBe(true);
          expect(unexplained.length).toBeLessThanOrEqual(1);
          expect(world.exchange.control.liveKeys({ account: SUB_ACCOUNT }).length).toBeLessThanOrEqual(3);
        } catch (error) {
          throw new Error(`killed ${where}; ${(error as Error).message}`);
        }
      }
    },
    240_000,
  );
});

test('killed at every effect of a refusal: the old key stays in use, the refused one is revoked in the end', async () => {
  const configuration = (url: string) => xxkkConfiguration(url, { activationSeconds: 0 });
  // never becomes active, which is a verdict about the key
  const exchange = { settings: { activationDelayMs: 9 * HOUR } };
  const fresh = async () => {
    await world.reset({ configuration, exchange });
    return world.addLiveKey();
  };
  const dry = await fresh();
  const { error, effects } = await world.rotate(dry);
  expect(error?.code).toBe('KEY_REFUSED_BY_EXCHANGE');
  expect(effects.filter(changes).length).toBe(4);
  for (const [index, effect] of effects.entries()) {
    if (!changes(effect)) continue;
    for (const when of ['before', 'after'] as const) {
      const key = await fresh();
      const old = await world.current(key);
      const look = async () => {
        if (!(await world.works(old))) throw new Error('the key in use does not work');
      };
      const token = await world.register(key);
      expect(await world.steps(key, token, { kill: { at: index + 1, when }, look })).toMatchObject({ ended: 'killed' });
      const removed = (await world.holder(key, PENDING)) === undefined;
      const second = await world.steps(key, token, { look });
      expect(second.error?.code).toBe(removed ? 'TOKEN_UNKNOWN' : 'KEY_REFUSED_BY_EXCHANGE');
      expect(await world.current(key)).toEqual(old);
      expect(await world.holder(key, PENDING)).toBeUndefined();
      expect(await standing(world, key)).toMatchObject({ ending: [], unexplained: [] });
    }
  }
}, 120_000);
