// What the operator sees of the scenarios: the real command, the saved queries, and nothing secret anywhere.

import { DescribeAlarmsCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import {
  DescribeMetricFiltersCommand,
  DescribeQueryDefinitionsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AlarmId, alarmDefinition, DO_NOT_TRADE, SAVED_QUERIES } from '../../../contract/alarms';
import { FINDING_KINDS } from '../../../contract/watch';
import { until } from '../support/until';
import { REGION, TRADER } from '../support/watch-config';
import type { World } from '../support/watch-world';

/** Queries about what no scenario brings about. */
const WITHOUT_ROWS = [
  'CaretakerImpaired',
  'EgressDrift',
  'EgressUnknown',
  'KeyDrift',
  'NatPacketsDropped',
  'NatPortsExhausted',
  'OldKeyAlive',
  'OldKeyInUse',
  'RotationOverdue',
  'StandbyNotListed',
];
const DAY_SECONDS = 86_400;

export function command(world: () => World): void {
  test('watch tail shows every finding once', async () => {
    const { stdout } = await world().mustCommand(['watch', 'tail', '--no-follow', '--since', '1h', '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ finding }) => finding))).toEqual(new Set(FINDING_KINDS));
    const seen = lines.map(({ at, finding, keyName, subject }) => `${at} ${finding} ${keyName} ${subject}`);
    expect(new Set(seen).size).toBe(seen.length);
    const { output } = await world().mustCommand(['watch', 'tail', '--no-follow', '--finding', 'RetiredKeyUse']);
    expect(output).toMatch(new RegExp(`RetiredKeyUse +${TRADER}`));
  });

  test('watch report counts them by key', async () => {
    const { stdout } = await world().mustCommand(['watch', 'report', '--since', '6d', '--json']);
    for (const kind of FINDING_KINDS) expect(stdout).toContain(kind);
    const { output } = await world().mustCommand(['watch', 'report', '--since', '6d']);
    expect(output).toContain(TRADER);
  });

  test('the saved query of each alarm runs where it has been deployed, and finds what there was', async () => {
    const { logs, watch } = world();
    const { queryDefinitions = [] } = await logs.send(
      new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: 'exchange-keys/dev/', maxResults: 1000 }),
    );
    const ids = queryDefinitions.map(({ name = '' }) => name.slice('exchange-keys/dev/'.length));
    expect(ids.sort()).toEqual(Object.keys(SAVED_QUERIES).filter(isDeployed).sort());
    const now = Math.ceil(Date.now() / 1000);
    const without: string[] = [];
    for (const { name = '', queryString, logGroupNames = [] } of queryDefinitions) {
      const chosen = logGroupNames.length > 0 ? logGroupNames : [watch.requestLogGroup];
      const asked = { queryString, logGroupNames: chosen, startTime: now - 6 * DAY_SECONDS, endTime: now };
      const { queryId } = await logs.send(new StartQueryCommand(asked));
      const results = await until(`query ${name}`, async () => {
        const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
        return answer.status === 'Running' || answer.status === 'Scheduled' ? undefined : answer;
      });
      expect([name, results.status]).toEqual([name, 'Complete']);
      if (results.results?.length === 0) without.push(name.slice('exchange-keys/dev/'.length));
    }
    expect(without.sort()).toEqual(WITHOUT_ROWS);
  });

  test('every metric that an alarm looks at has been published by what was deployed', async () => {
    const { cloudwatch, logs, watch } = world();
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: watch.alarmPrefix, MaxRecords: 100 }),
    );
    const wanted = MetricAlarms.flatMap(({ MetricName, Namespace, Dimensions, Metrics = [] }) =>
      MetricName
        ? [{ MetricName, Namespace, Dimensions }]
        : Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
    );
    const { metricFilters = [] } = await logs.send(
      new DescribeMetricFiltersCommand({ logGroupName: watch.requestLogGroup }),
    );
    const filtered = metricFilters.flatMap(({ metricTransformations = [] }) =>
      metricTransformations.map(({ metricName, metricNamespace }) => `${metricNamespace} ${metricName}`),
    );
    await world().fire('EgressCheck');
    const check = world().functionOf('EgressCheck');
    const ended = async () => (await world().hooks.journal('lambda.invoked')).some((run) => run.function === check);
    await until('a run of the egress check', ended);
    const published = new Set([...(await emfMetrics(world())), ...filtered]);
    const ours = wanted.filter(({ Namespace }) => Namespace?.startsWith('ExchangeKeys')).map(named);
    expect(ours.length).toBeGreaterThan(30);
    expect(ours.filter((name) => !published.has(name))).toEqual([]);
    const gateways = (await world().aws.natGateways(REGION)).map(({ NatGatewayId }) => NatGatewayId);
    const others = wanted.filter(({ Namespace }) => !Namespace?.startsWith('ExchangeKeys'));
    const queue = world().deadLetterQueue.split('/').at(-1);
    for (const { Namespace, Dimensions = [] } of others) {
      expect(Namespace === 'AWS/NATGateway' ? gateways : [queue]).toContain(Dimensions[0].Value);
    }
  });

  test('nobody was told a secret, nor is one in a log of the watch', async () => {
    const { logs, mailbox, watch } = world();
    const secrets = await world().secretTexts();
    expect(secrets.length).toBeGreaterThan(4);
    const groups = [
      watch.requestLogGroup,
      ...(['Detector', 'Notifier', 'Caretaker', 'EgressCheck'] as const).map((part) => world().logGroupOf(part)),
    ];
    const texts = mailbox.all.map(({ subject, text }) => subject + text);
    for (const logGroupName of groups) {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      expect(events.length).toBeGreaterThan(0);
      // what a workload wrote that is no record stays where it was written
      if (logGroupName !== watch.requestLogGroup) texts.push(...events.map(({ message = '' }) => message));
    }
    const leaks = texts.filter((text) => [...secrets, 's3cret'].some((secret) => text.includes(secret)));
    expect(leaks).toEqual([]);
  });
}

/** The ring has no probes. */
const isDeployed = (id: string) => id === DO_NOT_TRADE || !alarmDefinition(id as AlarmId).needsProbes;

const named = ({ Namespace, MetricName, Dimensions = [] }: Metric) =>
  [Namespace, MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()].join(' ');

/** What the functions have written in embedded metric format. */
async function emfMetrics(world: World): Promise<string[]> {
  const found = new Set<string>();
  for (const part of ['Detector', 'Notifier', 'Caretaker', 'EgressCheck'] as const) {
    const logGroupName = world.logGroupOf(part);
    const { events = [] } = await world.logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $._aws.Timestamp > 0 }' }),
    );
    for (const { message = '' } of events) {
      const line = JSON.parse(message);
      for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
        for (const { Name: MetricName } of Metrics) {
          const names: string[][] = Dimensions;
          for (const set of names)
            found.add(named({ Namespace, MetricName, Dimensions: set.map((Name) => ({ Name, Value: line[Name] })) }));
        }
      }
    }
  }
  return [...found];
}
