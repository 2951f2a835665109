// The configuration comes from SSM through the real client: kept for five minutes, and refused where it cannot be used.
import { SSMClient } from '@aws-sdk/client-ssm';
import { exchangeLoader } from '../../../runtime/exchange/load-exchange';
import { Refusal } from '../../../runtime/shared/refusal';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { FakeClock } from './support/fake-clock';
import { json, reset, type Script, ScriptedServer } from './support/scripted-server';

const CONFIGURATION = xxkkConfiguration('https://api.xxkk.example');
let server: ScriptedServer;
let ssm: SSMClient;
beforeAll(async () => {
  server = await ScriptedServer.start();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  ssm = new SSMClient({ region: 'eu-west-1', endpoint: server.url, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  ssm.destroy();
  await server.stop();
});

const parameter = (value: unknown): Script =>
  json(200, { Parameter: { Value: typeof value === 'string' ? value : JSON.stringify(value) } });
const failure = (name: string): Script => json(400, { __type: name, message: 'because' });

const loader = (clock = new FakeClock(), variables = {}) =>
  exchangeLoader({ environment: 'prod', ssm, clock, variables });

test('reads the parameter of the exchange and gives its adapter', async () => {
  server.script(parameter(CONFIGURATION));
  const adapter = await loader()('xxkk');
  expect(adapter.name).toBe('xxkk');
  expect(adapter.capabilities).toEqual({
    create: true,
    revoke: true,
    restrict: true,
    list: true,
    revokeSignedBy: 'management',
    clearErrors: true,
    activationSeconds: 0,
    requestsPerSecond: 100,
  });
  expect(JSON.parse(server.seen[0].body)).toEqual({ Name: '/exchange-keys/prod/exchange/xxkk' });
});

test('five minutes long the same adapter, asked for once even by two at a time', async () => {
  server.script(parameter(CONFIGURATION));
  const clock = new FakeClock();
  const load = loader(clock);
  const [one, two] = await Promise.all([load('xxkk'), load('xxkk')]);
  expect(two).toBe(one);
  clock.time += 299_999;
  expect(await load('xxkk')).toBe(one);
  expect(server.seen).toHaveLength(1);
  clock.time += 1;
  expect(await load('xxkk')).not.toBe(one);
  expect(server.seen).toHaveLength(2);
});

test('a failure is not kept', async () => {
  server.script(failure('ParameterNotFound'), parameter(CONFIGURATION));
  const load = loader();
  await expect(load('xxkk')).rejects.toBeInstanceOf(Refusal);
  expect((await load('xxkk')).name).toBe('xxkk');
});

test.each<[string, Script, string, RegExp]>([
  ['no parameter', failure('ParameterNotFound'), 'EXCHANGE_NOT_CONFIGURED', /'\/exchange-keys\/prod\/exchange\/xxkk'/],
  ['not allowed', failure('AccessDeniedException'), 'AWS_NOT_ALLOWED', /ssm:GetParameter/],
  ['no answer', reset, 'AWS_CALL_FAILED', /ssm:GetParameter/],
  ['no value', json(200, {}), 'EXCHANGE_CONFIGURATION_INVALID', /not JSON/],
  ['no JSON', parameter('{'), 'EXCHANGE_CONFIGURATION_INVALID', /not JSON/],
  ['another schema', parameter({}), 'EXCHANGE_CONFIGURATION_INVALID', /required property/],
  ['another exchange', parameter({ ...CONFIGURATION, name: 'other' }), 'EXCHANGE_CONFIGURATION_INVALID', /'other'/],
])('%s', async (_, script, code, message) => {
  server.script(script);
  const error = await loader()('xxkk').catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ code });
  expect(error.message).toMatch(message);
});

test('a base URL of the environment is checked like the other', async () => {
  server.script(parameter(CONFIGURATION));
  const load = loader(new FakeClock(), { XXKK_API_BASE_URL: 'https://me:hunter2@x.example' });
  const error = await load('xxkk').catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'EXCHANGE_BASE_URL' });
  expect(error.message).not.toContain('hunter2');
});

test('a malformed name asks nobody', async () => {
  server.script(parameter(CONFIGURATION));
  await expect((async () => loader()('../x'))()).rejects.toMatchObject({ code: 'EXCHANGE_NAME_MALFORMED' });
  expect(server.seen).toHaveLength(0);
});
