// Whole rotations against the local AWS and the loopback exchange: what is promoted, what is refused, and what is left behind.
import { CURRENT, formatLabel, type KeyDocument, LabelKind, PENDING, PREVIOUS } from '../../../contract/keys';
import { holder } from '../../../runtime/keys/key-state';
import { ambiguousConfiguration, manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import { labelFor, standing } from './support/invariants';
import { captureLogs, clearLogs, leaks, logged } from './support/log-capture';
import { HOUR, type Outcome, RingWorld, STEPS, SUB_ACCOUNT, type WorldKey } from './support/ring-world';

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

/** The old key is in use, and nothing is left of the attempt. */
async function expectUntouched(key: WorldKey, before: KeyDocument | undefined, keys = 1): Promise<void> {
  expect(await world.current(key)).toEqual(before);
  expect(await world.holder(key, PENDING)).toBeUndefined();
  const { unexplained, ending } = await standing(world, key);
  expect({ unexplained, ending }).toEqual({ unexplained: [], ending: [] });
  expect(live()).toHaveLength(keys);
}

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
    await expectUntouched(key, old);
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
    await expectUntouched(key, old);
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
    await expectUntouched(key, old);
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

describe('refused before anything is created', () => {
  test.each([
    ['KEY_QUOTA_REACHED', { exchange: { settings: { keyQuota: 1 } } }],
    ['MANAGEMENT_KEY_MISSING', { management: false }],
    ['CANDIDATE_MISSING', { configuration: manualConfiguration }],
  ] as const)('%s', async (code, options) => {
    await world.reset(options);
    const key = await world.addLiveKey();
    const old = await world.current(key);
    expect(codeOf(await world.rotate(key))).toBe(code);
    await expectUntouched(key, old);
  });

  test('the placeholder is never rotated', async () => {
    await world.reset();
    const key = await world.addKey();
    const outcome = await world.rotate(key);
    expect(codeOf(outcome)).toBe('KEY_NOT_BOOTSTRAPPED');
    expect(outcome.error?.message).toContain('exchange-keys key put prod-trader-bot-a');
    await expectUntouched(key, undefined, 0);
  });

  test('nor what a person has written that is no key', async () => {
    await world.reset();
    const key = await world.addKey();
    await world.putText(key, 'not a document', [CURRENT]);
    expect(codeOf(await world.rotate(key))).toBe('KEY_NOT_BOOTSTRAPPED');
    expect(await world.holder(key, PENDING)).toBeUndefined();
  });

  test('the label quota', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const current = (await world.holder(key, CURRENT)) ?? '';
    const old = await world.current(key);
    for (let pin = 0; pin < 15; pin++) await world.pinSomeVersion(key, pin);
    expect((await world.rotate(key)).ended).toBe('done');
    const now = await world.current(key);
    const outcome = await world.rotate(key);
    expect(codeOf(outcome)).toBe('LABEL_QUOTA_REACHED');
    expect(await world.holder(key, PENDING)).toBeUndefined();
    expect(await world.current(key)).toEqual(now);
    expect(current).not.toBe(await world.holder(key, CURRENT));
    expect(await world.works(old)).toBe(true);
    expect(live()).toHaveLength(2);
  });

  test('our addresses are not published', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    await world.unpublishAddresses();
    expect(codeOf(await world.rotate(key))).toBe('OUR_ADDRESSES_UNKNOWN');
    expect(live()).toHaveLength(1);
  });
});

describe('the checks of every step', () => {
  test('a token that Secrets Manager did not hand out, or that is no longer pending', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    const invented = '00000000-0000-4000-8000-000000000000';
    expect(codeOf(await world.steps(key, invented))).toBe('TOKEN_UNKNOWN');
    const current = await world.holder(key, CURRENT);
    expect((await world.rotate(key, { token })).ended).toBe('done');
    expect(codeOf(await world.steps(key, current ?? ''))).toBe('TOKEN_NOT_PENDING');
  });

  test('rotation was never configured', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.put(key, world.handMade(key), [PENDING]);
    expect(codeOf(await world.steps(key, token))).toBe('ROTATION_NOT_ENABLED');
  });

  test('a bare put by a person while a rotation is pending: the rotation is over, the key of the person is in use', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const token = await world.register(key);
    for (const Step of ['createSecret', 'testSecret']) {
      await world.invoke({ Step, SecretId: key.arn, ClientRequestToken: token });
    }
    const bare = world.handMade(key);
    await world.put(key, bare, [CURRENT]);
    await world.unstick(key);
    expect(codeOf(await world.steps(key, token))).toBe('TOKEN_UNKNOWN');
    expect(await world.current(key)).toEqual(bare);
    expect((await world.rotate(key)).ended).toBe('done');
    expect((await standing(world, key)).ending.map(({ document }) => document?.keyId)).toEqual([bare.keyId]);
  });

  test('an event that is none', async () => {
    await world.reset();
    await expect(world.invoke({ Step: 'dropSecret' })).rejects.toMatchObject({ code: 'ROTATION_EVENT_MALFORMED' });
    await expect(world.invoke({ command: 'print' })).rejects.toMatchObject({ code: 'ROTATION_COMMAND_UNKNOWN' });
  });

  test('finishSecret without a value to promote', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const token = await world.register(key);
    const event = { Step: 'finishSecret', SecretId: key.arn, ClientRequestToken: token };
    await expect(world.invoke(event)).rejects.toMatchObject({ code: 'PENDING_VALUE_MISSING' });
    expect(await world.current(key)).toEqual(old);
  });

  test('finishSecret alone still validates what it promotes', async () => {
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const token = await world.register(key);
    await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    const created = live().find(({ label }) => label === labelFor(key, token));
    world.exchange.control.editKeyByHand(created?.id ?? '', { ips: [] });
    const event = { Step: 'finishSecret', SecretId: key.arn, ClientRequestToken: token };
    await expect(world.invoke(event)).rejects.toMatchObject({ code: 'KEY_NOT_BOUND' });
    await expectUntouched(key, old);
  });
});

describe('testSecret without a pending value is a dry run', () => {
  const dryRun = async (key: WorldKey) =>
    world.invoke({ Step: 'testSecret', SecretId: key.arn, ClientRequestToken: await world.register(key) });

  test('nothing to test before the first key', async () => {
    await world.reset();
    await expect(dryRun(await world.addKey())).resolves.toBeUndefined();
  });

  test('the key in use is as declared', async () => {
    await world.reset();
    await expect(dryRun(await world.addLiveKey())).resolves.toBeUndefined();
  });

  test('the key in use is not as declared', async () => {
    await world.reset();
    const key = await world.addKey();
    await world.put(key, world.handMade(key, { permissions: ['Read'] }), [CURRENT]);
    await expect(dryRun(key)).rejects.toMatchObject({ code: 'KEY_PERMISSIONS_MISSING' });
    expect(live()).toHaveLength(1);
  });
});

describe('an exchange that cannot list keys', () => {
  const withoutList = (url: string) => {
    const { list: _none, restrict: _neither, ...operations } = xxkkConfiguration(url).operations;
    return { ...xxkkConfiguration(url), operations };
  };

  test('rotates, and leaves no mark', async () => {
    await world.reset({ configuration: withoutList });
    const key = await world.addLiveKey();
    expect((await world.rotate(key)).ended).toBe('done');
    expect(
      Object.values(await world.labels(key))
        .flat()
        .join(),
    ).not.toContain(LabelKind.CREATE_INTENT);
  });

  test('a lost answer stops every rotation until a person has looked', async () => {
    await world.reset({ configuration: withoutList });
    const key = await world.addLiveKey();
    const token = await world.register(key);
    world.exchange.control.loseResponse('createKey');
    expect(codeOf(await world.steps(key, token))).toBe('EXCHANGE_NO_ANSWER');
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await world.steps(key, token);
      expect(codeOf(outcome)).toBe('CREATE_OUTCOME_UNKNOWN');
      expect(outcome.error?.message).toContain('update-secret-version-stage');
    }
    expect(live()).toHaveLength(2);
  });

  test('a refusal is an answer: no mark is left', async () => {
    await world.reset({ configuration: withoutList, exchange: { settings: { keyQuota: 1 } } });
    const key = await world.addLiveKey();
    const old = await world.current(key);
    expect(codeOf(await world.rotate(key))).toBe('KEY_QUOTA_REACHED');
    await expectUntouched(key, old);
    expect(
      Object.values(await world.labels(key))
        .flat()
        .join(),
    ).not.toContain('xk:');
  });

  test('one that is down is not asked at all', async () => {
    await world.reset({ configuration: withoutList });
    const key = await world.addLiveKey();
    world.exchange.control.outage('503');
    const outcome = await world.rotate(key);
    expect(codeOf(outcome)).toBe('EXCHANGE_NO_ANSWER');
    expect(outcome.effects.filter((effect) => !effect.startsWith('GET '))).toEqual([]);
  });
});

describe('a key that a person puts', () => {
  test('is the first one: validated and promoted, the placeholder is not pinned', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addKey();
    const put = world.handMade(key);
    await world.put(key, put);
    expect((await world.rotate(key)).ended).toBe('done');
    expect(await world.current(key)).toEqual(put);
    expect((await standing(world, key)).ending).toEqual([]);
  });

  test('is refused: it stays at the exchange, and the candidate stays for the next attempt', async () => {
    // one that could revoke it
    await world.reset();
    const key = await world.addLiveKey();
    const old = await world.current(key);
    const put = world.handMade(key, { permissions: ['Read'] });
    const version = await world.put(key, put);
    expect(codeOf(await world.rotate(key))).toBe('KEY_PERMISSIONS_MISSING');
    expect(await world.works(put)).toBe(true);
    expect(await world.holder(key, 'XKCANDIDATE')).toBe(version);
    await expectUntouched(key, old, 2);
  });

  test('is one that is about to be revoked: refused, since it would be revoked while in use', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addLiveKey();
    const old = await world.current(key);
    await world.put(key, world.handMade(key));
    await world.rotate(key);
    if (old) await world.put(key, { ...old, createdAt: '2026-11-01T00:00:00Z' });
    expect(codeOf(await world.rotate(key))).toBe('CANDIDATE_IN_USE');
    expect(await world.holder(key, PENDING)).toBeUndefined();
  });

  test('comes into use by hand while it is pending: not promoted over itself', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addLiveKey();
    const put = world.handMade(key);
    await world.put(key, put);
    const token = await world.register(key);
    await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    await world.put(key, put, [CURRENT]);
    if ((await world.holder(key, PENDING)) !== token) await world.store().addLabel(key.arn, PENDING, token);
    const event = { Step: 'finishSecret', SecretId: key.arn, ClientRequestToken: token };
    await expect(world.invoke(event)).rejects.toMatchObject({ code: 'CANDIDATE_IN_USE' });
    expect(await world.current(key)).toEqual(put);
    expect((await standing(world, key)).ending).toEqual([]);
  });

  test('is replaced by the next candidate while it is being promoted: that one stays a candidate', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addLiveKey();
    await world.put(key, world.handMade(key));
    const token = await world.register(key);
    await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    const next = await world.put(key, world.handMade(key));
    expect((await world.steps(key, token)).ended).toBe('done');
    expect(await world.holder(key, 'XKCANDIDATE')).toBe(next);
  });

  test('was asked for: the mark of the request goes with the promotion', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addLiveKey();
    const asked = formatLabel(LabelKind.CREATE_ASKED, Math.floor(world.clock.now() / 1000));
    await world.store().addLabel(key.arn, asked, (await world.holder(key, CURRENT)) ?? '');
    await world.put(key, world.handMade(key));
    expect((await world.rotate(key)).ended).toBe('done');
    expect(await world.holder(key, asked)).toBeUndefined();
  });

  test('a management key is always put by a person', async () => {
    await world.reset();
    const key = world.managementKey();
    expect(codeOf(await world.rotate(key))).toBe('CANDIDATE_MISSING');
    await world.put(key, world.handMade(key));
    expect((await world.rotate(key)).ended).toBe('done');
  });

  test('ambiguous refusals are compared with the key in use', async () => {
    const settings = { ambiguousAuth: true };
    const configuration = (url: string) => {
      const { create: _none, ...operations } = ambiguousConfiguration(url).operations;
      return { ...ambiguousConfiguration(url), operations };
    };
    await world.reset({ configuration, exchange: { settings } });
    const key = await world.addLiveKey();
    await world.put(key, world.handMade(key, { ips: ['127.0.0.9'] }));
    const first = await world.rotate(key);
    expect(codeOf(first)).toBe('KEY_REFUSED_BY_EXCHANGE');
    expect(first.error?.message).toContain('the key in use is accepted from here');
    const current = await world.current(key);
    world.exchange.control.editKeyByHand(current?.keyId ?? '', { ips: ['127.0.0.9'] });
    expect((await world.rotate(key)).error?.message).toContain('the key in use is answered with AMBIGUOUS_AUTH');
  });
});

describe('validate-candidate', () => {
  const verdict = (key: WorldKey) => world.invoke({ command: 'validate-candidate', SecretId: key.arn });

  test('accepts, warns and refuses, and no candidate comes into use', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addKey();
    expect(await verdict(key)).toMatchObject({ ok: false, code: 'CANDIDATE_MISSING' });
    await world.put(key, world.handMade(key));
    expect(await verdict(key)).toEqual({ ok: true, warnings: [] });
    await world.put(key, world.handMade(key, { ips: ['127.0.0.1', '203.0.113.9'], ttlDays: 7 }));
    expect(await verdict(key)).toEqual({
      ok: true,
      warnings: [expect.stringContaining('203.0.113.9/32'), expect.stringContaining('before it is 30 days old')],
    });
    await world.put(key, world.handMade(key, { ips: [] }));
    expect(await verdict(key)).toMatchObject({ ok: false, code: 'KEY_NOT_BOUND' });
    await world.putText(key, '{"schema":1,"apiKey":"k"}', ['XKCANDIDATE']);
    expect(await verdict(key)).toMatchObject({ ok: false, code: 'KEY_DOCUMENT_MALFORMED' });
    world.exchange.control.outage('503');
    await world.put(key, world.handMade(key));
    expect(await verdict(key)).toMatchObject({ ok: false, code: 'EXCHANGE_NO_ANSWER' });
    expect(await world.current(key)).toBeUndefined();
  });

  test('a candidate that is refused for good loses its label; one that could not be tried keeps it', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addKey();
    const candidate = async () => holder(await world.rotationDependencies().store.describe(key.arn), 'XKCANDIDATE');
    for (const text of ['{"schema":1,"apiKey":"k"}', JSON.stringify(world.handMade(key, { ips: [] }))]) {
      await world.putText(key, text, ['XKCANDIDATE']);
      expect(await verdict(key)).toMatchObject({ ok: false });
      expect(await candidate()).toBeUndefined();
    }
    await world.put(key, world.handMade(key));
    world.exchange.control.outage('503');
    expect(await verdict(key)).toMatchObject({ ok: false, code: 'EXCHANGE_NO_ANSWER' });
    expect(await candidate()).toBeDefined();
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
