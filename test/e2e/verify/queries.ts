// The saved query of each alarm on the way out shows what was found while its fault was there.
import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ALARM_CATALOGUE, savedQueryName } from '../../../contract/alarms';
import { VerifyMetric } from '../../../contract/metrics';
import { until } from '../support/until';
import { ENVIRONMENT, REGION } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';

const METRICS: readonly string[] = Object.values(VerifyMetric);
const IDS = ALARM_CATALOGUE.filter(({ signal }) => {
  if (signal.source === 'zones') return true;
  return signal.source === 'ring' && signal.metrics.some((metric) => METRICS.includes(metric));
}).map(({ id }) => id);
const HOUR_SECONDS = 3_600;

export function queries(world: () => VerifyWorld): void {
  test.each(IDS)('%s', async (id) => {
    const logs = new CloudWatchLogsClient(world().aws.client(REGION));
    const queryDefinitionNamePrefix = savedQueryName(ENVIRONMENT, id);
    const { queryDefinitions = [] } = await logs.send(
      new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }),
    );
    const found = queryDefinitions.find(({ name }) => name === queryDefinitionNamePrefix);
    const { queryString, logGroupNames } = found ?? {};
    const now = Math.ceil(Date.now() / 1000);
    const { queryId } = await logs.send(
      new StartQueryCommand({ queryString, logGroupNames, startTime: now - HOUR_SECONDS, endTime: now }),
    );
    const rows = await until(`query ${id}`, async () => {
      const { status, results } = await logs.send(new GetQueryResultsCommand({ queryId }));
      return status === 'Complete' && results;
    });
    expect(rows).not.toEqual([]);
  });
}
