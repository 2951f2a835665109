// The metric of an alarm: what the catalogue says it is computed from, in the resources of one ring.
import { Duration } from 'aws-cdk-lib';
import { IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { AlarmDefinition } from '../../contract/alarms';
import { METRIC_NAMESPACE } from '../../contract/keys';
import {
  FINDING_DIMENSION,
  filterNamespace,
  RING_DIMENSION,
  WatchMetric,
  ZONE_DIMENSION,
} from '../../contract/metrics';

/** What only the deployment knows. */
export interface AlarmPlace {
  readonly environment: string;
  readonly deadLetters: IQueue;
  /** Ids of the NAT gateways, each once; empty while there are none. */
  readonly natGatewayIds: readonly string[];
  /** Zones with an inside probe; empty for a ring without probes. */
  readonly probeZones: readonly string[];
}

/** The metric; undefined for an alarm on NAT gateways or probes where there are none. */
export function alarmMetric(
  { signal, periodSeconds, needsProbes }: AlarmDefinition,
  place: AlarmPlace,
): IMetric | undefined {
  if (needsProbes && place.probeZones.length === 0) return undefined;
  const period = Duration.seconds(periodSeconds);
  const ring = { [RING_DIMENSION]: place.environment };
  switch (signal.source) {
    case 'finding':
      return new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: WatchMetric.FINDINGS,
        dimensionsMap: { ...ring, [FINDING_DIMENSION]: signal.finding },
        statistic: 'Sum',
        period,
      });
    case 'filter': {
      const namespace = filterNamespace(place.environment);
      return new Metric({ namespace, metricName: signal.metric, statistic: 'Sum', period });
    }
    case 'dead-letters':
      return place.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period });
    case 'ring': {
      const { metrics, statistic } = signal;
      const one = (metricName: string) =>
        new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap: ring, statistic, period });
      return together(metrics.map(one), period, signal.expression);
    }
    case 'zones': {
      const one = (zone: string) =>
        new Metric({
          namespace: METRIC_NAMESPACE,
          metricName: signal.metric,
          dimensionsMap: { ...ring, [ZONE_DIMENSION]: zone },
          statistic: 'Maximum',
          period,
        });
      const worst = place.probeZones.map((_, index) => `FILL(m${index}, 0)`).join(', ');
      return together(place.probeZones.map(one), period, `MIN([${worst}])`);
    }
    case 'nat': {
      const one = (id: string) =>
        new Metric({
          namespace: 'AWS/NATGateway',
          metricName: signal.metric,
          dimensionsMap: { NatGatewayId: id },
          statistic: 'Sum',
          period,
        });
      // each has datapoints of its own, and one that is gone must not silence the others
      const sum = place.natGatewayIds.map((_, index) => `FILL(m${index}, 0)`).join(' + ');
      return together(place.natGatewayIds.map(one), period, place.natGatewayIds.length > 1 ? sum : undefined);
    }
  }
}

/** Their sum, unless an expression over m0, m1, … says otherwise. Published together, so none is missing where another is there. */
function together(metrics: Metric[], period: Duration, expression?: string): IMetric | undefined {
  if (metrics.length <= 1 && expression === undefined) return metrics[0];
  const ids = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    expression: expression ?? ids.join(' + '),
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [ids[index], metric])),
    period,
  });
}
