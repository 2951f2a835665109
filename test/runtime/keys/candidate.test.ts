// Keys that people put: validated on request, promoted by the next rotation, never revoked for being wrong.
import { CURRENT, formatLabel, LabelKind, PENDING } from '../../../contract/keys';
import { holder } from '../../../runtime/keys/key-state';
import { ambiguousConfiguration, manualConfiguration } from '../../support/exchange-configuration';
import { expectUntouched, standing } from './support/invariants';
import { captureLogs, clearLogs, leaks } from './support/log-capture';
import { type Outcome, RingWorld, type WorldKey } from './support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(clearLogs);
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

const codeOf = ({ error }: Outcome) => error?.code;

describe('a key that a person puts', () => {
  test('is the first one: validated and promoted, the placeholder is not pinned', async () => {
    await world.reset({ configuration: manualConfiguration });
    const key = await world.addKey();
    const put = world.handMade(key);
    await world.put(key, put);
    expect((await world.rotate(key)).ended).toBe('done');
    // the version that it is promoted as, which is not the candidate's
    expect(await world.current(key)).toEqual({ ...put, versionId: await world.holder(key, CURRENT) });
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
    await expectUntouched(world, key, old, 2);
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
