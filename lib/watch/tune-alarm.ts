// Applies a user's change to an alarm of the catalogue, within the alarm's own limits.
import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ALARM_IDS, AlarmDefinition } from '../../contract/alarms';
import { ConfigError } from '../core/config-error';
import { AlarmOverride } from './alarm-override';

/** An alarm as it will be. */
export interface TunedAlarm extends AlarmDefinition {
  readonly disabledBecause?: string;
}

export type AlarmOverrides = { readonly [alarmId: string]: AlarmOverride };

/** Refuses overrides of alarms that do not exist: a mistyped id would leave the alarm as it was, unnoticed. */
export function checkOverrideIds(scope: IConstruct, overrides: AlarmOverrides): void {
  for (const id of Object.keys(overrides)) {
    if ((ALARM_IDS as readonly string[]).includes(id)) continue;
    throw new ConfigError(
      'ALARM_ID_UNKNOWN',
      `'alarmOverrides' names '${id}', which is no alarm; write one of ${ALARM_IDS.join(', ')}`,
      scope,
    );
  }
}

/** The alarm with the user's changes to it. */
export function tuned(scope: IConstruct, alarm: AlarmDefinition, override: AlarmOverride = {}): TunedAlarm {
  const { evaluationPeriods = alarm.evaluationPeriods, threshold = alarm.threshold } = override;
  // A shorter look-back takes the number of bad periods with it, unless that was given too.
  const datapointsToAlarm = override.datapointsToAlarm ?? Math.min(alarm.datapointsToAlarm, evaluationPeriods);
  const prop = (name: string) => `alarmOverrides.${alarm.id}.${name}`;
  const most = Math.floor(86_400 / alarm.periodSeconds);
  inRange(scope, prop('threshold'), threshold, ...alarm.thresholdRange, false);
  inRange(scope, prop('evaluationPeriods'), evaluationPeriods, 1, most, true);
  inRange(scope, prop('datapointsToAlarm'), datapointsToAlarm, 1, evaluationPeriods, true);
  const { disabledBecause } = override;
  if (disabledBecause !== undefined && (Token.isUnresolved(disabledBecause) || disabledBecause.trim() === '')) {
    throw new ConfigError(
      'ALARM_REASON_MISSING',
      `'${prop('disabledBecause')}' is empty or a token; say in words why nobody is to be told`,
      scope,
    );
  }
  const { severity = alarm.severity } = override;
  return { ...alarm, threshold, evaluationPeriods, datapointsToAlarm, severity, disabledBecause };
}

/** Refuses what is no number in the range; a token cannot be decided, and so is none. */
export function inRange(scope: IConstruct, prop: string, value: number, from: number, to: number, whole = true): void {
  const good = typeof value === 'number' && value >= from && value <= to && (!whole || Number.isInteger(value));
  if (good && !Token.isUnresolved(value)) return;
  const given = Token.isUnresolved(value) ? 'a token' : String(value);
  throw new ConfigError(
    'THRESHOLD_OUT_OF_RANGE',
    `'${prop}' is out of range: got ${given}, allowed is ${from === to ? `${from} only` : `${whole ? 'a whole number ' : ''}from ${from} to ${to}`}`,
    scope,
  );
}
