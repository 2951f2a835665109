// Every alarm of a ring, whatever the number of its keys: one row each.
import { type AlarmDefinition, AlarmSeverity } from './alarm-definition';
import type { AlarmId } from './alarm-id';
import { CARETAKER_ALARMS } from './caretaker-alarms';
import { FINDING_ALARMS } from './finding-alarms';
import { WATCH_ALARMS } from './watch-alarms';

/** In the order of dashboards and runbook. */
export const ALARM_CATALOGUE: readonly AlarmDefinition[] = [...FINDING_ALARMS, ...CARETAKER_ALARMS, ...WATCH_ALARMS];

/** The alarm of this id. */
export function alarmDefinition(id: AlarmId): AlarmDefinition {
  return ALARM_CATALOGUE.find((alarm) => alarm.id === id) as AlarmDefinition;
}

/** Severity of the composite: it is made of alarms that cannot wait. */
export const DO_NOT_TRADE_SEVERITY = AlarmSeverity.CRITICAL;
