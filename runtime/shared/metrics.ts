// Publishes counts as CloudWatch metrics through the log (embedded metric format): no call, no permission, nothing to retry.
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE } from '../../contract/keys';
import { RING_DIMENSION } from '../../contract/metrics';

/** One value of each. The ring is a dimension, and `more` are; Powertools' own `service` would make other metrics of them. */
export function publishCounts(
  ring: string,
  counts: Iterable<readonly [string, number]>,
  more: Readonly<Record<string, string>> = {},
): void {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  metrics.clearDefaultDimensions();
  for (const [name, value] of Object.entries({ [RING_DIMENSION]: ring, ...more })) metrics.addDimension(name, value);
  for (const [name, count] of counts) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
