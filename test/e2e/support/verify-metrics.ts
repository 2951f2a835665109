// The metrics of the proof of the way out: what was measured at a moment, and the same again at a later one.
import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE } from '../../../contract/keys';
import { CaretakerMetric, RING_DIMENSION, WatchMetric, ZONE_DIMENSION } from '../../../contract/metrics';
import { ENVIRONMENT, GREEN, KEYS, type Measured, MINUTE } from './verify-config';
import { emfLine } from './watch-life';

/** `InsideDecided eu-west-1a` is a metric of a zone. */
function seriesOf(name: string): { readonly metric: string; readonly dimensions: Readonly<Record<string, string>> } {
  const [metric, zone] = name.split(' ');
  return {
    metric,
    dimensions: { [RING_DIMENSION]: ENVIRONMENT, ...(zone !== undefined && { [ZONE_DIMENSION]: zone }) },
  };
}

/** The highest of each series in the minute of that moment, as the alarms take it. */
export async function measuredAt(cloudwatch: CloudWatchClient, at: number): Promise<Measured> {
  const names = Object.keys(GREEN);
  const StartTime = new Date(Math.floor(at / MINUTE) * MINUTE);
  const MetricDataQueries = names.map((name, index) => {
    const { metric: MetricName, dimensions } = seriesOf(name);
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Metric = { Namespace: METRIC_NAMESPACE, MetricName, Dimensions };
    return { Id: `m${index}`, MetricStat: { Metric, Period: 60, Stat: 'Maximum' } };
  });
  const EndTime = new Date(StartTime.getTime() + MINUTE);
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime }),
  );
  const found = MetricDataResults.map(({ Id = '', Values = [] }) => [names[Number(Id.slice(1))], Values[0]] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Measured;
}

/** Lines of embedded metric format that say the same of another moment. */
export function saidAgain(measured: Measured, at: number): string[] {
  return Object.entries(measured).map(([name, value]) => {
    const { metric, dimensions } = seriesOf(name);
    return emfLine(at, { [metric]: value }, METRIC_NAMESPACE, dimensions);
  });
}

/** The rest of the ring is alive and finds nothing. */
export function lifeOfTheRing(at: number): string {
  const nothing = Object.fromEntries(Object.values(CaretakerMetric).map((name) => [name, 0]));
  const pass = { ...nothing, [CaretakerMetric.PASS]: 1, [CaretakerMetric.KEYS_SEEN]: KEYS };
  return emfLine(at, { ...pass, [WatchMetric.HEARTBEATS]: 1 });
}
