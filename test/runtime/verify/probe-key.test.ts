// Which keys a probe shows to an exchange: its own, that can read and nothing else, as they are right now.
import { DeleteSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { keyName, probeKeyName } from '../../../contract/keys';
import { PROBE_KEYS_VARIABLE } from '../../../contract/verify';
import { createInsideProbe } from '../../../runtime/verify/inside-probe';
import { createOutsideProbe } from '../../../runtime/verify/outside-probe';
import { ProbeKey } from '../../../runtime/verify/probe-key';
import { ambiguousConfiguration } from '../../support/exchange-configuration';
import { captureLogs, clearLogs } from '../keys/support/log-capture';
import { ENVIRONMENT } from '../keys/support/ring-world';
import { counts, OTHER, ProbeWorld, SOON, verdicts, WELL } from './support/probe-world';

let world: ProbeWorld;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());
afterEach(() => expect(world.leaks()).toEqual([]));

const calls = () => world.ring.exchange.control.journal().length;

/** Both probes say the same, and the exchange has heard of neither. */
async function expectNotUsed(code: string, names = world.key.name.text): Promise<void> {
  const before = calls();
  clearLogs();
  const variables = world.variables({ [PROBE_KEYS_VARIABLE]: names });
  const inside = await world.run(createInsideProbe(variables, SOON));
  const unknown = `unknown ${code}`;
  expect(verdicts(inside)).toEqual({ ...WELL, 'signed-read': unknown, 'exchange-allowlist': unknown });
  const outside = await world.run(createOutsideProbe(variables, SOON));
  expect(verdicts(outside)).toEqual({ 'refused-outside': unknown });
  expect(counts()).toMatchObject({ InsideDecided: 0, InsideFailed: 0, OutsideDecided: 0, OutsideFailed: 0 });
  expect(calls()).toBe(before);
}

/** A probe key's secret as someone has changed it. */
async function withDescription(change: (description: string) => string): Promise<void> {
  const { arn, description } = world.key;
  const text = `exchange-keys/1 owner=${description.owner} exchange=xxkk account=sub-1 tier=low permissions=read overlap=24h`;
  await world.ring.client.send(new UpdateSecretCommand({ SecretId: arn, Description: change(text) }));
}

test.each(['trade', 'read,trade', 'read,trade-limited', 'withdraw', 'manage-keys'])(
  'one declared with %s',
  async (permissions) => {
    await world.ring.reset({ management: false });
    await world.ring.publishAddresses(['127.0.0.1']);
    const key = await world.addProbeKey({ permissions: permissions.split(',') as ['trade'] });
    await world.ring.put(key, world.ring.handMade(key, { permissions: ['Read'] }), ['AWSCURRENT']);
    await expectNotUsed('PROBE_KEY_NOT_READ_ONLY', key.name.text);
  },
);

test('one whose description cannot be read', async () => {
  await withDescription((text) => text.replace('exchange-keys/1', 'exchange-keys/2'));
  await expectNotUsed('DESCRIPTION_MALFORMED');
});

test("a workload's, a management key, one of another environment, and a name that is none", async () => {
  const trading = await world.ring.addLiveKey('b', { permissions: ['read'] });
  await expectNotUsed('PROBE_KEY_FOREIGN', trading.name.text);
  await expectNotUsed('PROBE_KEY_FOREIGN', keyName(ENVIRONMENT, 'trader', 'a').text);
  await expectNotUsed('PROBE_KEY_FOREIGN', 'prod-management-xxkk-0');
  await expectNotUsed('PROBE_KEY_FOREIGN', 'dev-probe-xxkk-0');
  await expectNotUsed('KEY_NAME_MALFORMED', 'nothing');
});

test.each([
  ['name', 'prod-trader-bot-a'],
  ['exchange', 'other'],
  ['account', 'sub-2'],
])('one whose document has another %s', async (field, value) => {
  await world.ring.put(world.key, { ...world.ring.handMade(world.key), [field]: value }, ['AWSCURRENT']);
  await expectNotUsed('PROBE_KEY_FOREIGN');
});

test('one whose secret is for another exchange', async () => {
  const key = await world.ring.addKey('0', { permissions: ['read'] }, probeKeyName(ENVIRONMENT, 'other'));
  await world.ring.put(key, world.ring.handMade(key), ['AWSCURRENT']);
  await expectNotUsed('PROBE_KEY_FOREIGN', key.name.text);
});

test('one that nobody has put yet', async () => {
  await world.ring.reset({ management: false });
  await world.ring.publishAddresses(['127.0.0.1']);
  await expectNotUsed('NOT_BOOTSTRAPPED', (await world.addProbeKey()).name.text);
});

test('one whose value is no document', async () => {
  await world.ring.putText(world.key, '{"schema":1,"apiKey":"spoilt"}', ['AWSCURRENT']);
  await expectNotUsed('KEY_DOCUMENT_MALFORMED');
});

test('one without a secret, or whose secret is to be deleted', async () => {
  await expectNotUsed('AWS_CALL_FAILED', probeKeyName(ENVIRONMENT, 'gone').text);
  await world.ring.client.send(new DeleteSecretCommand({ SecretId: world.key.arn, RecoveryWindowInDays: 7 }));
  await expectNotUsed('KEY_VALUE_MISSING');
});

test('a broken key hides no other', async () => {
  const names = [probeKeyName(ENVIRONMENT, 'gone').text, world.key.name.text, world.key.name.text].join(',');
  const answer = await world.run(createInsideProbe(world.variables({ [PROBE_KEYS_VARIABLE]: names }), SOON));
  expect(answer.checks.filter(({ check }) => check === 'signed-read').map(({ outcome }) => outcome)).toEqual([
    'unknown',
    'pass',
  ]);
  expect(answer.keys.map(({ exchange, allowlist }) => [exchange, allowlist])).toEqual([
    ['gone', undefined],
    ['xxkk', ['127.0.0.1']],
  ]);
});

test('a rotation between two runs', async () => {
  const probe = createInsideProbe(world.variables(), SOON);
  expect(verdicts(await world.run(probe))).toEqual(WELL);
  const [first] = world.ring.exchange.control.liveKeys();
  await world.ring.put(world.key, world.ring.handMade(world.key), ['AWSCURRENT']);
  world.ring.exchange.control.deleteKeyByHand(first.id);
  expect(verdicts(await world.run(probe))).toEqual(WELL);
});

test.each([false, true])('a rotation between reading and asking, by an exchange that is vague: %s', async (isVague) => {
  const { control, url } = world.ring.exchange;
  control.configure({ ambiguousAuth: isVague });
  if (isVague) await world.ring.configure(ambiguousConfiguration(url));
  const exchanges = world.ring.exchanges();
  const [{ id }] = control.liveKeys();
  const key = new ProbeKey(world.key.name.text, {
    environment: ENVIRONMENT,
    store: () => world.ring.store(),
    loadExchange: async (name) => {
      await world.ring.put(world.key, world.ring.handMade(world.key), ['AWSCURRENT']);
      control.deleteKeyByHand(id);
      return exchanges(name);
    },
  });
  expect(await key.signedRead()).toBe('OK');
  expect(control.journal()).toHaveLength(2);
});

test('a dead key that nothing has replaced is asked for once', async () => {
  const [{ id }] = world.ring.exchange.control.liveKeys();
  world.ring.exchange.control.deleteKeyByHand(id);
  world.ring.exchange.control.clearJournal();
  const answer = await world.run(createOutsideProbe(world.variables(), SOON));
  expect(verdicts(answer)).toEqual({ 'refused-outside': 'unknown KEY_UNKNOWN' });
  expect(calls()).toBe(1);
});

test('the outside probe says which keys it has', async () => {
  await world.reset({ ips: [OTHER] });
  const answer = await world.run(createOutsideProbe(world.variables(), SOON));
  expect(answer.keys).toEqual([{ keyName: world.key.name.text, exchange: 'xxkk' }]);
});
