// Alarms on the life of keys, from what the caretaker counts in every pass.
import { CaretakerMetric } from '../metrics';
import { type AlarmDefinition, AlarmSeverity, type AlarmSignal } from './alarm-definition';

const PASS_SECONDS = 900;

const anyOf = (...metrics: CaretakerMetric[]): AlarmSignal => ({ source: 'ring', metrics, statistic: 'Maximum' });

/** One pass that counts something; two periods, because a pass may miss the beginning of one. */
const EVERY_PASS = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  thresholdRange: [1, 1000],
  periodSeconds: PASS_SECONDS,
  evaluationPeriods: 2,
  datapointsToAlarm: 1,
  missingData: 'notBreaching',
} as const;

/** The routine check reaches each key about every 6 hours: look back 7. */
const ROUTINE = { ...EVERY_PASS, evaluationPeriods: 28 } as const;

export const CARETAKER_ALARMS: readonly AlarmDefinition[] = [
  {
    ...EVERY_PASS,
    id: 'OldKeyInUse',
    severity: AlarmSeverity.CRITICAL,
    title: 'Old key still used at the end of its overlap',
    meaning: 'Somebody used an old key at the end of its overlap: a forgotten consumer, or a thief',
    signal: anyOf(CaretakerMetric.OLD_KEY_STILL_IN_USE, CaretakerMetric.REVOKED_WHILE_IN_USE),
    doNotTrade: false,
  },
  {
    ...EVERY_PASS,
    id: 'OldKeyAlive',
    severity: AlarmSeverity.CRITICAL,
    title: 'Old key outlives its overlap',
    meaning: 'An old key should be revoked and is not, or is not shown to be dead',
    signal: anyOf(
      CaretakerMetric.REVOCATION_OVERDUE,
      CaretakerMetric.REVOCATION_NOT_PROVEN,
      CaretakerMetric.REPLICA_NOT_IN_SYNC,
      CaretakerMetric.LABELS_FULL,
    ),
    doNotTrade: false,
  },
  {
    ...ROUTINE,
    id: 'KeyDrift',
    severity: AlarmSeverity.CRITICAL,
    title: 'Keys at the exchange are not what was declared',
    meaning:
      'The exchange refuses a current key, has other permissions or addresses for it than declared, or had keys that no secret holds',
    signal: anyOf(
      CaretakerMetric.DRIFT,
      CaretakerMetric.CURRENT_KEY_REFUSED,
      CaretakerMetric.ORPHANS_REVOKED,
      CaretakerMetric.ORPHANS_UNKNOWN,
      CaretakerMetric.UNPLANNED_VALUE,
    ),
    doNotTrade: true,
  },
  {
    ...ROUTINE,
    id: 'StandbyNotListed',
    severity: AlarmSeverity.WARNING,
    title: 'Standby address not let in',
    meaning:
      'The exchange does not list a published standby address for at least one key, so that nothing can fail over to it',
    signal: anyOf(CaretakerMetric.STANDBY_NOT_LISTED),
    // published before exchanges are told of it, and after they have dropped it: the normal order of a change
    doNotTrade: false,
  },
  {
    ...ROUTINE,
    id: 'RotationOverdue',
    severity: AlarmSeverity.WARNING,
    title: 'A key needs a person',
    meaning: 'A key is too old, expires soon, is stuck in its rotation, or waits for a person',
    signal: anyOf(
      CaretakerMetric.ROTATION_OVERDUE,
      CaretakerMetric.EXPIRING_KEY,
      CaretakerMetric.PENDING_STUCK,
      CaretakerMetric.NEEDS_HUMAN,
      CaretakerMetric.REVIEW_EXPIRING,
    ),
    doNotTrade: false,
  },
  {
    ...ROUTINE,
    id: 'CaretakerImpaired',
    severity: AlarmSeverity.WARNING,
    title: 'Caretaker cannot do its work',
    meaning: 'Passes of the caretaker fail for some keys, run out of time, or cannot reach the exchange',
    signal: anyOf(CaretakerMetric.KEYS_FAILED, CaretakerMetric.PASS_INCOMPLETE, CaretakerMetric.PROBE_INCONCLUSIVE),
    // one blip of an exchange is none of anybody's business
    datapointsToAlarm: 2,
    doNotTrade: false,
  },
  {
    id: 'CaretakerSilent',
    severity: AlarmSeverity.CRITICAL,
    title: 'Caretaker silent, or keys missing',
    meaning: 'For 45 minutes the caretaker has not come to its end, or has seen fewer keys than the ring has',
    signal: {
      source: 'ring',
      metrics: [CaretakerMetric.KEYS_SEEN],
      statistic: 'Minimum',
      // CloudWatch prefers old datapoints to missing ones; filled in, silence counts at once
      expression: 'FILL(m0, -1)',
    },
    comparison: 'LessThanThreshold',
    // of a ring: the number of its keys
    threshold: 1,
    thresholdRange: [0, 10_000],
    periodSeconds: PASS_SECONDS,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'breaching',
    doNotTrade: false,
  },
];
