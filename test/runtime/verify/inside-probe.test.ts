// The inside probe over loopback: real secrets, parameters, exchange and echo services; each fault on its own.
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../contract/allowlist';
import { ALLOWLIST_REGIONS_VARIABLE } from '../../../contract/keys';
import {
  CLOSED_PATHS_VARIABLE,
  ECHO_SERVICES_VARIABLE,
  EXIT_ZONE_VARIABLE,
  LOCKED_ADDRESS_VARIABLE,
  PROBE_KEYS_VARIABLE,
  ZONE_VARIABLE,
} from '../../../contract/verify';
import { createSsmClient } from '../../../runtime/shared/secrets-client';
import { createInsideProbe } from '../../../runtime/verify/inside-probe';
import { ECHO_MODES, type EchoMode } from '../../support/echo-service';
import { captureLogs } from '../keys/support/log-capture';
import { ENVIRONMENT, REGION } from '../keys/support/ring-world';
import {
  checkLines,
  counts,
  OTHER,
  OWN,
  only,
  ProbeWorld,
  published,
  SOON,
  verdicts,
  WELL,
  ZONE,
} from './support/probe-world';

const SECOND = 'eu-central-1';
const ALL_ZERO = { InsideFailed: 0, AllowlistDifferences: 0, PathsOpen: 0 };

let world: ProbeWorld;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());
afterEach(() => expect(world.leaks()).toEqual([]));

const run = (changes: Record<string, string | undefined> = {}, limits = SOON) =>
  world.run(createInsideProbe(world.variables(changes), limits, () => Date.parse('2026-11-22T10:00:00Z')));

test('everything is as it should be', async () => {
  const answer = await run();
  expect(answer).toEqual({
    ...{ schema: 1, probe: 'inside', zone: ZONE, outcome: 'pass', at: '2026-11-22T10:00:00.000Z' },
    checks: [
      expect.objectContaining({ check: 'address', subject: ZONE, outcome: 'pass', code: 'OK' }),
      expect.objectContaining({ check: 'signed-read', subject: world.key.name.text, outcome: 'pass', code: 'OK' }),
      expect.objectContaining({ check: 'exchange-allowlist', subject: world.key.name.text, outcome: 'pass' }),
      expect.objectContaining({ check: 'closed-path', subject: 'unlisted', outcome: 'pass', code: 'PATH_CLOSED' }),
    ],
    keys: [{ keyName: world.key.name.text, exchange: 'xxkk', allowlist: [OWN] }],
  });
  expect(published()).toEqual([
    expect.objectContaining({ Ring: ENVIRONMENT, Zone: ZONE, InsideDecided: 1 }),
    expect.objectContaining({ Ring: ENVIRONMENT, ...ALL_ZERO }),
  ]);
  expect(published()[1]).not.toHaveProperty('Zone');
  expect(checkLines()).toEqual([]);
});

describe('the address', () => {
  const both = (mode: EchoMode) => {
    for (const echo of world.echoes) echo.mode = mode;
  };
  const judged = async (changes = {}) => {
    const answer = await run(changes);
    expect(verdicts(answer)).toEqual({ ...WELL, address: expect.anything() });
    const { outcome, code } = only(answer, 'address');
    return `${outcome} ${code}`;
  };

  test('another one that all agree on fails, and is named in the log', async () => {
    both(ECHO_MODES.otherAddress);
    expect(await judged()).toBe('fail ADDRESS_OTHER');
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 1, InsideFailed: 1 });
    expect(checkLines()).toEqual([
      expect.objectContaining({
        ...{ zone: ZONE, check: 'address', subject: ZONE, outcome: 'fail', code: 'ADDRESS_OTHER' },
        detail: `all echo services see 127.0.99.99, expected ${OWN}`,
      }),
    ]);
  });

  test('one witness against the other is none', async () => {
    world.echoes[1].mode = ECHO_MODES.otherAddress;
    expect(await judged()).toBe('unknown ECHO_DISAGREE');
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 0 });
    expect(checkLines()).toHaveLength(1);
  });

  test.each([
    ['silent', 'ECHO_NO_ANSWER'],
    ['serverError', 'ECHO_NO_ANSWER'],
    ['redirect', 'ECHO_NO_ANSWER'],
    ['reset', 'ECHO_NO_ANSWER'],
    ['garbage', 'ECHO_MALFORMED'],
    ['empty', 'ECHO_MALFORMED'],
    ['tooLarge', 'ECHO_MALFORMED'],
    ['ipv6', 'ECHO_MALFORMED'],
    ['several', 'ECHO_MALFORMED'],
    ['json', 'ECHO_MALFORMED'],
  ] as const)('one service %s: unknown, whatever the other sees', async (name, code) => {
    world.echoes[1].mode = ECHO_MODES[name];
    expect(await judged()).toBe(`unknown ${code}`);
    world.echoes[0].mode = ECHO_MODES.otherAddress;
    expect(await judged()).toBe(`unknown ${code}`);
    expect(world.echoes[1].callers).toHaveLength(2);
  });

  test('a slow answer in time counts, and every run asks again', async () => {
    world.echoes[0].mode = ECHO_MODES.slow;
    expect(await judged()).toBe('pass OK');
    expect(await judged()).toBe('pass OK');
    expect(world.echoes.map(({ callers }) => callers)).toEqual([
      [OWN, OWN],
      [OWN, OWN],
    ]);
  });

  test.each([
    ['no service is told', undefined, 'FUNCTION_SETTING_MISSING'],
    ['one service is told', 'http://127.0.0.1:1', 'ECHO_SERVICES_TOO_FEW'],
    ['a service has no TLS', 'http://echo.example,https://echo.test', 'ECHO_SERVICE_MALFORMED'],
    ['both are one', 'https://a.echo.example,https://b.echo.example', 'ECHO_SERVICES_NOT_INDEPENDENT'],
  ])('%s', async (_, services, code) => {
    expect(await judged({ [ECHO_SERVICES_VARIABLE]: services })).toBe(`unknown ${code}`);
    expect(counts()).toMatchObject({ InsideDecided: 0 });
  });

  test('a service whose certificate cannot be trusted says nothing', async () => {
    const services = world.echoes.map(({ url }) => url.replace('http:', 'https:')).join(',');
    expect(await judged({ [ECHO_SERVICES_VARIABLE]: services })).toBe('unknown ECHO_NO_ANSWER');
  });

  test('the lock has another one: fails whatever is seen', async () => {
    expect(await judged({ [LOCKED_ADDRESS_VARIABLE]: OWN })).toBe('pass OK');
    expect(await judged({ [LOCKED_ADDRESS_VARIABLE]: OTHER })).toBe('fail LOCK_OTHER_ADDRESS');
    both(ECHO_MODES.silent);
    expect(await judged({ [LOCKED_ADDRESS_VARIABLE]: OTHER })).toBe('fail LOCK_OTHER_ADDRESS');
  });

  test('of a zone whose traffic leaves from another one', async () => {
    await world.reset({ ips: [OTHER, OWN] });
    expect(await judged({ [EXIT_ZONE_VARIABLE]: `${REGION}b` })).toBe('pass OK');
    expect(await judged()).toBe('fail ADDRESS_OTHER');
    expect(await judged({ [EXIT_ZONE_VARIABLE]: `${REGION}c` })).toBe('unknown ZONE_NOT_PUBLISHED');
    expect(await judged({ [EXIT_ZONE_VARIABLE]: undefined })).toBe('unknown FUNCTION_SETTING_MISSING');
  });
});

describe('what is published', () => {
  const write = (Value: string, region = REGION) =>
    createSsmClient(region).send(
      new PutParameterCommand({ Name: allowlistParameterName(ENVIRONMENT, region), Value, Overwrite: true }),
    );

  test.each([
    ['is not there', () => world.ring.unpublishAddresses()],
    ['is malformed', () => write('{"schemaVersion":1}')],
    ['is of a later version', () => write('{"schemaVersion":2}')],
  ])('%s: neither address nor list can be judged', async (_, spoil) => {
    await spoil();
    expect(verdicts(await run())).toEqual({
      ...WELL,
      address: 'unknown OUR_ADDRESSES_UNKNOWN',
      'exchange-allowlist': 'unknown OUR_ADDRESSES_UNKNOWN',
    });
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 0 });
  });

  test('one region of several cannot be read: only the list is unknown', async () => {
    expect(verdicts(await run({ [ALLOWLIST_REGIONS_VARIABLE]: `${REGION},${SECOND}` }))).toEqual({
      ...WELL,
      'exchange-allowlist': 'unknown OUR_ADDRESSES_UNKNOWN',
    });
  });

  test('the list at the exchange is that of all regions', async () => {
    await world.ring.publishAddresses([OTHER], SECOND);
    const regions = { [ALLOWLIST_REGIONS_VARIABLE]: `${REGION},${SECOND}` };
    const answer = await run(regions);
    expect(only(answer, 'exchange-allowlist')).toMatchObject({
      outcome: 'fail',
      code: 'ALLOWLIST_MISSING',
      detail: `missing at the exchange: ${OTHER}/32`,
    });
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 1, AllowlistDifferences: 1 });
    await world.ring.put(world.key, world.ring.handMade(world.key, { ips: [OWN, OTHER] }), ['AWSCURRENT']);
    expect(verdicts(await run(regions))).toEqual(WELL);
  });
});

describe('what the stack has told', () => {
  const broken = (name: string) => ({ [name]: 'unknown FUNCTION_SETTING_MISSING' });

  test('a probe key is not known: nothing else is hidden', async () => {
    const { 'exchange-allowlist': _none, ...others } = WELL;
    for (const names of [undefined, '', ' , ']) {
      expect(verdicts(await run({ [PROBE_KEYS_VARIABLE]: names }))).toEqual({ ...others, ...broken('signed-read') });
    }
  });

  test('the regions are not known', async () => {
    const code = 'unknown FUNCTION_SETTING_MISSING';
    const unknown = { address: code, 'signed-read': code, 'exchange-allowlist': code };
    expect(verdicts(await run({ [ALLOWLIST_REGIONS_VARIABLE]: undefined }))).toEqual({ ...WELL, ...unknown });
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 0 });
  });

  test('the closed paths are not known, or open', async () => {
    expect(verdicts(await run({ [CLOSED_PATHS_VARIABLE]: undefined }))).toEqual({ ...WELL, ...broken('closed-path') });
    const path = { name: 'direct', host: '127.0.0.1', port: 1 };
    const spoilt = ['', 0].flatMap((host) => [
      { ...path, host },
      { ...path, port: host },
      { ...path, name: host },
    ]);
    for (const paths of ['x', '[]', '{}', '[null]', ...spoilt.map((one) => JSON.stringify([one]))]) {
      const answer = await run({ [CLOSED_PATHS_VARIABLE]: paths });
      expect(verdicts(answer)).toEqual({ ...WELL, 'closed-path': 'unknown FUNCTION_SETTING_MALFORMED' });
    }
  });

  test('an open path fails, and each is counted', async () => {
    const paths = JSON.stringify([world.openPath, { ...world.openPath, name: 'ipv6', port: 1 }, world.closedPath]);
    const answer = await run({ [CLOSED_PATHS_VARIABLE]: paths });
    expect(answer.outcome).toBe('fail');
    expect(answer.checks.filter(({ check }) => check === 'closed-path').map(({ code }) => code)).toEqual([
      'PATH_OPEN',
      'PATH_OPEN',
      'PATH_CLOSED',
    ]);
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 1, PathsOpen: 2 });
  });

  test('nothing could be counted: the function fails', () => {
    for (const name of [ZONE_VARIABLE, 'EXCHANGE_KEYS_ENVIRONMENT']) {
      expect(() => createInsideProbe(world.variables({ [name]: undefined }))).toThrow(name);
    }
  });
});

test('AWS hangs: the run ends in time, and what needs no AWS is still judged', async () => {
  world.echoes[0].mode = ECHO_MODES.silent;
  const endpoint = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = world.echoes[0].url;
  try {
    expect(verdicts(await run({}, { ...SOON, checkMilliseconds: 700 }))).toEqual({
      address: 'unknown CHECK_TOO_LATE',
      'signed-read': 'unknown CHECK_TOO_LATE',
      'exchange-allowlist': 'unknown CHECK_TOO_LATE',
      'closed-path': 'pass PATH_CLOSED',
    });
    expect(counts()).toEqual({ ...ALL_ZERO, InsideDecided: 0 });
  } finally {
    process.env.AWS_ENDPOINT_URL = endpoint;
  }
});
