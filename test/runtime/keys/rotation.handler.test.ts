// The entry point as Lambda loads it: wired from environment variables alone, to the real SDK, clock and adapter.
import { ALLOWLIST_REGIONS_VARIABLE, CURRENT, ENVIRONMENT_VARIABLE } from '../../../contract/keys';
import type { handler as Handler } from '../../../runtime/keys/rotation.handler';
import { captureLogs, leaks } from './support/log-capture';
import { ENVIRONMENT, REGION, RingWorld, STEPS } from './support/ring-world';

const SETTINGS = { [ENVIRONMENT_VARIABLE]: ENVIRONMENT, [ALLOWLIST_REGIONS_VARIABLE]: REGION };
const invocation = { getRemainingTimeInMillis: () => 60_000 };

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
  await world.reset();
}, 90_000);
afterAll(() => world.stop());
afterEach(() => {
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
  jest.resetModules();
  expect(leaks(world.secrets())).toEqual([]);
});

/** A new execution environment. */
const load = () => (require('../../../runtime/keys/rotation.handler') as { handler: typeof Handler }).handler;

test('rotates a key from its first step to its last', async () => {
  Object.assign(process.env, SETTINGS);
  const handler = load();
  const key = await world.addLiveKey();
  const token = await world.register(key);
  for (const Step of STEPS) await handler({ Step, SecretId: key.arn, ClientRequestToken: token }, invocation);
  expect(await world.holder(key, CURRENT)).toBe(token);
  expect(await world.works(await world.current(key))).toBe(true);
});

test("answers the operator's command", async () => {
  Object.assign(process.env, SETTINGS);
  const handler = load();
  const key = await world.addKey('b');
  await world.put(key, world.handMade(key));
  await expect(handler({ command: 'validate-candidate', SecretId: key.arn }, invocation)).resolves.toEqual({
    ok: true,
    warnings: [],
  });
});

test('says which setting is missing', async () => {
  const handler = load();
  await expect(handler({ Step: 'createSecret' }, invocation)).rejects.toMatchObject({
    code: 'FUNCTION_SETTING_MISSING',
    message: expect.stringContaining(ALLOWLIST_REGIONS_VARIABLE),
  });
});
