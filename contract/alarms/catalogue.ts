// Every alarm of a ring, whatever the number of its keys: one row each.
import { type AlarmDefinition, AlarmSeverity } from './alarm-definition';
import type { AlarmId } from './alarm-id';
import { CARETAKER_ALARMS } from './caretaker-alarms';
import { FINDING_ALARMS } from './finding-alarms';
import { VERIFY_ALARMS } from './verify-alarms';
import { WATCH_ALARMS } from './watch-alarms';

/** In the order of dashboards and runbook. */
export const ALARM_CATALOGUE: readonly AlarmDefinition[] = [
  ...FINDING_ALARMS,
  ...CARETAKER_ALARMS,
  ...WATCH_ALARMS,
  ...VERIFY_ALARMS,
];

/** The alarm of this id. */
export function alarmDefinition(id: AlarmId): AlarmDefinition {
  return ALARM_CATALOGUE.find((alarm) => alarm.id === id) as AlarmDefinition;
}

/** The composite of the alarms with `doNotTrade`. */
export const DO_NOT_TRADE_ALARM = {
  severity: AlarmSeverity.CRITICAL,
  title: 'Do not trade',
  meaning: 'At least one alarm is on that says that keys, addresses or the watch are not as they should be',
} as const;
