// The one price table: list prices of US East (N. Virginia) in US dollars, without free tiers and volume discounts.

export const PRICES_READ = '2026-11-22';

/**
 * `page`: found in AWS's own pricing page or its examples as others transcribed them. `quoted`: in third-party texts that
 * name AWS as their source. `memory`: nobody looked it up. None was read from a bill: check before relying on one.
 */
export type Evidence = 'page' | 'quoted' | 'memory';

export interface Price {
  readonly usd: number;
  /** For so many of `unit`. */
  readonly per: number;
  readonly unit: string;
  readonly evidence: Evidence;
  readonly source: string;
}

const price = (usd: number, per: number, unit: string, evidence: Evidence, source: string): Price => ({
  usd,
  per,
  unit,
  evidence,
  source,
});

export const PRICES = {
  secret: price(0.4, 1, 'secret, a month', 'page', 'Secrets Manager pricing, transcribed 2026-09-20'),
  secretCall: price(
    0.05,
    10_000,
    'calls of Secrets Manager',
    'page',
    'Secrets Manager pricing, transcribed 2026-09-20',
  ),
  kmsKey: price(1, 1, 'KMS key, a month', 'page', 'KMS pricing page'),
  kmsRequest: price(0.03, 10_000, 'requests to KMS', 'quoted', 'two guides of 2026'),
  alarmMetric: price(0.1, 1, 'metric in an alarm, a month', 'quoted', 'AWS text in a pull request'),
  compositeAlarm: price(0.5, 1, 'composite alarm, a month', 'quoted', 'public documentation, page not kept'),
  customMetric: price(0.3, 1, 'custom metric, a month', 'quoted', 'two guides of 2026'),
  dashboard: price(3, 1, 'dashboard, a month', 'quoted', 'a guide of 2026'),
  logIngestion: price(0.5, 1, 'GB of logs taken in', 'quoted', 'two guides of 2026'),
  logStorage: price(0.03, 1, 'GB of logs kept, compressed, a month', 'memory', ''),
  lambdaRequest: price(0.2, 1_000_000, 'runs of a Lambda function', 'quoted', 'a guide'),
  lambdaGbSecond: price(0.0000133334, 1, 'GB-second of Lambda on Arm', 'quoted', 'a guide'),
  tableWrite: price(0.625, 1_000_000, 'write request units of DynamoDB', 'quoted', 'two guides of 2025'),
  tableRead: price(0.125, 1_000_000, 'read request units of DynamoDB', 'quoted', 'two guides of 2025'),
  schedule: price(1, 1_000_000, 'runs by EventBridge Scheduler', 'memory', ''),
  eventRule: price(0, 1, 'rule for events of AWS services', 'memory', ''),
  advancedParameter: price(0.05, 1, 'advanced SSM parameter, a month', 'memory', ''),
} as const satisfies Record<string, Price>;

export type PriceTable = { readonly [K in keyof typeof PRICES]: Pick<Price, 'usd' | 'per'> };
