// Proofs of life of simulated time, as the functions publish them: lines of embedded metric format.
import { METRIC_NAMESPACE } from '../../../contract/keys';
import { CaretakerMetric, RING_DIMENSION, VerifyMetric, WatchMetric } from '../../../contract/metrics';
import { ENVIRONMENT, KEYS, MINUTE, REGION } from './watch-config';
import type { World } from './watch-world';

/** One line with these metrics of the ring, of that moment. */
export function emfLine(
  at: number,
  metrics: Readonly<Record<string, number>>,
  namespace: string = METRIC_NAMESPACE,
  dimensions: Readonly<Record<string, string>> = { [RING_DIMENSION]: ENVIRONMENT },
): string {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' }));
  const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics };
  return JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, ...dimensions, ...metrics });
}

/** Heartbeats every 5 minutes, in a stretch of time in which nobody tests them. */
export async function keepBeating(world: World, from: number, to: number): Promise<void> {
  await world.hooks.ingestMetrics(
    REGION,
    every(5, from, to).map((at) => emfLine(at, { [WatchMetric.HEARTBEATS]: 1 })),
  );
}

/** Passes of the caretaker every 15 minutes that find nothing, in a stretch of time in which nobody tests them. */
export async function keepCaring(world: World, from: number, to: number): Promise<void> {
  const nothing = Object.fromEntries(Object.values(CaretakerMetric).map((name) => [name, 0]));
  const pass = { ...nothing, [CaretakerMetric.PASS]: 1, [CaretakerMetric.KEYS_SEEN]: KEYS };
  await world.hooks.ingestMetrics(
    REGION,
    every(15, from, to).map((at) => emfLine(at, pass)),
  );
}

/** Runs of the egress check every 5 minutes that find nothing, in a stretch of time in which nobody tests them. */
export async function keepChecking(world: World, from: number, to: number): Promise<void> {
  const fine = { [VerifyMetric.EGRESS_CHECKED]: 1, [VerifyMetric.EGRESS_DIFFERENCES]: 0 };
  await world.hooks.ingestMetrics(
    REGION,
    every(5, from, to).map((at) => emfLine(at, fine)),
  );
}

function every(minutes: number, from: number, to: number): number[] {
  return Array.from(
    { length: Math.floor((to - from) / (minutes * MINUTE)) + 1 },
    (_, n) => from + n * minutes * MINUTE,
  );
}
