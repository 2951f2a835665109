// The entry points as they are shipped: built, loaded by Node alone, wired from environment variables, clients loaded when needed.
import { type Bundle, buildBundle, invokeBundle } from '../support/bundle';
import { deliver, requestRecord } from './support/records';
import { ENVIRONMENT, REGION, TABLE, WatchWorld } from './support/watch-world';

const VARIABLES = {
  EXCHANGE_KEYS_ENVIRONMENT: ENVIRONMENT,
  EXCHANGE_KEYS_ALLOWLIST_REGIONS: REGION,
  EXCHANGE_KEYS_FINDINGS_TABLE: TABLE,
  EXCHANGE_KEYS_LEARNING_HOURS: '168',
  EXCHANGE_KEYS_SPIKE_FAILURES: '10',
};

let world: WatchWorld;
let bundle: Bundle;
beforeAll(async () => {
  [world, bundle] = await Promise.all([WatchWorld.start(), buildBundle('detector')]);
}, 90_000);
afterAll(async () => {
  bundle.remove();
  await world.stop();
});
beforeEach(() => world.reset());

test('a delivery from end to end', async () => {
  const keyVersion = await world.addKey();
  const event = deliver(requestRecord({ keyVersion }), requestRecord({ keyVersion, sourceIp: '203.0.113.7' }));
  expect(await invokeBundle(bundle, event, VARIABLES)).toEqual({});
  expect(await world.told()).toEqual(['NewSourceIp prod-trader-bot-a 203.0.113.7']);
});

test('is small, and takes nothing from Lambda but the SDK', () => {
  expect(bundle.bytes).toBeLessThan(200_000);
  expect(bundle.externals.every((name) => /^(@aws-sdk\/|node:)/.test(name))).toBe(true);
});

test.each(Object.keys(VARIABLES))('says that %s is missing', async (name) => {
  expect(await invokeBundle(bundle, deliver(), { ...VARIABLES, [name]: '' })).toEqual({
    name: 'Refusal',
    message: `environment variable ${name} is missing; deploy the ring again`,
  });
});

test.each([
  ['EXCHANGE_KEYS_LEARNING_HOURS', '721', 'from 0 to 720'],
  ['EXCHANGE_KEYS_LEARNING_HOURS', '-1', 'from 0 to 720'],
  ['EXCHANGE_KEYS_LEARNING_HOURS', '1e2', 'from 0 to 720'],
  ['EXCHANGE_KEYS_SPIKE_FAILURES', '2', 'from 3 to 1000'],
  ['EXCHANGE_KEYS_SPIKE_FAILURES', 'ten', 'from 3 to 1000'],
])('refuses %s=%s', async (name, value, allowed) => {
  expect(await invokeBundle(bundle, deliver(), { ...VARIABLES, [name]: value })).toMatchObject({
    message: `environment variable ${name} is '${value}', allowed are whole numbers ${allowed}; deploy the ring again`,
  });
});

test('loads no client before it needs one', async () => {
  const { execFileSync } = await import('node:child_process');
  for (const name of ['detector', 'notifier']) {
    const built = await buildBundle(name);
    const script = `require(process.env.FILE); process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
    const loaded = execFileSync(process.execPath, ['--eval', script], { env: { ...process.env, FILE: built.file } });
    expect(JSON.parse(loaded.toString())).toHaveLength(1);
    built.remove();
  }
}, 60_000);
