// The entry points as Lambda loads them: wired from environment variables alone, no matter what the event says.
import { ENVIRONMENT_VARIABLE } from '../../../contract/keys';
import { ZONE_VARIABLE } from '../../../contract/verify';
import type { handler as Inside } from '../../../runtime/verify/inside-probe.handler';
import type { handler as Outside } from '../../../runtime/verify/outside-probe.handler';
import { captureLogs } from '../keys/support/log-capture';
import { counts, OTHER, ProbeWorld, verdicts, WELL } from './support/probe-world';

let world: ProbeWorld;
beforeAll(async () => {
  captureLogs();
  world = await ProbeWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset());
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('EXCHANGE_KEYS_')) delete process.env[name];
  jest.resetModules();
  expect(world.leaks()).toEqual([]);
});

/** A new execution environment. */
const inside = () => (require('../../../runtime/verify/inside-probe.handler') as { handler: typeof Inside }).handler;
const outside = () => (require('../../../runtime/verify/outside-probe.handler') as { handler: typeof Outside }).handler;
const settle = (changes = {}) => Object.assign(process.env, world.variables(changes));

test('the inside probe, twice in one execution environment', async () => {
  settle();
  const handler = inside() as (event: unknown) => ReturnType<typeof Inside>;
  expect(verdicts(await world.run(() => handler({ zone: 'other', keys: ['x'] })))).toEqual(WELL);
  expect(verdicts(await world.run(() => handler(undefined)))).toEqual(WELL);
});

test('the outside probe', async () => {
  await world.reset({ ips: [OTHER] });
  settle();
  expect(verdicts(await world.run(outside()))).toEqual({ 'refused-outside': 'pass IP_NOT_ALLOWED' });
  expect(counts()).toEqual({ OutsideDecided: 1, OutsideFailed: 0 });
});

test('says which setting is missing, and how to find it', async () => {
  await expect(inside()()).rejects.toMatchObject({
    code: 'FUNCTION_SETTING_MISSING',
    message: expect.stringMatching(`${ENVIRONMENT_VARIABLE}.*\\[FUNCTION_SETTING_MISSING\\]`),
  });
  await expect(outside()()).rejects.toThrow(ENVIRONMENT_VARIABLE);
  process.env[ENVIRONMENT_VARIABLE] = 'prod';
  await expect(inside()()).rejects.toThrow(ZONE_VARIABLE);
});
