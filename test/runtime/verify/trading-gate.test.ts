// The trading gate as Lambda runs it: real alarms in every state, the parameter as workloads read it, metric and log.
import { DeleteAlarmsCommand, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  closedTradingGate,
  GATE_VALID_MINUTES,
  readTradingGate,
  tradingGateParameterName,
} from '../../../contract/verify';
import { clientVariables, type LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import { LocalAwsHooks } from '../../../local-aws/test-hooks';
import type { handler as Handler } from '../../../runtime/verify/trading-gate.handler';
import { COMPOSITE, GateAlarms, isOn, REGION, STOPS } from './support/gate-alarms';

const PARAMETER = tradingGateParameterName('prod');

let aws: LocalAws;
let ssm: SSMClient;
let alarms: GateAlarms;
let printed: string[];
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  ssm = new SSMClient({ region: REGION });
  alarms = new GateAlarms();
}, 90_000);
afterAll(() => aws.stop());

beforeEach(async () => {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  // by the real clock, alarms without data would change by themselves
  await new LocalAwsHooks(aws.endpoint).evaluateAlarmsInBackground(false);
  Object.assign(process.env, {
    EXCHANGE_KEYS_ENVIRONMENT: 'prod',
    EXCHANGE_KEYS_TRADING_GATE: PARAMETER,
    EXCHANGE_KEYS_DO_NOT_TRADE: COMPOSITE,
    EXCHANGE_KEYS_STOP_ALARMS: STOPS.join(','),
  });
  jest.resetModules();
  printed = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const load = () => (require('../../../runtime/verify/trading-gate.handler') as { handler: typeof Handler }).handler;
const text = async () => (await ssm.send(new GetParameterCommand({ Name: PARAMETER }))).Parameter?.Value;
const read = async (now = new Date()) => readTradingGate(await text(), { environment: 'prod', now });
const lines = () => printed.map((line) => JSON.parse(line) as Record<string, unknown>);
const changes = () =>
  lines().flatMap(({ message, outcome, detail }) => (message === 'trading gate' ? [[outcome, detail]] : []));
const metrics = () => lines().flatMap(({ TradingAllowed, Ring }) => (Ring === 'prod' ? [TradingAllowed] : []));

test('all alarms OK: open for ten minutes, and told once', async () => {
  await alarms.create();
  const before = Date.now();
  const handler = load();
  const document = await handler();
  expect(await text()).toBe(JSON.stringify(document));
  expect(document).toMatchObject({ environment: 'prod', region: REGION, allowed: true, reasons: [] });
  expect(Date.parse(document.checkedAt)).toBeGreaterThanOrEqual(before);
  expect(await read()).toEqual({ allowed: true, reasons: [] });
  const end = new Date(Date.parse(document.checkedAt) + GATE_VALID_MINUTES * 60_000);
  expect(await read(end)).toEqual({ allowed: false, reasons: ['gate-expired'] });

  const second = await handler();
  expect(Date.parse(second.checkedAt)).toBeGreaterThanOrEqual(Date.parse(document.checkedAt));
  expect(changes()).toEqual([['open', undefined]]);
  expect(metrics()).toEqual([1, 1]);
});

test('follows the alarms, a line for each change', async () => {
  await ssm.send(
    new PutParameterCommand({ Name: PARAMETER, Type: 'String', Value: closedTradingGate('prod', REGION) }),
  );
  await alarms.create();
  const handler = load();
  await handler();
  await alarms.set(STOPS[1], 'ALARM');
  await handler();
  expect(await read()).toEqual({ allowed: false, reasons: [`${COMPOSITE} is ALARM`, `${STOPS[1]} is ALARM`] });
  await handler();
  await alarms.set(STOPS[1], 'OK');
  await handler();
  expect(await read()).toEqual({ allowed: true, reasons: [] });
  expect(changes()).toEqual([
    ['open', undefined],
    ['closed', `${COMPOSITE} is ALARM, ${STOPS[1]} is ALARM`],
    ['open', undefined],
  ]);
  expect(metrics()).toEqual([1, 0, 0, 1]);
});

describe('closed by one alarm alone', () => {
  test.each([
    [STOPS[0], 'ALARM'],
    [STOPS[2], 'INSUFFICIENT_DATA'],
  ] as const)('%s is %s', async (name, state) => {
    await alarms.create(STOPS, 'FALSE');
    await alarms.set(name, state);
    await load()();
    expect(await read()).toEqual({ allowed: false, reasons: [`${name} is ${state}`] });
    expect(metrics()).toEqual([0]);
  });

  test('the composite is ALARM, because of something that is not in the list', async () => {
    await alarms.createMetricAlarm('other');
    await alarms.set('other', 'OK');
    await alarms.create(STOPS, isOn('other'));
    await alarms.set('other', 'ALARM');
    await load()();
    expect(await read()).toEqual({ allowed: false, reasons: [`${COMPOSITE} is ALARM`] });
    expect(metrics()).toEqual([0]);
  });

  test('an alarm is missing', async () => {
    await alarms.create(STOPS.slice(1));
    await load()();
    expect((await read()).reasons).toEqual([`${STOPS[0]} is missing`]);
  });

  test('the composite is missing', async () => {
    await alarms.create();
    await alarms.client.send(new DeleteAlarmsCommand({ AlarmNames: [COMPOSITE] }));
    await load()();
    expect((await read()).reasons).toEqual([`${COMPOSITE} is missing`]);
  });

  test('somebody has put a metric alarm in the place of the composite', async () => {
    await alarms.create();
    await alarms.client.send(new DeleteAlarmsCommand({ AlarmNames: [COMPOSITE] }));
    await alarms.createMetricAlarm(COMPOSITE);
    await alarms.set(COMPOSITE, 'OK');
    await load()();
    expect((await read()).reasons).toEqual([`${COMPOSITE} is no composite alarm`]);
  });

  test('an alarm that tells nobody is in its state all the same', async () => {
    await alarms.create();
    await alarms.client.send(new DisableAlarmActionsCommand({ AlarmNames: [STOPS[0]] }));
    await load()();
    expect((await read()).allowed).toBe(true);
    await alarms.set(STOPS[0], 'ALARM');
    await load()();
    expect((await read()).allowed).toBe(false);
  });
});

test('more alarms than one call takes', async () => {
  const many = Array.from({ length: 130 }, (_, i) => `exchange-keys-prod-Many${i}`);
  await alarms.create(many, 'FALSE');
  process.env.EXCHANGE_KEYS_STOP_ALARMS = many.join(', ');
  const handler = load();
  await handler();
  expect(await read()).toEqual({ allowed: true, reasons: [] });
  await alarms.set(many[129], 'ALARM');
  await handler();
  expect((await read()).reasons).toEqual([`${many[129]} is ALARM`]);
}, 60_000);

describe('settings', () => {
  test.each(['EXCHANGE_KEYS_DO_NOT_TRADE', 'EXCHANGE_KEYS_STOP_ALARMS'])('%s is missing: closed', async (name) => {
    await alarms.create();
    await load()();
    jest.resetModules();
    delete process.env[name];
    await load()();
    expect(await read()).toEqual({ allowed: false, reasons: ['alarms cannot be read (FUNCTION_SETTING_MISSING)'] });
    expect(metrics()).toEqual([1, 0]);
  });

  test.each([',', 'a,,b'])('stop alarms %j: closed', async (names) => {
    await alarms.create();
    process.env.EXCHANGE_KEYS_STOP_ALARMS = names;
    await load()();
    expect((await read()).allowed).toBe(false);
  });

  test.each(['EXCHANGE_KEYS_ENVIRONMENT', 'EXCHANGE_KEYS_TRADING_GATE', 'AWS_REGION'])(
    '%s is missing',
    async (name) => {
      const value = process.env[name];
      delete process.env[name];
      await expect(load()()).rejects.toMatchObject({ code: 'FUNCTION_SETTING_MISSING' });
      process.env[name] = value;
    },
  );
});

test('a parameter that somebody has deleted is made again', async () => {
  await alarms.create();
  const handler = load();
  await handler();
  await ssm.send(new DeleteParameterCommand({ Name: PARAMETER }));
  await handler();
  expect((await read()).allowed).toBe(true);
});
