// The cost of a ring in a month, item by item: pure, from what is there, what it is used for, and the price table.
import { CaretakerMetric, VerifyMetric, WatchMetric } from '../../contract/metrics';
import { FINDING_KINDS } from '../../contract/watch';
import type { PriceTable } from './prices';
import type { FunctionName, ResourceCounts } from './resource-counts';
import type { Usage } from './usage';

export interface CostLine {
  /** `ring`: whatever the workloads do. `traffic`: by what they log. */
  readonly part: 'ring' | 'traffic';
  readonly item: string;
  readonly usd: number;
}

const DAYS = 730 / 24;
const GB = 1e9;

export function monthlyCost(counts: ResourceCounts, usage: Usage, prices: PriceTable): CostLine[] {
  const cost = (id: keyof PriceTable, quantity: number) => (quantity * prices[id].usd) / prices[id].per;
  const { secrets, functions } = counts;
  const keys = secrets - counts.ownKeys;
  const runs = (name: FunctionName, calls: number, seconds: number) =>
    cost('lambdaRequest', calls) + cost('lambdaGbSecond', seconds * functions[name].gigabytes);
  const written = (name: FunctionName, calls: number) =>
    calls * (usage.ownBytesPerCall + (functions[name].platformLines ? usage.platformBytesPerCall : 0));
  const logs = (bytes: number, months: number) =>
    cost('logIngestion', bytes / GB) + cost('logStorage', (bytes / GB) * usage.compressed * months);
  const functionLogs = (bytes: number) => logs(bytes, usage.functionLogMonths);

  const probes = usage.minutes / usage.probeMinutes;
  const gates = usage.minutes / usage.gateMinutes;
  const insideProbes = probes * counts.insideProbes;
  // each probe reads its key and its description
  const secretCalls = secrets * usage.secretCallsPerKeyDay * DAYS + 2 * (insideProbes + probes);
  const lists = (usage.minutes / 5) * Math.ceil(secrets / 100);
  const beats = usage.minutes / usage.heartbeatMinutes;
  const passes = usage.minutes / usage.passMinutes;
  const starts = usage.detectorStartsPerDay * DAYS;
  const lines = keys * usage.minutes * usage.traffic.linesPerKeyMinute;
  const deliveries = keys * usage.minutes * usage.traffic.deliveriesPerKeyMinute;
  const detectorSeconds =
    (deliveries * usage.detectorMsPerDelivery) / 1e3 + (lines * usage.detectorMicrosecondsPerLine) / 1e6;
  const ring = (item: string, usd: number): CostLine => ({ part: 'ring', item, usd });
  const traffic = (item: string, usd: number): CostLine => ({ part: 'traffic', item, usd });
  return [
    ring('secrets', cost('secret', secrets)),
    ring('Secrets Manager calls', cost('secretCall', secretCalls + lists)),
    ring('KMS keys', cost('kmsKey', counts.kmsKeys)),
    ring('KMS requests', cost('kmsRequest', secretCalls)),
    ring('alarms', cost('alarmMetric', counts.alarmMetrics) + cost('compositeAlarm', counts.compositeAlarms)),
    ring('custom metrics', cost('customMetric', customMetrics(counts))),
    ring('dashboard', cost('dashboard', counts.dashboards)),
    ring(
      'Lambda: caretaker, heartbeat, notifier',
      runs('Caretaker', passes, passes * (usage.passSeconds + usage.passSecondsPerKey * secrets)) +
        runs('Heartbeat', beats, beats * 0.2) +
        runs('Notifier', beats, beats * 0.05),
    ),
    ring(
      'Lambda: probes, egress check, trading gate',
      runs('InsideProbe', insideProbes, insideProbes * usage.insideProbeSeconds) +
        runs('OutsideProbe', probes, probes) +
        runs('EgressCheck', probes, probes * 2) +
        runs('TradingGate', gates, gates * 0.3),
    ),
    ring(
      'logs of these functions',
      functionLogs(
        written('InsideProbe', insideProbes) +
          written('OutsideProbe', probes) +
          written('EgressCheck', probes) +
          written('TradingGate', gates) +
          written('Caretaker', passes) +
          written('Heartbeat', beats) +
          written('Notifier', beats) +
          secrets * usage.caretakerBytesPerKeyDay * DAYS,
      ),
    ),
    // each key has an address and a first record; an address in use is written again every day
    ring('DynamoDB', cost('tableRead', 2 * keys * starts) + cost('tableWrite', beats + keys * DAYS)),
    ring('schedules', cost('schedule', beats + passes + insideProbes + 2 * probes + gates)),
    ring('event rules', cost('eventRule', counts.eventRules)),
    ring('parameters', cost('advancedParameter', counts.advancedParameters)),
    traffic('request records', logs(lines * usage.recordBytes, usage.recordMonths)),
    traffic('Lambda: detector', runs('Detector', deliveries, detectorSeconds)),
    traffic('logs of the detector', functionLogs(written('Detector', deliveries))),
  ];
}

/** A metric per name, per kind of finding, and per zone; none per key. */
export function customMetrics({ metricFilters, insideProbes }: ResourceCounts): number {
  const names = [CaretakerMetric, WatchMetric, VerifyMetric].flatMap((metrics) => Object.values(metrics)).length;
  return names - 2 + FINDING_KINDS.length + insideProbes + metricFilters;
}

export const sum = (lines: readonly CostLine[], part?: CostLine['part']): number =>
  lines.filter((line) => part === undefined || line.part === part).reduce((total, { usd }) => total + usd, 0);
