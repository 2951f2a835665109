// Alarms on the behaviour of keys: one for each kind of finding, and three that work without the detector's judgement.
import { FilterMetric, WatchMetric } from '../metrics';
import { FindingKind } from '../watch/finding';
import { type AlarmDefinition, AlarmSeverity } from './alarm-definition';

/** Within a minute of the first; off an hour after the last, because an ongoing trouble is told again each hour. */
const AT_ONCE = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  thresholdRange: [1, 1000],
  periodSeconds: 60,
  evaluationPeriods: 60,
  datapointsToAlarm: 1,
  missingData: 'notBreaching',
} as const;

const onFinding = (finding: FindingKind) => ({ ...AT_ONCE, signal: { source: 'finding', finding } }) as const;

export const FINDING_ALARMS: readonly AlarmDefinition[] = [
  {
    ...onFinding(FindingKind.NEW_SOURCE_IP),
    id: 'NewSourceIp',
    severity: AlarmSeverity.CRITICAL,
    title: 'Key used from a new address',
    meaning: 'A key was used from an address outside the allowlist, or from one inside it that it had never used',
    doNotTrade: true,
  },
  {
    ...AT_ONCE,
    signal: { source: 'filter', metric: FilterMetric.BLOCKED_BY_ALLOWLIST },
    id: 'BlockedByAllowlist',
    severity: AlarmSeverity.CRITICAL,
    title: 'Exchange refuses our address',
    meaning: 'The exchange refused a request because of the address it came from',
    doNotTrade: true,
  },
  {
    ...onFinding(FindingKind.AUTH_FAILURE_SPIKE),
    id: 'AuthFailureSpike',
    severity: AlarmSeverity.CRITICAL,
    title: 'Many refusals of one key',
    meaning: 'The exchange refused one key many times within five minutes',
    doNotTrade: false,
  },
  {
    ...AT_ONCE,
    signal: {
      source: 'ring',
      metrics: [WatchMetric.REQUESTS, WatchMetric.AUTH_FAILURES],
      statistic: 'Sum',
      // a share of a handful of requests says nothing
      expression: 'IF(m0 > 20, 100 * m1 / m0, 0)',
    },
    id: 'AuthFailureRate',
    severity: AlarmSeverity.WARNING,
    title: 'Refusals across all keys',
    meaning: 'Of more than 20 requests of all keys in five minutes, 5 % or more were refused as unauthorised',
    threshold: 5,
    thresholdRange: [1, 100],
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    doNotTrade: false,
  },
  {
    ...onFinding(FindingKind.PERMISSION_MISMATCH),
    id: 'PermissionMismatch',
    severity: AlarmSeverity.CRITICAL,
    title: 'Key used beyond its permissions',
    meaning:
      'A key was used for a kind of endpoint that its declared permissions do not cover, or was refused one for lack of them',
    doNotTrade: false,
  },
  {
    ...AT_ONCE,
    signal: { source: 'filter', metric: FilterMetric.PERMISSION_REFUSED },
    id: 'PermissionRefused',
    severity: AlarmSeverity.WARNING,
    title: 'Request refused for lack of permission',
    meaning: "The exchange, or the caller's own check, refused a request because the key may not do it",
    doNotTrade: false,
  },
  {
    ...onFinding(FindingKind.UNDEPLOYED_KEY_USE),
    id: 'UndeployedKeyUse',
    severity: AlarmSeverity.CRITICAL,
    title: 'Key used before its promotion',
    meaning:
      'A version of a key was used that no rotation has promoted yet, so no workload can have it by the regular way',
    doNotTrade: true,
  },
  {
    ...onFinding(FindingKind.RETIRED_KEY_USE),
    id: 'RetiredKeyUse',
    severity: AlarmSeverity.CRITICAL,
    title: 'Retired key used',
    meaning: 'A version of a key was used after its overlap had ended',
    doNotTrade: true,
  },
  {
    ...onFinding(FindingKind.UNKNOWN_KEY),
    id: 'UnknownKey',
    severity: AlarmSeverity.CRITICAL,
    title: 'Unknown key used',
    meaning: 'A request was logged with a key or a version that the ring does not have',
    doNotTrade: true,
  },
  {
    ...onFinding(FindingKind.BAD_RECORD),
    id: 'BadRecord',
    severity: AlarmSeverity.WARNING,
    title: 'Unreadable request records',
    meaning: 'Lines in the request log are no request records, so that what they stand for was not judged',
    doNotTrade: false,
  },
];
