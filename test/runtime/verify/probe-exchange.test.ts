// What the inside probe makes of an exchange: every way not to answer, every refusal, every list. Only one refusal fails.
import type { ErrorClass } from '../../../contract/exchange/error-class';
import { createInsideProbe } from '../../../runtime/verify/inside-probe';
import { ambiguousConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import * as scripted from '../exchange/support/scripted-server';
import { captureLogs } from '../keys/support/log-capture';
import { REGION } from '../keys/support/ring-world';
import { checkLines, counts, OTHER, OWN, only, ProbeWorld, SOON, verdicts, WELL } from './support/probe-world';

let world: ProbeWorld;
let server: scripted.ScriptedServer;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
  server = await scripted.ScriptedServer.start();
}, 90_000);
afterAll(() => Promise.all([world.stop(), server.stop()]));
beforeEach(() => world.reset());
afterEach(() => expect(world.leaks()).toEqual([]));

const control = () => world.ring.exchange.control;
const run = () => world.run(createInsideProbe(world.variables(), SOON));
const bothUnknown = (code: string) => ({
  ...WELL,
  'signed-read': `unknown ${code}`,
  'exchange-allowlist': `unknown ${code}`,
});
/** Our address is not on the key's list. */
const useKeyFor = (ips: readonly string[]) =>
  world.ring.put(world.key, world.ring.handMade(world.key, { ips }), ['AWSCURRENT']);

describe('refused because of the address', () => {
  test('fails; that the list was not shown is no second question', async () => {
    await useKeyFor([OTHER]);
    const answer = await run();
    expect(verdicts(answer)).toEqual({
      ...WELL,
      'signed-read': 'fail IP_NOT_ALLOWED',
      'exchange-allowlist': 'unknown IP_NOT_ALLOWED',
    });
    expect(answer.outcome).toBe('fail');
    expect(answer.keys).toEqual([{ keyName: world.key.name.text, exchange: 'xxkk' }]);
    expect(counts()).toEqual({ InsideDecided: 1, InsideFailed: 1, AllowlistDifferences: 0, PathsOpen: 0 });
    expect(checkLines().map(({ check, code, detail }) => [check, code, detail])).toEqual([
      ['signed-read', 'IP_NOT_ALLOWED', expect.stringContaining('(10010)')],
      ['exchange-allowlist', 'IP_NOT_ALLOWED', expect.stringContaining('(10010)')],
    ]);
  });

  test('also with status 200', async () => {
    control().configure({ alwaysHttp200: true });
    await useKeyFor([OTHER]);
    expect(verdicts(await run())).toMatchObject({ 'signed-read': 'fail IP_NOT_ALLOWED' });
  });

  test('an exchange that does not say why: unknown', async () => {
    await world.ring.configure(ambiguousConfiguration(world.ring.exchange.url));
    control().configure({ ambiguousAuth: true });
    await useKeyFor([OTHER]);
    expect(verdicts(await run())).toEqual(bothUnknown('AMBIGUOUS_AUTH'));
    expect(counts()).toMatchObject({ InsideDecided: 0, InsideFailed: 0 });
  });
});

test.each<[string, `${ErrorClass}`, () => unknown]>([
  ['a page of a load balancer', 'TRANSIENT', () => control().outage('503')],
  ['connections reset', 'TRANSIENT', () => control().outage('reset')],
  ['no answer', 'TRANSIENT', () => control().outage('hang')],
  ['another clock', 'CLOCK_SKEW', () => control().configure({ clockOffsetMs: 3_600_000 })],
  ['an unknown key', 'KEY_UNKNOWN', () => control().deleteKeyByHand(control().liveKeys()[0].id)],
  ['a disabled key', 'PERMISSION', () => control().editKeyByHand(control().liveKeys()[0].id, { state: 'disabled' })],
  [
    'too many calls',
    'RATE_LIMIT',
    () => {
      control().failBefore('account', 9, 429, 'RATE_LIMIT');
      control().failBefore('inspectKey', 9, 429, 'RATE_LIMIT');
    },
  ],
])('%s: unknown', async (_, errorClass, spoil) => {
  spoil();
  expect(verdicts(await run())).toEqual(bothUnknown(errorClass));
  expect(counts()).toEqual({ InsideDecided: 0, InsideFailed: 0, AllowlistDifferences: 0, PathsOpen: 0 });
});

test.each<[string, `${ErrorClass}`, scripted.Script]>([
  ['a redirection', 'TRANSIENT', scripted.text(302, '', { location: 'https://elsewhere.example' })],
  ['malformed JSON', 'TRANSIENT', scripted.text(200, '{"code":0')],
  ['a web page', 'TRANSIENT', scripted.html(200)],
  ['half an answer', 'TRANSIENT', scripted.cutOff],
  ['a code that is explained nowhere', 'CONFIG', scripted.json(200, { code: 4711 })],
  ['a refusal without a code', 'AMBIGUOUS_AUTH', scripted.json(403, {})],
  ['429 of a proxy', 'RATE_LIMIT', scripted.text(429, '')],
  ['403 of a firewall', 'TRANSIENT', scripted.html(403)],
])('%s: unknown', async (_, errorClass, script) => {
  server.script(script);
  await world.ring.configure(xxkkConfiguration(server.url));
  expect(verdicts(await run())).toEqual(bothUnknown(errorClass));
});

test('a certificate that is none: unknown, and the key is not shown', async () => {
  server.script(scripted.hang);
  await world.ring.configure(xxkkConfiguration(server.url.replace('http:', 'https:')));
  expect(verdicts(await run())).toEqual(bothUnknown('TRANSIENT'));
  expect(server.seen).toEqual([]);
});

test('an exchange without usable configuration: unknown', async () => {
  await world.ring.configure({ ...xxkkConfiguration('http://elsewhere.example') });
  expect(verdicts(await run())).toEqual(bothUnknown('EXCHANGE_CONFIGURATION_INVALID'));
});

test('a key that may not read: its list is shown all the same', async () => {
  const handMade = world.ring.handMade(world.key, { permissions: ['SpotTrade'] });
  await world.ring.put(world.key, handMade, ['AWSCURRENT']);
  expect(verdicts(await run())).toEqual({ ...WELL, 'signed-read': 'unknown PERMISSION' });
});

test('one blip is asked again', async () => {
  control().failBefore('account', 1, 503);
  expect(verdicts(await run())).toEqual(WELL);
});

describe('the list at the exchange', () => {
  const listed = async (ips: readonly string[]) => {
    await useKeyFor(ips);
    const answer = await run();
    expect(verdicts(answer)).toEqual({ ...WELL, 'exchange-allowlist': expect.anything() });
    return only(answer, 'exchange-allowlist');
  };

  test('has an entry more', async () => {
    expect(await listed([OWN, OTHER])).toMatchObject({
      ...{ outcome: 'fail', code: 'ALLOWLIST_SURPLUS', detail: `not ours: ${OTHER}/32` },
    });
    expect(counts()).toMatchObject({ InsideDecided: 1, InsideFailed: 0, AllowlistDifferences: 1 });
  });

  test('has an entry less and another one more', async () => {
    await world.ring.publishAddresses([OWN, '127.0.0.8']);
    expect(await listed([OWN, OTHER])).toMatchObject({
      outcome: 'fail',
      code: 'ALLOWLIST_MISSING',
      detail: `missing at the exchange: 127.0.0.8/32; not ours: ${OTHER}/32`,
    });
  });

  test('lacks a standby address: the answer fails, trading goes on', async () => {
    await world.ring.publishAddresses([OWN, '127.0.0.8'], REGION, ['127.0.0.8']);
    expect(await listed([OWN])).toMatchObject({
      outcome: 'fail',
      code: 'ALLOWLIST_STANDBY_MISSING',
      detail: 'missing at the exchange: 127.0.0.8/32, standby only',
    });
    expect(counts()).toMatchObject({ InsideDecided: 1, InsideFailed: 0, AllowlistDifferences: 0 });
    expect(await listed([OWN, OTHER])).toMatchObject({
      code: 'ALLOWLIST_SURPLUS',
      detail: `missing at the exchange: 127.0.0.8/32; not ours: ${OTHER}/32`,
    });
  });

  test.each(['empty', 'star'] as const)('binds the key to nothing, shown as %s', async (showUnboundAs) => {
    control().configure({ showUnboundAs });
    expect(await listed([])).toMatchObject({ outcome: 'fail', code: 'ALLOWLIST_UNBOUND' });
    expect(counts()).toMatchObject({ AllowlistDifferences: 1 });
  });

  test('covers everything in two halves', async () => {
    expect(await listed(['0.0.0.0/1', '128.0.0.0/1'])).toMatchObject({ outcome: 'fail', code: 'ALLOWLIST_UNBOUND' });
  });

  test('is the same one in another notation', async () => {
    await world.ring.publishAddresses(['127.0.0.1', '127.0.0.0']);
    control().configure({ enforceAllowlist: false });
    await useKeyFor(['127.0.0.0/31']);
    expect(only(await run(), 'exchange-allowlist')).toMatchObject({ outcome: 'pass', code: 'OK' });
  });

  test('is looked for in the wrong field: unknown, and what stands there is not shown', async () => {
    const whole = xxkkConfiguration(world.ring.exchange.url);
    const { inspect } = whole.operations;
    for (const allowlist of ['data.apiKey', 'data.permissions', 'data.nothing']) {
      const operations = { ...whole.operations, inspect: { ...inspect, response: { ...inspect.response, allowlist } } };
      await world.ring.configure({ ...whole, operations });
      const answer = await run();
      const code = allowlist === 'data.permissions' ? 'ALLOWLIST_UNREADABLE' : 'CONFIG';
      expect(verdicts(answer)).toEqual({ ...WELL, 'exchange-allowlist': `unknown ${code}` });
      if (code !== 'CONFIG') expect(answer.keys).toMatchObject([{ allowlist: ['(unreadable)'] }]);
    }
  });
});
