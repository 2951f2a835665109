// The alarms of the ring as they are at this moment.
import {
  type AlarmType,
  type CompositeAlarm,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { ALARM_CATALOGUE, type AlarmSeverity, DO_NOT_TRADE, DO_NOT_TRADE_ALARM } from '../../../contract/alarms';
import type { Reading } from './reading';

export interface AlarmFacts {
  /** `NewSourceIp`, or what follows the ring's prefix in the name. */
  readonly id: string;
  readonly name: string;
  /** `OK`, `ALARM`, `INSUFFICIENT_DATA` */
  readonly state: string;
  readonly since?: Date;
  readonly severity?: AlarmSeverity;
  /** In the catalogue's words. */
  readonly title?: string;
  /** False: it tells nobody. */
  readonly actionsEnabled: boolean;
}

const TYPES: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** Those that are off their OK state first. */
export async function alarmStates({ session, watch, checkTime }: Reading): Promise<AlarmFacts[]> {
  const input = { AlarmNamePrefix: watch.alarmPrefix, AlarmTypes: TYPES };
  const found: AlarmFacts[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
    { client: session.aws.cloudwatch, pageSize: 100 },
    input,
  )) {
    found.push(...[...MetricAlarms, ...CompositeAlarms].map((alarm) => factsOf(alarm, watch.alarmPrefix)));
    checkTime();
  }
  return found.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

function factsOf(alarm: MetricAlarm | CompositeAlarm, prefix: string): AlarmFacts {
  const name = alarm.AlarmName ?? '';
  const id = name.slice(prefix.length);
  const known = ALARM_CATALOGUE.find((definition) => definition.id === id);
  const composite = id === DO_NOT_TRADE;
  return {
    id,
    name,
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
    severity: composite ? DO_NOT_TRADE_ALARM.severity : known?.severity,
    title: composite ? DO_NOT_TRADE_ALARM.title : known?.title,
    actionsEnabled: alarm.ActionsEnabled !== false,
  };
}

const ORDER = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

function rank({ state }: AlarmFacts): number {
  return ORDER.indexOf(state);
}
