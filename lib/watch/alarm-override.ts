// What a user may change about one alarm of the catalogue.
import { AlarmSeverity } from '../../contract/alarms/alarm-definition';

/** A change to one alarm; what is left out stays as the catalogue has it. */
export interface AlarmOverride {
  /** Within the alarm's own range, see docs/runbook.md. @default - as in the catalogue */
  readonly threshold?: number;
  /** How many periods are looked at: N of "M of N". @default - as in the catalogue */
  readonly evaluationPeriods?: number;
  /** How many of them must be bad: M of "M of N". @default - as in the catalogue */
  readonly datapointsToAlarm?: number;
  /** @default - as in the catalogue */
  readonly severity?: AlarmSeverity;
  /**
   * Why nobody is to be told. The alarm stays and is drawn, does nothing, and leaves the composite `DoNotTrade`.
   * @default - it is on
   */
  readonly disabledBecause?: string;
}
