// The log groups of request records: the ring's own, and those of workloads that are looked through as well.
import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  CfnLogGroup,
  CfnMetricFilter,
  CfnSubscriptionFilter,
  ILogGroup,
  LogGroup,
  LogGroupClass,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { FilterMetric, filterNamespace } from '../../contract/metrics';
import { KEY_EVENT, Outcome, REQUEST_EVENT } from '../../contract/watch';
import { isProductionEnvironment } from '../core/checks';
import { ConfigError } from '../core/config-error';

/** A leak is often found weeks later. */
const SHORTEST_RETENTION = RetentionDays.THREE_MONTHS;

export interface RequestLogsProps {
  readonly environment: string;
  readonly encryption: IKey;
  readonly retention?: RetentionDays;
}

/** Where workloads write their records. Kept when a production ring is deleted: it is evidence. */
export function createRequestLogs(scope: Construct, props: RequestLogsProps): LogGroup {
  const { environment, encryption, retention = RetentionDays.ONE_YEAR } = props;
  checkRetention(scope, "'requestLogRetention'", retention);
  return new LogGroup(scope, 'Requests', {
    retention,
    encryptionKey: encryption,
    removalPolicy: isProductionEnvironment(scope, environment) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}

/** Refuses a log group of which it is not certain that records are encrypted and kept long enough. */
export function requireSafeLogGroup(scope: IConstruct, logGroup: ILogGroup): void {
  const resource = logGroup.node.defaultChild;
  if (!(resource instanceof CfnLogGroup)) {
    throw new ConfigError(
      'REQUEST_LOGS_UNKNOWN',
      `log group '${logGroup.node.path}' was not made in this app, so its encryption and retention are unknown; pass a LogGroup made here, or have the workload write to the ring's requestLogs`,
      scope,
    );
  }
  checkRetention(scope, `retention of log group '${logGroup.node.path}'`, resource.retentionInDays);
  const { logGroupClass = LogGroupClass.STANDARD } = resource;
  if (logGroupClass !== LogGroupClass.STANDARD) {
    throw new ConfigError(
      'REQUEST_LOGS_CLASS',
      `log group '${logGroup.node.path}' is of class ${Token.isUnresolved(logGroupClass) ? 'unknown' : logGroupClass}, which has no subscriptions; make it of class STANDARD`,
      scope,
    );
  }
  if (resource.kmsKeyId !== undefined) return;
  throw new ConfigError(
    'REQUEST_LOGS_UNENCRYPTED',
    `log group '${logGroup.node.path}' has no encryption key; give it one (encryptionKey), because records say when and from where keys are used`,
    scope,
  );
}

function checkRetention(scope: IConstruct, what: string, days: number | undefined): void {
  const given = Token.isUnresolved(days) ? 'a token' : days === undefined ? 'for ever' : `${days} days`;
  if (given.endsWith('days') && Number(days) >= SHORTEST_RETENTION && Number(days) <= RetentionDays.TEN_YEARS) return;
  throw new ConfigError(
    'REQUEST_LOG_RETENTION',
    `${what} is ${given}; allowed are ${SHORTEST_RETENTION} to ${RetentionDays.TEN_YEARS} days, for example RetentionDays.ONE_YEAR`,
    scope,
  );
}

/** Requests, and reports of who holds which version of a key. */
const RECORDS = [REQUEST_EVENT, KEY_EVENT].map((event) => `?"${event}"`).join(' ');

/** Sends the lines to the detector: all of them, or those that look like records, broken ones included. */
export function subscribeDetector(
  scope: Construct,
  logGroup: ILogGroup,
  detector: IFunction,
  lines: 'all' | 'records',
): CfnSubscriptionFilter {
  return new CfnSubscriptionFilter(scope, 'Subscription', {
    logGroupName: logGroup.logGroupName,
    filterPattern: lines === 'all' ? '' : RECORDS,
    destinationArn: detector.functionArn,
  });
}

/** Counts what must be counted also when the detector is dead. */
export function createMetricFilters(scope: Construct, logGroup: ILogGroup, environment: string): void {
  const filter = (metric: FilterMetric, outcomes: readonly Outcome[]) =>
    new CfnMetricFilter(scope, `${metric}Filter`, {
      logGroupName: logGroup.logGroupName,
      filterPattern: `{ ${outcomes.map((outcome) => `($.outcome = "${outcome}")`).join(' || ')} }`,
      metricTransformations: [
        {
          metricNamespace: filterNamespace(environment),
          metricName: metric,
          metricValue: '1',
          defaultValue: 0,
          unit: 'Count',
        },
      ],
    });
  filter(FilterMetric.BLOCKED_BY_ALLOWLIST, [Outcome.BLOCKED_IP]);
  filter(FilterMetric.PERMISSION_REFUSED, [Outcome.PERMISSION, Outcome.REFUSED_LOCAL]);
}
