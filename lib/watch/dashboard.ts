// One dashboard per ring: every alarm on its metric, who uses which key how, how old keys are.
import {
  Alarm,
  AlarmStatusWidget,
  AlarmWidget,
  CompositeAlarm,
  Dashboard,
  GraphWidget,
  IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AlarmId, alarmDefinition } from '../../contract/alarms';
import { METRIC_NAMESPACE } from '../../contract/keys';
import { FINDING_DIMENSION, RING_DIMENSION, WatchMetric } from '../../contract/metrics';
import { FINDING_KINDS, FINDING_MESSAGE } from '../../contract/watch';

export interface RingDashboardProps {
  readonly environment: string;
  readonly name: string;
  readonly alarms: ReadonlyMap<AlarmId, Alarm>;
  readonly doNotTrade: CompositeAlarm;
  readonly requestLogs: ILogGroup;
  readonly findingsLogs: ILogGroup;
  readonly caretakerLogs: ILogGroup;
  readonly runbookUrl: string;
}

const FULL = 24;

export function createDashboard(scope: Construct, props: RingDashboardProps): Dashboard {
  const { environment, alarms, doNotTrade } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: props.name });
  dashboard.addWidgets(
    new TextWidget({
      markdown: `# Exchange API keys of ${environment}\n[Runbook](${props.runbookUrl}) · at the top: may we trade; below: findings, use, keys, and every alarm on its metric`,
      width: FULL,
      height: 2,
    }),
  );
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: 'Alarms', alarms: [doNotTrade, ...alarms.values()], width: FULL, height: 5 }),
  );
  dashboard.addWidgets(findings(environment), requests(environment));
  dashboard.addWidgets(...useByKey(props));
  dashboard.addWidgets(...rows([...alarms].map(([id, alarm]) => drawn(id, alarm))));
  return dashboard;
}

/** `exchange-keys-prod-eu-west-1`: dashboards are of the account, not of a region, and a second ring would not deploy. */
export function dashboardName(environment: string, region: string): string {
  return `exchange-keys-${environment}-${region}`;
}

function findings(environment: string): IWidget {
  const of = (kind: string) => metric(environment, WatchMetric.FINDINGS, { [FINDING_DIMENSION]: kind });
  return new GraphWidget({ title: 'Findings', left: FINDING_KINDS.map(of), stacked: true, width: 12, height: 6 });
}

function requests(environment: string): IWidget {
  return new GraphWidget({
    title: 'Requests and refusals of all keys',
    left: [metric(environment, WatchMetric.REQUESTS)],
    right: [WatchMetric.AUTH_FAILURES, WatchMetric.BAD_RECORDS].map((name) => metric(environment, name)),
    width: 12,
    height: 6,
  });
}

function metric(environment: string, metricName: string, more: Record<string, string> = {}): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [RING_DIMENSION]: environment, ...more },
    statistic: 'Sum',
    label: more[FINDING_DIMENSION] ?? metricName,
  });
}

/** By log queries: a metric per key would cost one. */
function useByKey({ requestLogs, findingsLogs, caretakerLogs }: RingDashboardProps): IWidget[] {
  const query = (title: string, logs: ILogGroup, ...queryLines: string[]) =>
    new LogQueryWidget({
      title,
      logGroupNames: [logs.logGroupName],
      view: LogQueryVisualizationType.TABLE,
      queryLines,
      width: 12,
      height: 6,
    });
  return rows([
    query(
      'Lines by key (an aggregate is one line)',
      requestLogs,
      'filter event = "exchange.request"',
      'stats count(*) as lines, count_distinct(sourceIp) as addresses, max(latencyMs) as slowest by keyName',
      'sort lines desc',
      'limit 20',
    ),
    query(
      'Failures by key',
      requestLogs,
      'filter event = "exchange.request" and outcome != "ok"',
      'stats count(*) as lines by keyName, outcome',
      'sort lines desc',
      'limit 20',
    ),
    query(
      'Latest findings',
      findingsLogs,
      `filter message = "${FINDING_MESSAGE}"`,
      'fields @timestamp, finding, keyName, subject, detail',
      'sort @timestamp desc',
      'limit 20',
    ),
    query(
      'Age of keys in days (each is looked at about every 6 hours)',
      caretakerLogs,
      'filter ispresent(ageDays)',
      'stats latest(ageDays) as days by keyName',
      'sort days desc',
      'limit 20',
    ),
  ]);
}

function drawn(id: AlarmId, alarm: Alarm): IWidget {
  const { title } = alarmDefinition(id);
  return new AlarmWidget({ title: `${id}: ${title}`, alarm, width: 8, height: 5 });
}

function rows(widgets: IWidget[]): IWidget[] {
  const perRow = Math.floor(FULL / widgets[0].width);
  const starts = widgets.map((_, index) => index).filter((index) => index % perRow === 0);
  return starts.map((start) => new Row(...widgets.slice(start, start + perRow)));
}
