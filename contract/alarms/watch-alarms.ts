// Alarms on the watch itself and on the way out: a blind watch must not look like a quiet one.
import { WatchMetric } from '../metrics';
import { type AlarmDefinition, AlarmSeverity } from './alarm-definition';

const COUNT = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  thresholdRange: [1, 1000],
  periodSeconds: 300,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  missingData: 'notBreaching',
  doNotTrade: false,
} as const;

export const WATCH_ALARMS: readonly AlarmDefinition[] = [
  {
    ...COUNT,
    id: 'DetectorImpaired',
    severity: AlarmSeverity.CRITICAL,
    title: 'Detector cannot judge',
    meaning:
      'Request records could not be judged because something the detector reads is unavailable, or findings flooded it',
    signal: {
      source: 'ring',
      metrics: [WatchMetric.RECORDS_UNJUDGED, WatchMetric.FINDINGS_DROPPED],
      statistic: 'Sum',
    },
    evaluationPeriods: 3,
  },
  {
    id: 'HeartbeatMissing',
    severity: AlarmSeverity.CRITICAL,
    title: 'Watch is blind',
    meaning: 'No heartbeat has come the whole way from the request log to the notifier for 10 to 15 minutes',
    signal: {
      source: 'ring',
      metrics: [WatchMetric.HEARTBEATS],
      statistic: 'Sum',
      // CloudWatch prefers old datapoints to missing ones; filled in, silence counts at once
      expression: 'FILL(m0, 0)',
    },
    comparison: 'LessThanThreshold',
    threshold: 1,
    thresholdRange: [1, 1],
    // more than two heartbeats long: they come unevenly, and none is missing because one was late
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    missingData: 'breaching',
    doNotTrade: true,
  },
  {
    ...COUNT,
    id: 'DeadLetters',
    severity: AlarmSeverity.CRITICAL,
    title: 'Something could not be delivered',
    meaning:
      'A batch of records, a finding, an event or a heartbeat could not be delivered and lies in the dead-letter queue',
    signal: { source: 'dead-letters' },
  },
  {
    ...COUNT,
    id: 'NatPortsExhausted',
    severity: AlarmSeverity.CRITICAL,
    title: 'NAT gateway out of ports',
    meaning: 'A NAT gateway could not open connections because it had no port left for the destination',
    signal: { source: 'nat', metric: 'ErrorPortAllocation' },
    evaluationPeriods: 3,
  },
  {
    ...COUNT,
    id: 'NatPacketsDropped',
    severity: AlarmSeverity.WARNING,
    title: 'NAT gateway drops packets',
    meaning: 'The NAT gateways dropped 100 packets or more in five minutes, in two of three',
    signal: { source: 'nat', metric: 'PacketsDropCount' },
    threshold: 100,
    thresholdRange: [1, 1_000_000],
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  },
];
