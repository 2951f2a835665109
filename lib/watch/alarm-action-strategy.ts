// What an alarm does when it goes off and when it is over; the user may decide it for each severity.
import { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { AlarmSeverity } from '../../contract/alarms/alarm-definition';

/** Which alarm actions are asked for. */
export interface AlarmActionRequest {
  /** Id of the alarm in the catalogue, `NewSourceIp`; `DoNotTrade` for the composite. */
  readonly alarmId: string;
  readonly severity: AlarmSeverity;
  /** The ring's environment. */
  readonly environment: string;
}

/** Decides what alarms do: tell a topic, call a function, open an incident. */
export interface IAlarmActionStrategy {
  /** Actions for going off, and, where they take it, for being over. At least one, or the alarm is an ornament. */
  actionsFor(request: AlarmActionRequest): IAlarmAction[];
}

/** Tells one topic of every alarm, and when it is over. */
export class SnsAlarmActions implements IAlarmActionStrategy {
  constructor(private readonly topic: ITopic) {}

  public actionsFor(_request: AlarmActionRequest): IAlarmAction[] {
    return [new SnsAction(this.topic)];
  }
}
