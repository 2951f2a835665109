// The queries of the runbook, ready in CloudWatch Logs Insights under the ring's name.
import { CfnQueryDefinition, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ALARM_CATALOGUE, QueryLogGroup, SAVED_QUERIES, savedQueryName } from '../../contract/alarms';
import { AlarmId, DO_NOT_TRADE } from '../../contract/alarms/alarm-id';

/** Flow logs belong to the network: whoever runs a query on them chooses the log group. Without probes their lists are empty. */
export type QueriedLogs = { readonly [K in Exclude<QueryLogGroup, 'flow'>]: readonly ILogGroup[] };

export function createSavedQueries(scope: Construct, environment: string, logs: QueriedLogs): void {
  const queries = new Construct(scope, 'Queries');
  const left = logs['inside-probe'].length > 0 ? [] : ALARM_CATALOGUE.filter(({ needsProbes }) => needsProbes);
  for (const id of Object.keys(SAVED_QUERIES) as (AlarmId | typeof DO_NOT_TRADE)[]) {
    if (left.some((alarm) => alarm.id === id)) continue;
    const { logGroups, query } = SAVED_QUERIES[id];
    new CfnQueryDefinition(queries, id, {
      name: savedQueryName(environment, id),
      queryString: query,
      logGroupNames: logGroups.flatMap((name) =>
        name === 'flow' ? [] : logs[name].map(({ logGroupName }) => logGroupName),
      ),
    });
  }
}
