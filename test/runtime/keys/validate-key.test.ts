// Validation of a key against the loopback exchange: what is refused for good, what only for now, and what is warned of.
import { type KeyDescription, KeyPermission } from '../../../contract/keys';
import { KeyRefused } from '../../../runtime/keys/exchange-refusal';
import { validateKey } from '../../../runtime/keys/validate-key';
import type { Permission } from '../../support/exchange';
import { captureLogs, leaks } from './support/log-capture';
import { REGION, RingWorld, SUB_ACCOUNT, type WorldKey } from './support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset({ management: false }));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

type Made = Awaited<ReturnType<RingWorld['handMade']>>;

async function validate(key: WorldKey, document: Made, minutes = 5) {
  const { loadExchange, ourAddresses, now, sleep } = world.rotationDependencies();
  return validateKey(
    { state: { key: key.name, description: key.description }, document },
    {
      ...{ now, sleep, deadline: now() + minutes * 60_000 },
      adapter: await loadExchange('xxkk'),
      ourAddresses: await ourAddresses(),
    },
  );
}

/** Code and kind of the refusal; what was thrown never holds anything of the key. */
async function refusal(key: WorldKey, document: Made, minutes?: number) {
  const error = await validate(key, document, minutes).then(
    () => undefined,
    (thrown) => thrown,
  );
  const { apiKey, apiSecret } = document;
  expect(leaks([apiKey, apiSecret], [String(error?.message), String(error?.stack)])).toEqual([]);
  return error && { code: error.code, verdict: error instanceof KeyRefused };
}

const GOOD: readonly Permission[] = ['Read', 'SpotTrade', 'DerivTrade'];

test('a key exactly as declared is accepted', async () => {
  const key = await world.addKey();
  await expect(validate(key, world.handMade(key))).resolves.toMatchObject({ warnings: [] });
});

test.each([
  ['KEY_PERMISSIONS_EXCESSIVE', { permissions: [...GOOD, 'Withdraw'] }],
  ['KEY_PERMISSIONS_EXCESSIVE', { permissions: [...GOOD, 'Transfer'] }],
  ['KEY_PERMISSIONS_MISSING', { permissions: ['Read', 'SpotTrade'] }],
  ['KEY_NOT_BOUND', { ips: [] }],
  // the exchange refuses us before we can ask for the allowlist
  ['KEY_REFUSED_BY_EXCHANGE', { ips: ['203.0.113.9'] }],
] as const)('%s %j', async (code, changes) => {
  const key = await world.addKey();
  await expect(refusal(key, world.handMade(key, changes))).resolves.toEqual({ code, verdict: true });
});

test.each([
  ['an active', []],
  ['a standby', ['127.0.0.2']],
])('%s address of ours is missing: a new key must hold them all', async (_, standby) => {
  await world.publishAddresses(['127.0.0.1', '127.0.0.2'], REGION, standby);
  const key = await world.addKey();
  await expect(refusal(key, world.handMade(key))).resolves.toEqual({ code: 'KEY_ALLOWLIST_INCOMPLETE', verdict: true });
});

test.each([
  [
    'a key that the exchange does not know',
    (made: Made) => ({ ...made, apiKey: 'unknown' }),
    'KEY_REFUSED_BY_EXCHANGE',
  ],
  ['a wrong secret', (made: Made) => ({ ...made, apiSecret: 'not-its-own' }), 'KEY_REFUSED_BY_EXCHANGE'],
  ['the id of another key', (made: Made) => ({ ...made, keyId: 'other' }), 'KEY_ID_MISMATCH'],
  ['a document of another key', (made: Made) => ({ ...made, name: 'prod-trader-bot-b' }), 'KEY_DOCUMENT_FOREIGN'],
  ['a document of another account', (made: Made) => ({ ...made, account: 'sub-2' }), 'KEY_DOCUMENT_FOREIGN'],
  ['a document of another exchange', (made: Made) => ({ ...made, exchange: 'okx' }), 'KEY_DOCUMENT_FOREIGN'],
])('%s is a verdict', async (_, change, code) => {
  const key = await world.addKey();
  await expect(refusal(key, change(world.handMade(key)))).resolves.toEqual({ code, verdict: true });
});

test('an expired key is a verdict', async () => {
  const key = await world.addKey();
  const made = world.handMade(key, { ttlDays: 1 });
  world.advance(2 * 86_400_000);
  await expect(refusal(key, made)).resolves.toEqual({ code: 'KEY_REFUSED_BY_EXCHANGE', verdict: true });
});

test.each([
  ['503', 'EXCHANGE_NO_ANSWER'],
  ['reset', 'EXCHANGE_NO_ANSWER'],
] as const)('an exchange that is down (%s) is no verdict', async (mode, code) => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.outage(mode);
  await expect(refusal(key, made)).resolves.toEqual({ code, verdict: false });
});

test('an outage that ends in time is not noticed', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.outage('503', { until: world.exchange.control.time() + 60_000 });
  await expect(validate(key, made)).resolves.toMatchObject({ warnings: [] });
});

test('a pace that the exchange refuses is waited for', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.failBefore('inspectKey', 3, 429, 'RATE_LIMIT');
  await expect(validate(key, made)).resolves.toMatchObject({ warnings: [] });
});

test('clocks that differ by hours are no verdict about the key', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.configure({ clockOffsetMs: 3 * 3_600_000 });
  await expect(refusal(key, made)).resolves.toEqual({ code: 'EXCHANGE_REFUSED', verdict: false });
  world.exchange.control.configure({ clockOffsetMs: 60_000 });
  await expect(validate(key, made)).resolves.toMatchObject({ warnings: [] });
});

test('an answer that the configuration does not explain is no verdict', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.failBefore('inspectKey', 99, 400, 'MFA_REQUIRED');
  await expect(refusal(key, made)).resolves.toEqual({ code: 'EXCHANGE_REFUSED', verdict: false });
});

test('a key that describes itself well and cannot read from here is refused', async () => {
  const key = await world.addKey();
  const made = world.handMade(key);
  world.exchange.control.failBefore('account', 9, 403, 'IP_NOT_ALLOWED');
  await expect(refusal(key, made)).resolves.toEqual({ code: 'KEY_REFUSED_BY_EXCHANGE', verdict: true });
});

test('a key that need not read may be refused the read', async () => {
  const key = await world.addKey('a', { permissions: ['trade'] });
  await expect(validate(key, world.handMade(key))).resolves.toMatchObject({ warnings: [] });
});

describe('a key that may withdraw', () => {
  const permissions = [KeyPermission.READ, KeyPermission.WITHDRAW] as const;
  const review = (expires: string): Partial<KeyDescription> => ({
    permissions,
    withdrawalReview: { reviewer: 'alice', date: '2026-01-01', ticket: 'SEC-1', expires },
  });
  const day = (offset: number) => new Date(world.clock.now() + offset * 86_400_000).toISOString().slice(0, 10);

  test('needs a review on record', async () => {
    const key = await world.addKey('a', { permissions });
    const made = world.handMade(key);
    await expect(refusal(key, made)).resolves.toEqual({ code: 'WITHDRAWAL_REVIEW_MISSING', verdict: true });
  });

  test('that holds until the day before it expires', async () => {
    const key = await world.addKey('a', review(day(1)));
    await expect(validate(key, world.handMade(key))).resolves.toMatchObject({ warnings: [] });
    const over = await world.addKey('b', review(day(0)));
    await expect(refusal(over, world.handMade(over))).resolves.toEqual({
      code: 'WITHDRAWAL_REVIEW_EXPIRED',
      verdict: true,
    });
  });
});

test('an end before the tier ends it, and addresses that are not ours, are warnings', async () => {
  const key = await world.addKey();
  const made = world.handMade(key, { ips: ['127.0.0.1', '203.0.113.9'], ttlDays: 20 });
  const { warnings } = await validate(key, made);
  expect(warnings).toEqual([
    expect.stringContaining('203.0.113.9/32, which is not ours'),
    expect.stringContaining('before it is 30 days old'),
  ]);
  const quiet = world.handMade(key, { ttlDays: 60 });
  await expect(validate(key, quiet)).resolves.toMatchObject({ warnings: [] });
  expect(world.exchange.control.liveKeys({ account: SUB_ACCOUNT })).toHaveLength(2);
});
