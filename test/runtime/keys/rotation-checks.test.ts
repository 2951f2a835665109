// What a rotation refuses before it changes anything, its dry run, and exchanges that cannot list keys.
import { CURRENT, LabelKind, PENDING } from '../../../contract/keys';
import { manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import { expectUntouched, labelFor, standing } from './support/invariants';
import { captureLogs, clearLogs, leaks } from './support/log-capture';
import { type Outcome, RingWorld, SUB_ACCOUNT, type WorldKey } from './support/ring-world';

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
    await expectUntouched(world, key, old);
  });

  test('the placeholder is never rotated', async () => {
    await world.reset();
    const key = await world.addKey();
    const outcome = await world.rotate(key);
    expect(codeOf(outcome)).toBe('KEY_NOT_BOOTSTRAPPED');
    expect(outcome.error?.message).toContain('exchange-keys key put prod-trader-bot-a');
    await expectUntouched(world, key, undefined, 0);
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
    await expectUntouched(world, key, old);
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

  test('a key put by a person in the meantime is promoted, and the lost one is not forgotten', async () => {
    await world.reset({ configuration: withoutList });
    const key = await world.addLiveKey();
    const token = await world.register(key);
    world.exchange.control.loseResponse('createKey');
    expect(codeOf(await world.steps(key, token))).toBe('EXCHANGE_NO_ANSWER');
    await world.put(key, world.handMade(key));
    for (let call = 0; call < 2; call++) {
      await world.invoke({ Step: 'createSecret', SecretId: key.arn, ClientRequestToken: token });
    }
    expect((await world.steps(key, token)).ended).toBe('done');
    expect(Object.values(await world.labels(key)).join()).toContain(LabelKind.CREATE_INTENT);
    expect(codeOf(await world.rotate(key))).toBe('CREATE_OUTCOME_UNKNOWN');
  });

  test('a refusal is an answer: no mark is left', async () => {
    await world.reset({ configuration: withoutList, exchange: { settings: { keyQuota: 1 } } });
    const key = await world.addLiveKey();
    const old = await world.current(key);
    expect(codeOf(await world.rotate(key))).toBe('KEY_QUOTA_REACHED');
    await expectUntouched(world, key, old);
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
