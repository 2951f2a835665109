// The configured adapter against the loopback exchange: real sockets, real signatures, an exchange that enforces its rules.
import { ErrorClass } from '../../../contract/exchange/error-class';
import type { ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import { PassphraseMode } from '../../../contract/exchange/signing-template';
import type { Credentials } from '../../../protocol/credentials';
import { type CreateRequest, type ExchangeAdapter, ExchangeError } from '../../../runtime/exchange/adapter';
import { configuredExchange } from '../../../runtime/exchange/configured-exchange';
import { HTTP_LIMITS } from '../../../runtime/exchange/http-client';
import { LoopbackExchange, type Permission, type Settings } from '../../support/exchange';
import {
  ambiguousConfiguration,
  manualConfiguration,
  type XxkkOptions,
  xxkkConfiguration,
} from '../../support/exchange-configuration';
import { FakeClock } from './support/fake-clock';

const ACCOUNT = 'sub-1';
const REQUEST: CreateRequest = {
  label: 'xk_0123456789',
  account: ACCOUNT,
  permissions: ['read', 'trade-limited'],
  allowlist: ['127.0.0.1/32', '198.51.100.0/28'],
};

let clock: FakeClock;
let exchange: LoopbackExchange;
let adapter: ExchangeAdapter;
/** Everything that an error said. */
let said: string;

beforeEach(() => {
  clock = new FakeClock();
  said = '';
});
afterEach(async () => {
  const secrets = [...exchange.control.issuedSecrets(), ...exchange.control.keys().map(({ apiKey }) => apiKey)];
  await exchange.stop();
  for (const secret of secrets) expect(said).not.toContain(secret);
});

type Configure = (url: string, options: XxkkOptions) => ExchangeConfiguration;

async function start(settings: Partial<Settings> = {}, configure: Configure = xxkkConfiguration): Promise<void> {
  exchange = await LoopbackExchange.start({ settings, now: clock.now });
  const passphrase = settings.passphrase as PassphraseMode | undefined;
  const configuration = configure(exchange.url, passphrase === undefined ? {} : { passphrase });
  const httpLimits = { ...HTTP_LIMITS, totalTimeout: 1000 };
  adapter = configuredExchange(configuration, { clock, httpLimits, variables: {} });
}

function byHand(account: string, permissions: Permission[], ips = ['127.0.0.1']): Credentials {
  const passphrase = exchange.control.settings().passphrase === 'none' ? undefined : 'correct-horse';
  const key = exchange.control.createKeyByHand({ account, label: 'by_hand', permissions, ips, passphrase });
  return { keyId: key.id, apiKey: key.apiKey, apiSecret: key.apiSecret, ...(passphrase && { passphrase }) };
}

const manager = () => byHand('master', ['Read', 'KeyManage']);

/** What the call is refused with. */
async function refused(call: Promise<unknown>): Promise<ExchangeError> {
  const error = await call.then(
    (value) => expect(value).toBe('refused'),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  said += `${error.message} ${error.exchangeCode} ${error.operation} ${JSON.stringify(error)}\n`;
  return error;
}

test('the life of a key: created, found, restricted, revoked, dead', async () => {
  await start();
  const management = manager();
  const key = await adapter.create(management, REQUEST);
  expect(key.createdAt).toEqual(new Date(clock.now()));
  expect(await adapter.probe(key)).toEqual({ result: 'OK' });
  const facts = await adapter.inspect(key);
  expect(facts).toMatchObject({
    keyId: key.keyId,
    label: REQUEST.label,
    permissions: ['Read', 'SpotTrade'],
    allowlist: ['127.0.0.1', '198.51.100.0/28'],
  });
  expect(adapter.expectedPermissions(REQUEST.permissions)).toEqual(facts.permissions);
  expect(adapter.isRestricted(facts)).toBe(false);

  const [listed, ...more] = await adapter.list(management, ACCOUNT);
  expect(more).toEqual([]);
  expect(listed).toMatchObject({ keyId: key.keyId, label: REQUEST.label, lastUsedAt: expect.any(Date) });
  expect(JSON.stringify(listed)).not.toContain(key.apiSecret);

  await adapter.restrict(management, ACCOUNT, listed);
  const restricted = await adapter.inspect(key);
  expect(restricted).toMatchObject({ permissions: ['Read'], allowlist: facts.allowlist });
  expect(adapter.isRestricted(restricted)).toBe(true);

  expect(await adapter.revoke(management, ACCOUNT, key)).toBe('revoked');
  expect(await adapter.revoke(management, ACCOUNT, key)).toBe('already-gone');
  expect(await adapter.probe(key)).toEqual({ result: ErrorClass.KEY_UNKNOWN, code: '10003' });
  expect((await refused(adapter.inspect(key))).errorClass).toBe(ErrorClass.KEY_UNKNOWN);
  expect(await adapter.list(management, ACCOUNT)).toEqual([]);
});

test('statuses say nothing: the same with HTTP 200 throughout', async () => {
  await start({ alwaysHttp200: true });
  const management = manager();
  const key = await adapter.create(management, REQUEST);
  expect(await adapter.revoke(management, ACCOUNT, key)).toBe('revoked');
  expect(await adapter.revoke(management, ACCOUNT, key)).toBe('already-gone');
  expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.KEY_UNKNOWN });
});

test('a passphrase: made for the new key, needed by its requests', async () => {
  await start({ passphrase: 'plain' });
  const key = await adapter.create(manager(), REQUEST);
  expect(key.passphrase).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[!_])[!-~]{24}$/);
  expect(await adapter.probe(key)).toEqual({ result: 'OK' });
  expect(await adapter.probe({ ...key, passphrase: 'wrong-horse' })).toMatchObject({ result: ErrorClass.PASSPHRASE });
  // Without one there is nothing to sign with: no request, and no success.
  expect(await adapter.probe({ ...key, passphrase: undefined })).toMatchObject({ result: ErrorClass.CONFIG });
});

test('refusals have their class', async () => {
  await start();
  const reader = byHand(ACCOUNT, ['Read']);
  expect(await adapter.probe({ ...reader, apiSecret: 'wrong' })).toMatchObject({ result: ErrorClass.SIGNATURE });
  expect(await adapter.probe(byHand(ACCOUNT, ['Read'], ['203.0.113.9']))).toMatchObject({
    result: ErrorClass.IP_NOT_ALLOWED,
  });
  expect(await adapter.probe(byHand(ACCOUNT, ['SpotTrade']))).toMatchObject({ result: ErrorClass.PERMISSION });
  exchange.control.editKeyByHand(reader.keyId, { expiresAt: clock.now() });
  expect(await adapter.probe(reader)).toMatchObject({ result: ErrorClass.KEY_EXPIRED });
  expect((await refused(adapter.create(byHand('master', ['Read']), REQUEST))).errorClass).toBe(ErrorClass.PERMISSION);
  exchange.control.configure({ mfaOperations: ['createKey'] });
  expect((await refused(adapter.create(manager(), REQUEST))).errorClass).toBe(ErrorClass.MFA_REQUIRED);
  exchange.control.configure({ mfaOperations: [] });
  const management = manager();
  exchange.control.configure({ keyQuota: 1 });
  expect((await refused(adapter.create(management, REQUEST))).errorClass).toBe(ErrorClass.KEY_QUOTA);
});

test('a new key that is not active yet', async () => {
  await start({ activationDelayMs: 60_000 });
  const key = await adapter.create(manager(), REQUEST);
  expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.NOT_ACTIVE_YET });
  clock.time += 60_000;
  expect(await adapter.probe(key)).toEqual({ result: 'OK' });
});

test('one code for everything is ambiguous, never proof of death', async () => {
  await start({ ambiguousAuth: true }, ambiguousConfiguration);
  expect(adapter.capabilities.clearErrors).toBe(false);
  const management = manager();
  const key = await adapter.create(management, REQUEST);
  await adapter.revoke(management, ACCOUNT, key);
  expect(await adapter.probe(key)).toEqual({ result: ErrorClass.AMBIGUOUS_AUTH, code: '-2015' });
  expect(await adapter.probe(byHand(ACCOUNT, ['Read'], ['203.0.113.9']))).toMatchObject({
    result: ErrorClass.AMBIGUOUS_AUTH,
  });
});

test.each([['empty'], ['star']] as const)('an unbound key shown as %s is bound to nothing', async (showUnboundAs) => {
  await start({ showUnboundAs, enforceAllowlist: false });
  const management = manager();
  const key = byHand(ACCOUNT, ['Read'], []);
  expect((await adapter.inspect(key)).allowlist).toEqual([]);
  expect((await adapter.list(management, ACCOUNT))[0].allowlist).toEqual([]);
});

test('a list of several pages is read to its end', async () => {
  await start({ keyQuota: 300 });
  const management = manager();
  const ids = Array.from({ length: 230 }, () => byHand(ACCOUNT, ['Read']).keyId);
  expect((await adapter.list(management, ACCOUNT)).map(({ keyId }) => keyId)).toEqual(ids);
});

describe('an answer that is lost', () => {
  test.each(['createKey'] as const)('%s: unknown, and not repeated', async (operation) => {
    await start();
    const management = manager();
    exchange.control.loseResponse(operation);
    const { errorClass } = await refused(adapter.create(management, REQUEST));
    expect(errorClass).toBe(ErrorClass.TRANSIENT);
    const made = exchange.control.keys({ label: REQUEST.label });
    expect(made).toHaveLength(1);
    expect((await adapter.list(management, ACCOUNT)).map(({ keyId }) => keyId)).toEqual([made[0].id]);
  });

  test('of a deletion: unknown, and the second one finds the key gone', async () => {
    await start();
    const management = manager();
    const key = await adapter.create(management, REQUEST);
    exchange.control.loseResponse('deleteKey');
    expect((await refused(adapter.revoke(management, ACCOUNT, key))).errorClass).toBe(ErrorClass.TRANSIENT);
    expect(await adapter.revoke(management, ACCOUNT, key)).toBe('already-gone');
  });

  test('of a read: asked again', async () => {
    await start();
    const key = byHand(ACCOUNT, ['Read']);
    exchange.control.loseResponse('account');
    expect(await adapter.probe(key)).toEqual({ result: 'OK' });
    exchange.control.loseResponse('account', 2);
    expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.TRANSIENT });
  });

  test('a page instead of an answer', async () => {
    await start();
    const management = manager();
    exchange.control.garble('createKey');
    expect((await refused(adapter.create(management, REQUEST))).errorClass).toBe(ErrorClass.TRANSIENT);
    exchange.control.inject({ operation: 'createKey', stage: 'after', action: { kind: 'html' } });
    expect((await refused(adapter.create(management, REQUEST))).errorClass).toBe(ErrorClass.TRANSIENT);
    exchange.control.clearFaults();
    exchange.control.garble('account', 2);
    expect(await adapter.probe(management)).toEqual({ result: ErrorClass.TRANSIENT, code: 'HTTP_200' });
  });
});

test.each([
  ['503', 'HTTP_503'],
  ['reset', 'ECONNRESET'],
  ['hang', 'ANSWER_TIMEOUT'],
] as const)('an outage (%s) says nothing about the key', async (mode, code) => {
  await start();
  const key = byHand(ACCOUNT, ['Read']);
  exchange.control.outage(mode);
  expect(await adapter.probe(key)).toEqual({ result: ErrorClass.TRANSIENT, code });
  expect((await refused(adapter.inspect(key))).errorClass).toBe(ErrorClass.TRANSIENT);
  exchange.control.outage(null);
  expect(await adapter.probe(key)).toEqual({ result: 'OK' });
});

describe('too many requests', () => {
  const limit = { per: 'key', capacity: 1, refillPerSecond: 0.5 } as const;

  test('a read waits as long as the exchange says', async () => {
    await start({ rateLimits: [limit] });
    const key = byHand(ACCOUNT, ['Read']);
    expect(await adapter.probe(key)).toEqual({ result: 'OK' });
    expect(await adapter.probe(key)).toEqual({ result: 'OK' });
    expect(clock.sleeps.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(1990);
  });

  test('a long wait is not waited, and nothing is sent meanwhile', async () => {
    await start({ rateLimits: [{ ...limit, refillPerSecond: 0.01 }] });
    const [key, management] = [byHand(ACCOUNT, ['Read']), manager()];
    expect(await adapter.probe(key)).toEqual({ result: 'OK' });
    expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.RATE_LIMIT });
    exchange.control.clearJournal();
    const error = await refused(adapter.create(management, REQUEST));
    expect([error.errorClass, error.exchangeCode]).toEqual([ErrorClass.RATE_LIMIT, 'RETRY_AFTER']);
    expect(exchange.control.journal()).toEqual([]);
    clock.time += 100_000;
    await adapter.create(management, REQUEST);
  });
});

describe('clocks that differ', () => {
  test('the exchange is asked for its time, and nothing happens twice', async () => {
    await start();
    const management = manager();
    exchange.control.configure({ clockOffsetMs: 60_000 });
    const key = await adapter.create(management, REQUEST);
    expect(exchange.control.keys({ label: REQUEST.label })).toHaveLength(1);
    exchange.control.clearJournal();
    expect(await adapter.probe(key)).toEqual({ result: 'OK' });
    expect(exchange.control.journal()).toHaveLength(1);
  });

  test('a clock that is far off is not followed', async () => {
    await start();
    const key = byHand(ACCOUNT, ['Read']);
    exchange.control.configure({ clockOffsetMs: -3_600_000 });
    expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.CLOCK_SKEW });
  });

  test('without a way to ask there is no second attempt', async () => {
    await start({}, (url, options) => {
      const full = xxkkConfiguration(url, options);
      const { serverTime: _none, ...operations } = full.operations;
      return { ...full, operations };
    });
    const key = byHand(ACCOUNT, ['Read']);
    exchange.control.configure({ clockOffsetMs: 60_000 });
    expect(await adapter.probe(key)).toMatchObject({ result: ErrorClass.CLOCK_SKEW });
    expect(exchange.control.journal()).toHaveLength(1);
  });
});

describe('an unknown key while revoking', () => {
  test('is the management key, if the list cannot be read with it', async () => {
    await start();
    const management = manager();
    const key = await adapter.create(management, REQUEST);
    exchange.control.deleteKeyByHand(management.keyId);
    expect((await refused(adapter.revoke(management, ACCOUNT, key))).errorClass).toBe(ErrorClass.KEY_UNKNOWN);
    expect(exchange.control.liveKeys({ label: REQUEST.label })).toHaveLength(1);
  });

  test('of a wrong account is no success', async () => {
    await start();
    const management = manager();
    const key = await adapter.create(management, REQUEST);
    expect((await refused(adapter.revoke(management, 'sub-9', key))).errorClass).toBe(ErrorClass.CONFIG);
  });
});

test('where people create and delete, nothing is done and nothing is asked', async () => {
  await start({}, manualConfiguration);
  expect(adapter.capabilities).toMatchObject({ create: false, revoke: false, restrict: false, list: false });
  const key = byHand(ACCOUNT, ['Read']);
  const listed = { keyId: key.keyId, permissions: [], allowlist: [] };
  for (const call of [
    adapter.create(key, REQUEST),
    adapter.list(key, ACCOUNT),
    adapter.restrict(key, ACCOUNT, listed),
    adapter.revoke(key, ACCOUNT, key),
  ]) {
    expect((await refused(call)).errorClass).toBe(ErrorClass.UNSUPPORTED);
  }
  expect(exchange.control.journal()).toEqual([]);
  expect(await adapter.probe(key)).toEqual({ result: 'OK' });
  expect((await adapter.inspect(key)).permissions).toEqual(['Read']);
});

test('what cannot be asked for is not asked for', async () => {
  await start();
  const management = manager();
  const cases: [Partial<CreateRequest>, string][] = [
    [{ allowlist: [] }, 'ALLOWLIST_EMPTY'],
    [{ allowlist: Array.from({ length: 21 }, (_, i) => `198.51.100.${i}/32`) }, 'ALLOWLIST_TOO_LONG'],
  ];
  for (const [change, code] of cases) {
    const error = await refused(adapter.create(management, { ...REQUEST, ...change }));
    expect([error.errorClass, error.exchangeCode]).toEqual([ErrorClass.CONFIG, code]);
  }
  for (const account of [undefined, '..', '']) {
    const error = await refused(adapter.create(management, { ...REQUEST, account }));
    expect(error.errorClass).toBe(ErrorClass.CONFIG);
  }
  expect(exchange.control.journal()).toEqual([]);
});

test('pace: all requests together keep to what is configured', async () => {
  await start({}, (url, options) => xxkkConfiguration(url, { ...options, requestsPerSecond: 2 }));
  const key = byHand(ACCOUNT, ['Read']);
  await adapter.probe(key);
  await adapter.inspect(key);
  await adapter.probe(key);
  expect(clock.sleeps).toEqual([500, 500]);
  expect(adapter.capabilities.requestsPerSecond).toBe(2);
});
