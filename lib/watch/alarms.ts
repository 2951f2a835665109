// All alarms of a ring out of the catalogue, and the composite that says when not to trade.
import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  ALARM_CATALOGUE,
  AlarmId,
  alarmName,
  DO_NOT_TRADE,
  DO_NOT_TRADE_ALARM,
  runbookAnchor,
} from '../../contract/alarms';
import { ConfigError } from '../core/config-error';
import { AlarmActionRequest, IAlarmActionStrategy } from './alarm-action-strategy';
import { AlarmPlace, alarmMetric } from './alarm-metric';
import { AlarmOverrides, checkOverrideIds, TunedAlarm, tuned } from './tune-alarm';

export interface AlarmsProps extends AlarmPlace {
  readonly actions: IAlarmActionStrategy;
  readonly overrides: AlarmOverrides;
  readonly runbookUrl: string;
  /** Keys of the ring, may be a token: fewer seen by the caretaker means that some have gone. */
  readonly keyCount: number;
}

export interface RingAlarms {
  readonly alarms: ReadonlyMap<AlarmId, Alarm>;
  readonly doNotTrade: CompositeAlarm;
  /** What it is made of. */
  readonly stops: readonly AlarmId[];
}

export function createAlarms(watch: Construct, props: AlarmsProps): RingAlarms {
  checkOverrideIds(watch, props.overrides);
  const scope = new Construct(watch, 'Alarm');
  const alarms = new Map<AlarmId, Alarm>();
  const stops = new Map<AlarmId, Alarm>();
  for (const definition of ALARM_CATALOGUE) {
    const alarm = tuned(scope, definition, props.overrides[definition.id]);
    const made = createAlarm(scope, alarm, props);
    if (!made) continue;
    alarms.set(alarm.id, made);
    if (alarm.doNotTrade && alarm.disabledBecause === undefined) stops.set(alarm.id, made);
  }
  return { alarms, doNotTrade: createDoNotTrade(scope, [...stops.values()], props), stops: [...stops.keys()] };
}

function createAlarm(scope: Construct, alarm: TunedAlarm, props: AlarmsProps): Alarm | undefined {
  const metric = alarmMetric(alarm, props);
  if (!metric) return undefined;
  const { id, disabledBecause } = alarm;
  const seenKeys = id === 'CaretakerSilent' && props.overrides[id]?.threshold === undefined;
  const made = new Alarm(scope, id, {
    alarmName: alarmName(props.environment, id),
    alarmDescription: describe(alarm.title, alarm.meaning, id, props.runbookUrl, disabledBecause),
    metric,
    comparisonOperator:
      alarm.comparison === 'LessThanThreshold'
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: seenKeys ? props.keyCount : alarm.threshold,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    treatMissingData: alarm.missingData === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    actionsEnabled: disabledBecause === undefined,
  });
  act(made, { alarmId: id, severity: alarm.severity, environment: props.environment }, props.actions);
  return made;
}

function createDoNotTrade(scope: Construct, stops: Alarm[], props: AlarmsProps): CompositeAlarm {
  if (stops.length === 0) {
    throw new ConfigError(
      'DO_NOT_TRADE_EMPTY',
      `'alarmOverrides' disables every alarm that '${DO_NOT_TRADE}' is made of; leave at least one of ${ALARM_CATALOGUE.filter(
        (alarm) => alarm.doNotTrade,
      )
        .map(({ id }) => id)
        .join(', ')}`,
      scope,
    );
  }
  const { severity, title, meaning } = DO_NOT_TRADE_ALARM;
  const composite = new CompositeAlarm(scope, DO_NOT_TRADE, {
    compositeAlarmName: alarmName(props.environment, DO_NOT_TRADE),
    alarmDescription: describe(title, meaning, DO_NOT_TRADE, props.runbookUrl),
    alarmRule: AlarmRule.anyOf(...stops.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
  });
  const { environment } = props;
  act(composite, { alarmId: DO_NOT_TRADE, severity, environment }, props.actions);
  return composite;
}

type Acting = Pick<Alarm, 'addAlarmAction' | 'addOkAction' | 'node'>;

function act(alarm: Acting & Construct, request: AlarmActionRequest, strategy: IAlarmActionStrategy): void {
  const actions: IAlarmAction[] = strategy.actionsFor(request);
  if (actions.length === 0) {
    throw new ConfigError(
      'ALARM_ACTIONS_EMPTY',
      `'alarmActions' gives no action for '${request.alarmId}' (${request.severity}); return at least one, or disable the alarm with 'disabledBecause'`,
      Stack.of(alarm),
    );
  }
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
}

/** Quota of CloudWatch. */
const LONGEST_DESCRIPTION = 1024;

/** A reason that does not fit is cut: the way to the article must not be. */
function describe(title: string, meaning: string, id: string, runbookUrl: string, disabledBecause?: string): string {
  const text = (off: string) => `${title}. ${meaning}.${off} Runbook: ${runbookUrl}${runbookAnchor(id)}`;
  if (disabledBecause === undefined) return text('');
  const room = LONGEST_DESCRIPTION - text(' Disabled: .').length;
  const reason =
    disabledBecause.length > room ? `${disabledBecause.slice(0, Math.max(room - 1, 0))}…` : disabledBecause;
  return text(` Disabled: ${reason}.`);
}
