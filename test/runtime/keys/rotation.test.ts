// Rotations of keys that the exchange creates: what is promoted, what is revoked, and what the log says.
import { CURRENT, PENDING, PREVIOUS } from '../../../contract/keys';
import { CODES } from '../../support/exchange';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { expectUntouched, labelFor, standing } from './support/invariants';
import { captureLogs, clearLogs, leaks, logged } from './support/log-capture';
import { HOUR, type Outcome, RingWorld, STEPS, SUB_ACCOUNT } from './support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(clearLogs);
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

const live = () => world.exchange.control.liveKeys({ account: SUB_ACCOUNT });
const codeOf = ({ error }: Outcome) => error?.code;

describe('a key that the exchange creates', () => {
  test('is created as declared, promoted, and the old one stays under a label with the end of the overlap', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const from = (await world.holder(key, CURRENT)) ?? '';
    const outcome = await world.rotate(key);
    expect(outcome.ended).toBe('done');
    const labels = await world.labels(key);
    expect(labels[outcome.token]).toEqual([CURRENT]);
    expect(labels[from]).toEqual(expect.arrayContaining([PREVIOUS, expect.stringMatching(/^xk:revoke:\d+$/)]));
    const end = (await standing(world, key)).ending[0].epoch * 1000 - world.clock.now();
    expect(end).toBeGreaterThan(23.9 * HOUR);
    expect(end).toBeLessThanOrEqual(24 * HOUR + 2_000);
    expect(await world.works(old)).toBe(true);
    const now = await world.current(key);
    expect(await world.works(now)).toBe(true);
    const atExchange = live().find(({ id }) => id === now?.keyId);
    expect(atExchange).toMatchObject({ ips: ['127.0.0.1'], label: labelFor(key, outcome.token) });
    expect([...(atExchange?.permissions ?? [])].sort()).toEqual(['DerivTrade', 'Read', 'SpotTrade']);
  });

  test('three rotations inside one overlap: every old version keeps its key and its own label', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const documents = [await world.current(key)];
    for (let round = 0; round < 3; round++) {
      expect((await world.rotate(key)).ended).toBe('done');
      documents.push(await world.current(key));
    }
    const { ending } = await standing(world, key);
    expect(ending.map(({ document }) => document?.keyId).sort()).toEqual(
      documents
        .slice(0, 3)
        .map((document) => document?.keyId)
        .sort(),
    );
    expect(new Set(ending.map(({ epoch }) => epoch)).size).toBe(3);
    for (const document of documents) expect(await world.works(document)).toBe(true);
  });

  test('steps called again after the end change nothing', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const { token } = await world.rotate(key);
    const before = await world.labels(key);
    for (let round = 0; round < 2; round++) {
      const { ended, effects } = await world.steps(key, token);
      expect({ ended, effects }).toEqual({ ended: 'done', effects: [] });
    }
    expect(await world.labels(key)).toEqual(before);
  });

  test('steps called several times each make one key', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    const outcome = await world.run(async () => {
      for (const Step of STEPS) {
        for (let round = 0; round < 3; round++) {
          await world.invoke({ Step, SecretId: key.arn, ClientRequestToken: token });
        }
      }
    });
    expect(outcome.error).toBeUndefined();
    expect(live()).toHaveLength(2);
  });

  test('the answer to its creation is lost: found by its label, revoked, created anew', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    world.exchange.control.loseResponse('createKey');
    const first = await world.steps(key, token);
    expect(codeOf(first)).toBe('EXCHANGE_NO_ANSWER');
    expect(live()).toHaveLength(2);
    expect((await world.steps(key, token)).ended).toBe('done');
    expect(live()).toHaveLength(2);
    expect((await standing(world, key)).unexplained).toEqual([]);
    expect(world.exchange.control.keys({ label: labelFor(key, token) })).toHaveLength(2);
  });

  test('the exchange is down for an hour: nothing is lost, the same rotation ends when it is back', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const token = await world.register(key);
    world.exchange.control.outage('503');
    for (let attempt = 0; attempt < 4; attempt++) {
      expect(codeOf(await world.steps(key, token))).toBe('EXCHANGE_NO_ANSWER');
      world.advance(HOUR / 4);
    }
    expect(await world.current(key)).toEqual(old);
    world.exchange.control.outage(null);
    expect((await world.steps(key, token)).ended).toBe('done');
    expect(live()).toHaveLength(2);
  });

  test('the exchange goes down between creation and validation: the key is kept', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    const [Step] = STEPS;
    await world.invoke({ Step, SecretId: key.arn, ClientRequestToken: token });
    world.exchange.control.outage('reset');
    expect(codeOf(await world.steps(key, token))).toBe('EXCHANGE_NO_ANSWER');
    expect(await world.holder(key, PENDING)).toBe(token);
    world.exchange.control.outage(null);
    expect((await world.steps(key, token)).ended).toBe('done');
    expect(live()).toHaveLength(2);
  });

  test('becomes active after ten minutes: the validation waits', async () => {
    const configuration = (url: string) => xxkkConfiguration(url, { activationSeconds: 600 });
    await world.reset({ configuration, exchange: { settings: { activationDelayMs: 600_000 } } });
    const key = await world.addLiveKey();
    expect((await world.rotate(key, { remaining: 900_000 })).ended).toBe('done');
  });

  test.each([
    ['for ten minutes, as announced', 600, 600_000],
    ['for some seconds, as nobody announced', 0, 20_000],
  ])('is unknown to the exchange itself %s: the validation waits', async (_, activationSeconds, activationDelayMs) => {
    const configuration = (url: string) => xxkkConfiguration(url, { activationSeconds });
    const settings = { activationDelayMs, codes: { KEY_NOT_ACTIVE_YET: CODES.KEY_UNKNOWN.code } };
    await world.reset({ configuration, exchange: { settings } });
    const key = await world.addLiveKey();
    expect((await world.rotate(key, { remaining: 900_000 })).ended).toBe('done');
    expect(live()).toHaveLength(2);
  });

  test('does not become active in the time that a function has: the next attempt goes on with the same key', async () => {
    const configuration = (url: string) => xxkkConfiguration(url, { activationSeconds: 600 });
    await world.reset({ configuration, exchange: { settings: { activationDelayMs: 600_000 } } });
    const key = await world.addLiveKey();
    const first = await world.rotate(key, { remaining: 200_000 });
    expect(codeOf(first)).toBe('EXCHANGE_NO_ANSWER');
    world.advance(500_000);
    expect((await world.steps(key, first.token)).ended).toBe('done');
    expect(live()).toHaveLength(2);
  });

  test('never becomes active: it is revoked and forgotten', async () => {
    const configuration = (url: string) => xxkkConfiguration(url, { activationSeconds: 60 });
    await world.reset({ configuration, exchange: { settings: { activationDelayMs: 3_600_000 } } });
    const key = await world.addLiveKey();
    const old = await world.current(key);
    expect(codeOf(await world.rotate(key))).toBe('KEY_REFUSED_BY_EXCHANGE');
    await expectUntouched(world, key, old);
  });

  test('is not as declared, because somebody changed it at once: it is revoked and forgotten', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const token = await world.register(key);
    await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    const created = live().find(({ label }) => label === labelFor(key, token));
    world.exchange.control.editKeyByHand(created?.id ?? '', { permissions: ['Read', 'Withdraw'] });
    const outcome = await world.steps(key, token);
    expect(codeOf(outcome)).toBe('KEY_PERMISSIONS_EXCESSIVE');
    await expectUntouched(world, key, old);
    expect(codeOf(await world.steps(key, token))).toBe('TOKEN_UNKNOWN');
    expect((await world.rotate(key)).ended).toBe('done');
  });

  test('cannot be revoked after its refusal: it stays pending until it can', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const token = await world.register(key);
    await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    const created = live().find(({ label }) => label === labelFor(key, token));
    world.exchange.control.editKeyByHand(created?.id ?? '', { ips: [] });
    world.exchange.control.inject({ operation: 'deleteKey', stage: 'before', action: { kind: 'reset' } });
    expect(codeOf(await world.steps(key, token))).toBe('KEY_NOT_BOUND');
    expect(await world.holder(key, PENDING)).toBe(token);
    world.exchange.control.clearFaults();
    expect(codeOf(await world.steps(key, token))).toBe('KEY_NOT_BOUND');
    await expectUntouched(world, key, old);
  });

  test('a parallel run saves another key first: the one that was just created is revoked', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    const other = world.handMade(key);
    const { store } = world.rotationDependencies();
    const racing = Object.assign(Object.create(store), {
      put: async (...args: Parameters<typeof store.put>) => {
        await store.put(args[0], args[1], other, args[3]);
        return store.put(...args);
      },
    });
    const outcome = await world.steps(key, token, { store: racing });
    expect(outcome.ended).toBe('done');
    expect((await world.current(key))?.keyId).toBe(other.keyId);
    expect((await standing(world, key)).unexplained).toEqual([]);
    expect(live()).toHaveLength(2);
  });

  test('a parallel run saves and promotes the key while its removal as an orphan waits: it lives', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    const { id: keyId, ...made } = world.exchange.control.createKeyByHand({
      account: SUB_ACCOUNT,
      label: labelFor(key, token),
      permissions: ['Read', 'SpotTrade', 'DerivTrade'],
      ips: ['127.0.0.1'],
    });
    const { apiKey, apiSecret } = made;
    const others = { ...world.handMade(key), keyId, apiKey, apiSecret, label: labelFor(key, token) };
    world.exchange.control.failBefore('deleteKey', 1, 429, 'RATE_LIMIT');
    let promoted = false;
    const look = async () => {
      if (promoted) return;
      promoted = true;
      await world.store().put(key.arn, token, others, [PENDING]);
      for (const Step of STEPS.slice(1)) await world.invoke({ Step, SecretId: key.arn, ClientRequestToken: token });
    };
    await world.steps(key, token, { look });
    expect(await world.current(key)).toMatchObject({ keyId });
    expect(await world.works(others)).toBe(true);
  });

  test('AWS refuses its value: it is revoked', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const { store } = world.rotationDependencies();
    const full = Object.assign(Object.create(store), {
      put: async () => {
        throw Object.assign(new Error('refused'), { name: 'LimitExceededException' });
      },
    });
    expect((await world.rotate(key, { store: full })).ended).toBe('refused');
    expect(await world.current(key)).toEqual(old);
    expect(live()).toHaveLength(1);
  });
});

test('every step logs its start and its outcome with the token; a refusal logs its code', async () => {
  await world.reset();
  const key = await world.addLiveKey();
  const { token } = await world.rotate(key);
  const lines = logged().filter((line) => line.token === token);
  for (const step of STEPS) {
    const outcomes = lines.filter((line) => line.step === step).map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe('started');
    expect(outcomes.at(-1)).toBe('done');
  }
  const refused = await world.steps(key, 'f0000000-0000-4000-8000-000000000000');
  expect(logged().at(-1)).toMatchObject({
    outcome: 'refused',
    code: 'TOKEN_UNKNOWN',
    message: refused.error?.message,
  });
});

test('an error that is not ours is thrown without what it says', async () => {
  await world.reset();
  const key = await world.addLiveKey();
  const { apiSecret } = (await world.current(key)) ?? { apiSecret: '' };
  const token = await world.register(key);
  const { store } = world.rotationDependencies();
  const broken = Object.assign(Object.create(store), {
    read: async () => {
      throw Object.assign(new TypeError(`bad ${apiSecret}`), { secret: apiSecret });
    },
  });
  const { error } = await world.steps(key, token, { store: broken });
  expect(error?.message).toBe("unexpected TypeError in 'createSecret'; report it with the lines of this log");
  expect(error?.stack).toContain('create-secret.ts');
  expect(leaks([apiSecret], [JSON.stringify({ ...error }), error?.stack ?? ''])).toEqual([]);
});
