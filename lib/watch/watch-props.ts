// How a ring is watched, as the user says it.
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IAlarmActionStrategy } from './alarm-action-strategy';
import { AlarmOverride } from './alarm-override';

/** The watch of a ring. It is always on; these say who is told, and tune it. */
export interface WatchProps {
  /**
   * Where findings, events and alarms are told: a standard topic, not under `alias/aws/sns`. If it is encrypted, its key must let `cloudwatch.amazonaws.com`,
   * `events.amazonaws.com` (without conditions, which EventBridge does not support there) and the notifier use it; if it was made
   * elsewhere, its policy must let them publish.
   *
   * @default - a new encrypted topic, `alarmTopic` of the ring; in production somebody must subscribe to it
   */
  readonly alarmTopic?: ITopic;
  /** @default SnsAlarmActions of the alarm topic */
  readonly alarmActions?: IAlarmActionStrategy;
  /** Changes to single alarms, by their ids; docs/runbook.md lists them. @default none */
  readonly alarmOverrides?: { [alarmId: string]: AlarmOverride };
  /** Where alarm descriptions and notifications send people; the anchor of the article is added. @default the runbook of this project */
  readonly runbookUrl?: string;
  /**
   * For how long after its first request a key's allowlisted addresses are learned without telling anybody: 0 to 30 days in
   * whole hours. Addresses outside the allowlist are told from the first request on.
   *
   * @default Duration.days(7)
   */
  readonly learningPeriod?: Duration;
  /** Refusals of one key within 5 minutes that are a spike: 3 to 1000. @default 10 */
  readonly authFailureThreshold?: number;
  /** How long request records are kept: at least three months, because a leak is often found late. @default RetentionDays.ONE_YEAR */
  readonly requestLogRetention?: RetentionDays;
}
