// What the trading gate does when AWS fails, and when runs overlap: it may stay closed too long, never open too long.
import { CloudWatchClient, type DescribeAlarmsCommandOutput } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { readTradingGate, tradingGateParameterName } from '../../../contract/verify';
import { runTradingGate, type TradingGateOptions } from '../../../runtime/verify/trading-gate';
import { FAULTS, FaultyAws } from '../watch/support/faulty-aws';
import { COMPOSITE, REGION, STOPS } from './support/gate-alarms';

const PARAMETER = tradingGateParameterName('prod');
const NOW = new Date('2026-11-22T10:00:00.000Z');

beforeEach(() => {
  jest.spyOn(console, 'info').mockReturnValue();
});
afterEach(() => jest.restoreAllMocks());

/** Clients whose calls end in `answer`, whatever the network. */
interface Answers {
  readonly alarms: (names: readonly string[], token?: string) => Promise<object>;
  readonly put: (value: string) => Promise<object>;
  readonly get: () => Promise<object>;
}

type Client = CloudWatchClient | SSMClient;

function scripted<C extends Client>(
  client: C,
  answer: (input: Record<string, unknown>, command: string) => Promise<object>,
): C {
  (client as SSMClient).middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => ({
        response: {},
        output: (await answer(input as unknown as Record<string, unknown>, commandName)) as never,
      }),
    { step: 'initialize' },
  );
  return client;
}

function options(answers: Answers, counts: number[] = []): TradingGateOptions {
  return {
    environment: 'prod',
    region: REGION,
    parameter: PARAMETER,
    alarms: () => ({ composite: COMPOSITE, stops: STOPS }),
    cloudwatch: scripted(new CloudWatchClient({ region: REGION }), ({ AlarmNames, NextToken }) =>
      answers.alarms(AlarmNames as string[], NextToken as string | undefined),
    ),
    ssm: scripted(new SSMClient({ region: REGION }), ({ Value }, command) =>
      command === 'PutParameterCommand' ? answers.put(String(Value)) : answers.get(),
    ),
    publishCounts: (published) => counts.push(...[...published].map(([, count]) => count)),
    now: () => NOW,
  };
}

const inState = (
  state: string,
  names: readonly string[] = [COMPOSITE, ...STOPS],
): Partial<DescribeAlarmsCommandOutput> => ({
  MetricAlarms: names
    .filter((name) => name !== COMPOSITE)
    .map((AlarmName) => ({ AlarmName, StateValue: state as 'OK' })),
  CompositeAlarms: names.includes(COMPOSITE) ? [{ AlarmName: COMPOSITE, StateValue: state as 'OK' }] : [],
});

const read = (text: string | undefined) => readTradingGate(text, { environment: 'prod', now: NOW });

describe('over the network', () => {
  let aws: FaultyAws;
  beforeAll(async () => {
    aws = await FaultyAws.start();
  });
  afterAll(() => aws.stop());

  const quick = () => ({
    region: REGION,
    endpoint: aws.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true },
  });

  test.each(FAULTS)('alarms: %s', async (_, fault) => {
    aws.fault = fault;
    const texts: string[] = [];
    const counts: number[] = [];
    const put = async (value: string) => ({ Version: texts.push(value) });
    const run = options({ alarms: async () => ({}), put, get: async () => ({}) }, counts);
    const document = await runTradingGate({ ...run, cloudwatch: new CloudWatchClient(quick()) });
    expect(document.allowed).toBe(false);
    expect(texts).toHaveLength(1);
    expect(read(texts[0])).toMatchObject({
      allowed: false,
      reasons: [expect.stringMatching(/cannot be read \(AWS_|is missing/), ...document.reasons.slice(1)],
    });
    expect(counts).toEqual([0]);
  });

  test.each(FAULTS.filter(([name]) => !/^an empty|^null|^nonsense/.test(name)))('parameter: %s', async (_, fault) => {
    aws.fault = fault;
    const counts: number[] = [];
    const never = async () => ({});
    const run = options({ alarms: async () => inState('OK'), put: never, get: never }, counts);
    await expect(runTradingGate({ ...run, ssm: new SSMClient(quick()) })).rejects.toMatchObject({
      code: expect.stringMatching(/^AWS_/),
    });
    expect(counts).toEqual([0]);
  });
});

describe('listings', () => {
  const run = async (alarms: Answers['alarms']) => {
    const texts: string[] = [];
    await runTradingGate(
      options({ alarms, put: async (value) => ({ Version: texts.push(value) }), get: async () => ({}) }),
    );
    return read(texts.at(-1));
  };

  test('on several pages', async () => {
    const pages = [[COMPOSITE], [STOPS[0]], STOPS.slice(1)].map((names) => inState('OK', names));
    const alarms = async (_: unknown, token = '0') => ({
      ...pages[Number(token)],
      NextToken: ['1', '2'][Number(token)],
    });
    expect(await run(alarms)).toEqual({ allowed: true, reasons: [] });
  });

  test('that never end', async () => {
    let calls = 0;
    const alarms = async () => {
      calls += 1;
      return { ...inState('OK', STOPS), NextToken: 'again' };
    };
    expect(await run(alarms)).toEqual({ allowed: false, reasons: [`${COMPOSITE} is missing`] });
    expect(calls).toBeLessThan(50);
  });

  test('with an alarm that has no state, or one that nobody knows', async () => {
    const without = { ...inState('OK'), CompositeAlarms: [{ AlarmName: COMPOSITE }] };
    expect((await run(async () => without)).reasons).toEqual([`${COMPOSITE} is without a state`]);
    expect((await run(async () => inState('FINE'))).reasons).toHaveLength(4);
  });
});

test('an alarm goes off between look and writing: closed before the run ends', async () => {
  const states = ['OK', 'ALARM'];
  const texts: string[] = [];
  const counts: number[] = [];
  const alarms = async () => inState(states.shift() ?? 'ALARM');
  const put = async (value: string) => ({ Version: texts.push(value) });
  const document = await runTradingGate(options({ alarms, put, get: async () => ({}) }, counts));
  expect(document.allowed).toBe(false);
  expect(texts.map((text) => read(text).allowed)).toEqual([true, false]);
  expect(counts).toEqual([0]);
});

test('runs that overlap in any order: an alarm that has gone off before the last look leaves no open gate', async () => {
  let overtaken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('OK', 'ALARM'), { minLength: 1, maxLength: 4 }),
      async (s, states) => {
        let state = 'OK';
        let text: string | undefined;
        const written: boolean[] = [];
        const alarms = s.scheduleFunction(async () => inState(state));
        const put = s.scheduleFunction(async (value: string) => {
          text = value;
          written.push(read(value).allowed);
          return {};
        });
        const get = s.scheduleFunction(async () => ({ Parameter: { Value: text } }));
        const start = () => runTradingGate(options({ alarms, put, get }));
        const runs: Promise<unknown>[] = [start()];
        // each change of the alarm starts a run, as its event does
        const { task } = s.scheduleSequence(
          states.map((next) => async () => {
            state = next;
            runs.push(start());
          }),
        );
        await s.waitFor(task);
        await s.waitFor(Promise.all(runs));
        expect([state, read(text).allowed && state === 'ALARM']).toEqual([state, false]);
        if (state === 'ALARM' && written.at(-2) === true) overtaken += 1;
      },
    ),
    { numRuns: 300 },
  );
  expect(overtaken).toBeGreaterThan(0);
});
