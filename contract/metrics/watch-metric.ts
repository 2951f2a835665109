// What the detector, the notifier and the metric filters count.

/** The second dimension of `Findings`: the kind. Nothing else is ever a dimension, least of all a key or an address. */
export const FINDING_DIMENSION = 'Finding';

/** Published by the functions in namespace `ExchangeKeys`, dimension `Ring`; `FINDINGS` has `Finding` as well. */
export enum WatchMetric {
  /** Findings told, from the outbox: at least once each. 0 for every kind with each heartbeat. */
  FINDINGS = 'Findings',
  /** Requests that were read, aggregates by their count. */
  REQUESTS = 'Requests',
  /** Of these, the refusals of a key or its holder. */
  AUTH_FAILURES = 'AuthFailures',
  /** Lines that were no records. */
  BAD_RECORDS = 'BadRecords',
  /** Records that could not be judged, because the registry, the allowlist or the table could not be read; tried again. 1 for a delivery that cannot be unpacked. */
  RECORDS_UNJUDGED = 'RecordsUnjudged',
  /** Findings beyond what one batch may store: a flood. */
  FINDINGS_DROPPED = 'FindingsDropped',
  /** Heartbeats that have come the whole way: schedule, log, subscription, detector, table, stream, notifier. */
  HEARTBEATS = 'Heartbeats',
}

/**
 * Counted by CloudWatch Logs itself, whether the detector lives or not, in namespace `ExchangeKeys/<environment>` without
 * dimensions: a metric filter can take dimensions from a record only.
 */
export enum FilterMetric {
  BLOCKED_BY_ALLOWLIST = 'BlockedByAllowlist',
  PERMISSION_REFUSED = 'PermissionRefused',
}

/** Namespace of the metric filters of a ring. */
export function filterNamespace(environment: string): string {
  return `ExchangeKeys/${environment}`;
}
