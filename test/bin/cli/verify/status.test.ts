// `verify status`: the trading gate as a workload reads it, and the alarms that speak against trading.
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { verifyParameterName } from '../../../../contract/verify';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { LocalAwsHooks } from '../../../../local-aws/test-hooks';
import { runCli } from '../support/run-cli';
import { putParameters, REGION } from '../watch/support/watched-ring';
import { gateText, VERIFY } from './support/verified-ring';

let aws: LocalAws;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  cloudwatch = new CloudWatchClient({ region: REGION });
}, 90_000);
afterAll(() => aws?.stop());
beforeEach(async () => {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  await new LocalAwsHooks(aws.endpoint).evaluateAlarmsInBackground(false);
  await putParameters();
  await put(verifyParameterName('prod'), JSON.stringify(VERIFY));
});

const put = (Name: string, Value: string) =>
  new SSMClient({ region: REGION }).send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
const status = (...args: string[]) => runCli(['verify', 'status', '-e', 'prod', ...args]);

async function alarm(id: string, StateValue: 'OK' | 'ALARM'): Promise<void> {
  const AlarmName = `exchange-keys-prod-${id}`;
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: 'ExchangeKeys', MetricName: 'x', Statistic: 'Sum', Period: 300 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
    }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'by the test' }));
}

test('open, and nothing speaks against trading', async () => {
  await alarm('EgressDrift', 'OK');
  const text = gateText([]);
  await put(VERIFY.tradingGateParameter, text);
  expect(await status()).toEqual({
    code: 0,
    stdout: 'trading gate: open\n\nno alarm speaks against trading\n',
    stderr: '',
  });
  expect(JSON.parse((await status('--json')).stdout)).toEqual({
    environment: 'prod',
    region: REGION,
    allowed: true,
    reasons: [],
    document: JSON.parse(text),
    alarms: [],
  });
});

test('closed: the reasons, and only the alarms that stop trading', async () => {
  await alarm('EgressDrift', 'ALARM');
  await alarm('RotationOverdue', 'ALARM');
  await alarm('OpenPath', 'OK');
  await cloudwatch.send(
    new PutCompositeAlarmCommand({
      AlarmName: VERIFY.doNotTradeAlarm,
      AlarmRule: 'ALARM("exchange-keys-prod-EgressDrift")',
    }),
  );
  // the composite takes note of the change of one of its parts
  await alarm('EgressDrift', 'OK');
  await alarm('EgressDrift', 'ALARM');
  await put(VERIFY.tradingGateParameter, gateText(['exchange-keys-prod-EgressDrift is ALARM']));
  const { code, stdout } = await status();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^trading gate: closed\n {2}exchange-keys-prod-EgressDrift is ALARM\n\nALARM +STATE +SINCE +MEANS\n/,
  );
  expect(stdout).toMatch(/^DoNotTrade +ALARM .* Do not trade$/m);
  expect(stdout).toMatch(/^EgressDrift +ALARM .* Addresses, NAT gateways or routes are not as published$/m);
  expect(stdout).not.toMatch(/RotationOverdue|OpenPath/);
});

test.each([
  ['', undefined, 'the parameter does not exist, or is empty'],
  ['written by hand', 'open', 'the parameter holds a text that the function has not written'],
  ['expired', gateText([], new Date('2026-01-01T00:00:00.000Z')), 'what the parameter says holds no longer'],
  [
    'escapes',
    gateText([]).replace('"reasons":[]', '"reasons":["\\u001b[2J"]').replace('true', 'false'),
    '  \\u001b[2J',
  ],
])('closed by doubt: %s', async (_, text, words) => {
  if (text !== undefined) await put(VERIFY.tradingGateParameter, text);
  const { code, stdout } = await status();
  expect(code).toBe(0);
  expect(stdout).toContain(`trading gate: closed\n`);
  expect(stdout).toContain(words);
  expect(JSON.parse((await status('--json')).stdout)).toMatchObject({ allowed: false });
});
