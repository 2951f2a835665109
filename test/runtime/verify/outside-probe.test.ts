// The outside probe over loopback: only a refusal that names the address passes; being let in is the loudest answer.
import { ALLOWLIST_REGIONS_VARIABLE, ENVIRONMENT_VARIABLE } from '../../../contract/keys';
import { ECHO_SERVICES_VARIABLE, PROBE_KEYS_VARIABLE } from '../../../contract/verify';
import { createOutsideProbe } from '../../../runtime/verify/outside-probe';
import { ECHO_MODES } from '../../support/echo-service';
import { ambiguousConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';
import * as scripted from '../exchange/support/scripted-server';
import { captureLogs, clearLogs } from '../keys/support/log-capture';
import { ENVIRONMENT } from '../keys/support/ring-world';
import { checkLines, counts, OTHER, OWN, ProbeWorld, published, SOON, verdicts } from './support/probe-world';

let world: ProbeWorld;
let server: scripted.ScriptedServer;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
  server = await scripted.ScriptedServer.start();
}, 90_000);
afterAll(() => Promise.all([world.stop(), server.stop()]));
/** The list holds another address than the one we call from. */
beforeEach(() => world.reset({ ips: [OTHER] }));
afterEach(() => expect(world.leaks()).toEqual([]));

const control = () => world.ring.exchange.control;
const run = (changes: Record<string, string | undefined> = {}, limits = SOON) =>
  world.run(createOutsideProbe(world.variables(changes), limits, () => Date.parse('2026-11-22T10:00:00Z')));
const judged = async (changes = {}) => {
  clearLogs();
  return verdicts(await run(changes))['refused-outside'];
};

test('refused because of the address', async () => {
  expect(await run()).toEqual({
    ...{ schema: 1, probe: 'outside', outcome: 'pass', at: '2026-11-22T10:00:00.000Z' },
    checks: [
      {
        ...{ check: 'refused-outside', subject: world.key.name.text, outcome: 'pass', code: 'IP_NOT_ALLOWED' },
        detail: 'the exchange refuses a signed read because of the address (10010)',
      },
    ],
    keys: [{ keyName: world.key.name.text, exchange: 'xxkk' }],
  });
  expect(published()).toEqual([expect.objectContaining({ Ring: ENVIRONMENT, OutsideDecided: 1, OutsideFailed: 0 })]);
  expect(checkLines()).toEqual([]);
  expect(world.echoes.flatMap(({ callers }) => callers)).toEqual([]);
});

test('an exchange that answers every refusal with status 200', async () => {
  control().configure({ alwaysHttp200: true });
  expect(await judged()).toBe('pass IP_NOT_ALLOWED');
});

describe('let in', () => {
  test('fails', async () => {
    control().configure({ enforceAllowlist: false });
    expect(await judged()).toBe('fail LET_IN');
    expect(counts()).toEqual({ OutsideDecided: 1, OutsideFailed: 1 });
    expect(checkLines()).toEqual([
      expect.objectContaining({
        check: 'refused-outside',
        subject: world.key.name.text,
        outcome: 'fail',
        code: 'LET_IN',
      }),
    ]);
  });

  test('with a key that is bound to nothing fails, too', async () => {
    await world.ring.put(world.key, world.ring.handMade(world.key, { ips: [] }), ['AWSCURRENT']);
    expect(await judged()).toBe('fail LET_IN');
  });

  test('from a published address proves nothing', async () => {
    await world.reset({ ips: [OWN] });
    expect(await judged()).toBe('unknown NOT_OUTSIDE');
    expect(counts()).toEqual({ OutsideDecided: 0, OutsideFailed: 0 });
  });

  test.each(['silent', 'otherAddress', 'garbage', 'serverError'] as const)(
    'from who knows where, one echo service %s: fails',
    async (mode) => {
      await world.reset({ ips: [OWN] });
      world.echoes[1].mode = ECHO_MODES[mode];
      expect(await judged()).toBe('fail LET_IN');
      expect(counts()).toEqual({ OutsideDecided: 1, OutsideFailed: 1 });
    },
  );

  test('with nothing to compare with: fails', async () => {
    await world.reset({ ips: [OWN] });
    expect(await judged({ [ECHO_SERVICES_VARIABLE]: undefined })).toBe('fail LET_IN');
    await world.ring.unpublishAddresses();
    expect(await judged()).toBe('fail LET_IN');
  });

  test('and nobody says from where in time: fails', async () => {
    await world.reset({ ips: [OWN] });
    world.echoes[1].mode = ECHO_MODES.silent;
    const patient = { connectTimeout: 60_000, totalTimeout: 60_000, maxBytes: 256 };
    const answer = await run({}, { ...SOON, checkMilliseconds: 1_500, echo: patient });
    expect(verdicts(answer)).toEqual({ 'refused-outside': 'fail LET_IN' });
  });
});

describe('anything else is unknown', () => {
  afterEach(() => {
    expect(counts()).toEqual({ OutsideDecided: 0, OutsideFailed: 0 });
    expect(world.echoes.flatMap(({ callers }) => callers)).toEqual([]);
  });

  test.each<[string, string, () => unknown]>([
    ['a page of a load balancer', 'TRANSIENT', () => control().outage('503')],
    ['connections reset', 'TRANSIENT', () => control().outage('reset')],
    ['no answer', 'TRANSIENT', () => control().outage('hang')],
    ['an unknown key', 'KEY_UNKNOWN', () => control().deleteKeyByHand(control().liveKeys()[0].id)],
    [
      'a key that may not read',
      'PERMISSION',
      async () => {
        control().configure({ enforceAllowlist: false });
        const handMade = world.ring.handMade(world.key, { permissions: ['SpotTrade'] });
        await world.ring.put(world.key, handMade, ['AWSCURRENT']);
      },
    ],
    ['too many calls', 'RATE_LIMIT', () => control().failBefore('account', 9, 429, 'RATE_LIMIT')],
  ])('%s', async (_, code, spoil) => {
    await spoil();
    expect(await judged()).toBe(`unknown ${code}`);
  });

  test.each<[string, string, scripted.Script]>([
    ['a redirection', 'TRANSIENT', scripted.text(301, '', { location: 'https://elsewhere.example' })],
    ['malformed JSON', 'TRANSIENT', scripted.text(403, '{"code":10010')],
    ['the right words without the code', 'AMBIGUOUS_AUTH', scripted.json(403, { msg: 'IP_NOT_ALLOWED' })],
    ['403 of a firewall', 'TRANSIENT', scripted.html(403)],
    ['429 of a proxy', 'RATE_LIMIT', scripted.text(429, '')],
    ['a code that is explained nowhere', 'CONFIG', scripted.json(400, { code: 4711 })],
  ])('%s', async (_, code, script) => {
    server.script(script);
    await world.ring.configure(xxkkConfiguration(server.url));
    expect(await judged()).toBe(`unknown ${code}`);
  });

  test('an exchange that does not say why', async () => {
    await world.ring.configure(ambiguousConfiguration(world.ring.exchange.url));
    control().configure({ ambiguousAuth: true });
    expect(await judged()).toBe('unknown AMBIGUOUS_AUTH');
  });

  test('a certificate that is none', async () => {
    server.script(scripted.hang);
    await world.ring.configure(xxkkConfiguration(server.url.replace('http:', 'https:')));
    expect(await judged()).toBe('unknown TRANSIENT');
  });

  test('settings are missing', async () => {
    expect(await judged({ [ALLOWLIST_REGIONS_VARIABLE]: undefined })).toBe('unknown FUNCTION_SETTING_MISSING');
    expect(await judged({ [PROBE_KEYS_VARIABLE]: undefined })).toBe('unknown FUNCTION_SETTING_MISSING');
  });
});

test('one refused for its address and one unknown: unknown', async () => {
  const names = `${world.key.name.text},prod-probe-gone-0`;
  const answer = await run({ [PROBE_KEYS_VARIABLE]: names });
  expect(answer.checks.map(({ outcome }) => outcome)).toEqual(['pass', 'unknown']);
  expect(answer.outcome).toBe('unknown');
  expect(counts()).toEqual({ OutsideDecided: 0, OutsideFailed: 0 });
});

test('nothing could be counted: the function fails', () => {
  expect(() => createOutsideProbe(world.variables({ [ENVIRONMENT_VARIABLE]: undefined }))).toThrow(
    ENVIRONMENT_VARIABLE,
  );
});
