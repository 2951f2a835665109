// What the catalogue says of one alarm: everything but the resources of one deployment.
import type { CaretakerMetric, FilterMetric, VerifyMetric, WatchMetric } from '../metrics';
import type { FindingKind } from '../watch/finding';
import type { AlarmId } from './alarm-id';

/** Who is told, and when. */
export enum AlarmSeverity {
  /** Now, at night too: a key may be in the wrong hands, or the watch is blind. */
  CRITICAL = 'critical',
  /** Within the working day: something will fail unless somebody acts. */
  WARNING = 'warning',
}

/**
 * What an alarm is computed from. `nat`: one series per NAT gateway; `zones`: one per zone with an inside probe, the worst counts;
 * `dead-letters`: the one queue of the watch.
 */
export type AlarmSignal =
  | { readonly source: 'finding'; readonly finding: FindingKind }
  | { readonly source: 'filter'; readonly metric: FilterMetric }
  | {
      readonly source: 'ring';
      readonly metrics: readonly (CaretakerMetric | VerifyMetric | WatchMetric)[];
      readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
      /** Over the metrics as m0, m1, … Default: their sum. */
      readonly expression?: string;
    }
  | { readonly source: 'nat'; readonly metric: 'ErrorPortAllocation' | 'PacketsDropCount' }
  | { readonly source: 'zones'; readonly metric: VerifyMetric }
  | { readonly source: 'dead-letters' };

export interface AlarmDefinition {
  readonly id: AlarmId;
  readonly severity: AlarmSeverity;
  /** Heading for people, also in the dashboard. */
  readonly title: string;
  /** What it means that it went off, in one sentence. */
  readonly meaning: string;
  readonly signal: AlarmSignal;
  readonly comparison: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** What an override may make of the threshold. */
  readonly thresholdRange: readonly [from: number, to: number];
  readonly periodSeconds: number;
  /** M of N: `datapointsToAlarm` of the last `evaluationPeriods` periods. */
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Counts of bad things: `notBreaching`. Proofs of life: `breaching`, because silence is what they are about. */
  readonly missingData: 'notBreaching' | 'breaching';
  /** True: part of the composite `DoNotTrade`. */
  readonly doNotTrade: boolean;
  /** True: only a ring with probes has it. @default false */
  readonly needsProbes?: boolean;
}
