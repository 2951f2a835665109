// Alarms on the way out: the right network is let in, the wrong one is not, and nobody has moved what the allowlist is about.
import { VerifyMetric } from '../metrics';
import { type AlarmDefinition, AlarmSeverity, type AlarmSignal } from './alarm-definition';

const PERIOD_SECONDS = 300;

const anyOf = (metric: VerifyMetric): AlarmSignal => ({ source: 'ring', metrics: [metric], statistic: 'Maximum' });
/** CloudWatch prefers old datapoints to missing ones; filled in, silence counts at once. */
const proofOf = (metric: VerifyMetric): AlarmSignal => ({
  source: 'ring',
  metrics: [metric],
  statistic: 'Maximum',
  expression: 'FILL(m0, 0)',
});

/*
 * Runs come unevenly, and the periods of an alarm begin at any second. While something is not well, one alarm goes on before
 * another ends: the composite never looks quiet in between. A test tries both with chance.
 */

/** One run that finds something; for longer than it takes `UNPROVEN` to go on when what was bad is not known any more. */
const FOUND = {
  severity: AlarmSeverity.CRITICAL,
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  thresholdRange: [1, 1000],
  periodSeconds: PERIOD_SECONDS,
  evaluationPeriods: 5,
  datapointsToAlarm: 1,
  missingData: 'notBreaching',
  doNotTrade: true,
} as const;

/**
 * Three runs in a row without an answer, and no fourth that has one: two are none of anybody's business. Two of three, because
 * the first answer must not end it at once: it may be a bad one, and the alarm about that is not on yet.
 */
const UNPROVEN = {
  severity: AlarmSeverity.CRITICAL,
  comparison: 'LessThanThreshold',
  threshold: 1,
  thresholdRange: [1, 1],
  // as long as two runs: no period is without one because it was late
  periodSeconds: 2 * PERIOD_SECONDS,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  missingData: 'breaching',
  doNotTrade: true,
} as const;

export const VERIFY_ALARMS: readonly AlarmDefinition[] = [
  {
    ...FOUND,
    id: 'InsideProbeFailed',
    title: 'Traffic leaves from a wrong address',
    meaning:
      'From the workload subnets another address is seen than the one of the zone, or the exchange refuses the address of the zone',
    signal: anyOf(VerifyMetric.INSIDE_FAILED),
    needsProbes: true,
  },
  {
    ...UNPROVEN,
    id: 'InsideProbeUnknown',
    title: 'Way out not proven',
    meaning: 'In at least one zone the inside probe has had no clear answer, or has not run, for 20 minutes',
    signal: { source: 'zones', metric: VerifyMetric.INSIDE_DECIDED },
    needsProbes: true,
  },
  {
    ...FOUND,
    id: 'AllowlistDrift',
    title: 'Allowlist at the exchange is not the published one',
    meaning:
      'The exchange lacks an active address for the probe key, has others than the regions publish, or binds it to none',
    signal: anyOf(VerifyMetric.ALLOWLIST_DIFFERENCES),
    needsProbes: true,
  },
  {
    ...FOUND,
    id: 'OpenPath',
    title: 'A way out is open that should be closed',
    meaning:
      'A workload subnet reaches the internet past its static address: on another port, by IPv6, or to an unlisted host',
    signal: anyOf(VerifyMetric.PATHS_OPEN),
    needsProbes: true,
  },
  {
    ...FOUND,
    id: 'OutsideProbeFailed',
    title: 'Exchange lets strangers in',
    meaning:
      'The exchange accepted the probe key from an address that is not on its allowlist: the list is not enforced',
    signal: anyOf(VerifyMetric.OUTSIDE_FAILED),
    needsProbes: true,
  },
  {
    ...UNPROVEN,
    id: 'OutsideProbeUnknown',
    title: 'Enforcement of the allowlist not proven',
    meaning:
      'For 20 minutes the exchange has not said that it refuses the probe key because of its address, or the outside probe has not run',
    signal: proofOf(VerifyMetric.OUTSIDE_DECIDED),
    needsProbes: true,
  },
  {
    ...FOUND,
    id: 'EgressDrift',
    title: 'Addresses, NAT gateways or routes are not as published',
    meaning: 'An address, a NAT gateway or a route in EC2 is not what the allowlist and the network say',
    signal: anyOf(VerifyMetric.EGRESS_DIFFERENCES),
  },
  {
    ...UNPROVEN,
    id: 'EgressUnknown',
    title: 'Addresses, NAT gateways or routes cannot be read',
    meaning: 'For 20 minutes at least one region could not be read, or the egress check has not run',
    signal: proofOf(VerifyMetric.EGRESS_CHECKED),
  },
];
