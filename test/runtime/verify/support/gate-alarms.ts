// The alarms of a ring in the local AWS, in the states that a test gives them.
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';

export const REGION = 'eu-west-1';
export const COMPOSITE = 'exchange-keys-prod-DoNotTrade';
export const STOPS = [
  'exchange-keys-prod-EgressDrift',
  'exchange-keys-prod-OpenPath',
  'exchange-keys-prod-NewSourceIp',
];

/** In a composite's rule. */
export const isOn = (name: string) => `ALARM("${name}")`;

export class GateAlarms {
  public readonly client = new CloudWatchClient({ region: REGION });

  /** All of them, OK. The composite follows `rule`, by default its parts. */
  public async create(stops: readonly string[] = STOPS, rule = stops.map(isOn).join(' OR ')): Promise<void> {
    for (const name of stops) await this.createMetricAlarm(name);
    for (const name of stops) await this.set(name, 'OK');
    await this.client.send(new PutCompositeAlarmCommand({ AlarmName: COMPOSITE, AlarmRule: rule }));
    await this.set(COMPOSITE, 'OK');
  }

  public async createMetricAlarm(AlarmName: string): Promise<void> {
    await this.client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'ExchangeKeys',
        MetricName: 'x',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  }

  public async set(AlarmName: string, StateValue: StateValue): Promise<void> {
    await this.client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'by the test' }));
  }
}
