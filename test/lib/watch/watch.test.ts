// The path of request records through a ring's watch: kept, encrypted, read with least privilege, dead letters on every hop.
import { Duration, Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ALARM_CATALOGUE, ALARM_IDS, DO_NOT_TRADE, SAVED_QUERIES, savedQueryName } from '../../../contract/alarms';
import { parseVerifyDocument, readTradingGate, verifyParameterName } from '../../../contract/verify';
import { parseWatchDocument, WATCH_LIMITS } from '../../../contract/watch';
import { RingSize } from '../../../lib';
import { refusal } from '../../support/config-error';
import { compliantTemplate, Resource, resourcesOf, stackIn } from '../../support/egress';
import { RingOptions, watchTemplate, withRing } from '../../support/keys';
import { PROBES } from '../../support/probes';
import { resolveTemplateValue } from '../../support/resolve';

const attribute = (id: string, name: string) => `${id}.${name}`;
const parameterText = (template: Template, name: string) => {
  const parameters = Object.values(resourcesOf(template, 'AWS::SSM::Parameter'));
  const found = parameters.find(({ Properties }) => Properties.Name === name);
  return String(resolveTemplateValue(found?.Properties.Value, attribute));
};
const watchWith = (options: RingOptions = {}) => watchTemplate(withRing({ probes: PROBES, ...options }).ring);

describe.each<[string, RingOptions]>([
  ['with its defaults', {}],
  ['of production', { environment: 'prod' }],
  ['suspended', { suspended: true }],
  ['for thousands of keys', { size: RingSize.SHARDED }],
  ['without probes', { probes: undefined }],
])('the watch of a ring %s', (_, options) => {
  test('passes the policy pack', () => {
    expect(Object.keys(watchWith(options).toJSON().Resources).length).toBeGreaterThan(60);
  });
});

test('every hop that is not answered at once has a dead-letter queue, the same one', () => {
  const template = watchWith();
  const [[queue]] = Object.entries(resourcesOf(template, 'AWS::SQS::Queue'));
  const arn = { 'Fn::GetAtt': [queue, 'Arn'] };
  const hops: [string, object][] = [
    ['AWS::Lambda::EventInvokeConfig', { DestinationConfig: { OnFailure: { Destination: arn } } }],
    ['AWS::Lambda::EventSourceMapping', { DestinationConfig: { OnFailure: { Destination: arn } } }],
  ];
  for (const [type, properties] of hops) template.allResourcesProperties(type, properties);
  // what the trading gate says ends by itself when nothing writes it
  const others = (type: string) =>
    Object.entries(resourcesOf(template, type)).flatMap(([id, { Properties }]) =>
      id.startsWith('TradingGate') ? [] : [Properties],
    );
  expect(others('AWS::Scheduler::Schedule')).toEqual([
    expect.objectContaining({ Target: expect.objectContaining({ DeadLetterConfig: { Arn: arn } }) }),
  ]);
  const rules = others('AWS::Events::Rule');
  expect(rules).toHaveLength(6);
  for (const { Targets } of rules)
    expect(Targets).toContainEqual(expect.objectContaining({ DeadLetterConfig: { Arn: arn } }));
});

test('the subscription waits for the permission, which is for this account only', () => {
  const template = watchWith();
  const [[permission, { Properties }]] = Object.entries(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
    ([id]) => id.startsWith('Detector'),
  );
  expect(Properties).toMatchObject({ Principal: 'logs.amazonaws.com', SourceAccount: expect.anything() });
  template.hasResource('AWS::Logs::SubscriptionFilter', {
    DependsOn: Match.arrayWith([permission]),
    Properties: { FilterPattern: '' },
  });
});

test('nothing of the watch may read a value of a secret, or a table or log it does not need', () => {
  const actions = Object.entries(resourcesOf(watchWith(), 'AWS::IAM::Policy')).map(([id, { Properties }]) => {
    const { Statement } = Properties.PolicyDocument as { Statement: { Action: string | string[] }[] };
    return [id.replace(/Role.*|[0-9A-F]{8}$/, ''), Statement.flatMap(({ Action }) => Action).sort()];
  });
  const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  const letters = ['kms:Decrypt', 'kms:GenerateDataKey', 'sqs:SendMessage'];
  const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((name) => `dynamodb:${name}`);
  expect(Object.fromEntries(actions)).toEqual({
    Detector: [
      ...['BatchGetItem', 'PutItem', 'UpdateItem'].map((name) => `dynamodb:${name}`),
      ...['kms:Decrypt', 'kms:GenerateDataKey', ...logging],
      ...['DescribeSecret', 'ListSecretVersionIds', 'ListSecrets'].map((name) => `secretsmanager:${name}`),
      ...['sqs:SendMessage', 'ssm:GetParameter'],
    ],
    Notifier: [...stream, 'kms:Decrypt', 'kms:GenerateDataKey', ...logging, 'sns:Publish', 'sqs:SendMessage'],
    Heartbeat: [...logging, ...logging].sort(),
    HeartbeatSchedule: letters,
    TradingGate: ['cloudwatch:DescribeAlarms', ...logging, 'ssm:GetParameter', 'ssm:PutParameter'],
    // the caretaker's, which is not of the watch
    WhoHoldsOldKeys: ['dynamodb:BatchGetItem', 'kms:Decrypt', 'ssm:GetParameter'],
  });
});

test('the caretaker may ask the table who holds an old key, and decrypt for that alone', () => {
  const template = watchWith();
  const [[table]] = Object.entries(resourcesOf(template, 'AWS::DynamoDB::Table'));
  const [[encryption]] = Object.entries(resourcesOf(template, 'AWS::KMS::Key'));
  const [policy] = Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(([id, { Properties }]) =>
    id.startsWith('WhoHolds') ? [Properties] : [],
  );
  expect(policy.Roles).toEqual([{ Ref: expect.stringContaining('Caretaker') }]);
  const { Statement } = policy.PolicyDocument as { Statement: Record<string, unknown>[] };
  expect(Statement.map(({ Resource, Condition }) => ({ Resource, Condition }))).toEqual([
    { Resource: expect.anything() },
    { Resource: { 'Fn::GetAtt': [table, 'Arn'] } },
    {
      Resource: { 'Fn::GetAtt': [encryption, 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } },
    },
  ]);
  expect(resolveTemplateValue(Statement[0].Resource, attribute)).toMatch(/:parameter\/exchange-keys\/dev\/watch$/);
});

describe('request records', () => {
  test('are encrypted, kept for a year, and kept in production when the ring goes', () => {
    const requests = (options: RingOptions) =>
      Object.entries(resourcesOf(watchWith(options), 'AWS::Logs::LogGroup')).find(([id]) =>
        id.startsWith('Requests'),
      )?.[1] as Resource;
    expect(requests({}).Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
    expect(requests({}).DeletionPolicy).toBe('Delete');
    expect(requests({ environment: 'prod' }).DeletionPolicy).toBe('Retain');
    expect(requests({ requestLogRetention: RetentionDays.TWO_YEARS }).Properties.RetentionInDays).toBe(731);
  });

  test.each([RetentionDays.ONE_DAY, RetentionDays.TWO_MONTHS, RetentionDays.INFINITE])(
    'are not kept for %d days',
    (requestLogRetention) => {
      refusal('REQUEST_LOG_RETENTION', () => withRing({ requestLogRetention }));
    },
  );

  test('are counted by outcome without the detector, in a namespace of the ring', () => {
    const filters = Object.values(resourcesOf(watchWith(), 'AWS::Logs::MetricFilter')).map(
      ({ Properties }) => Properties,
    );
    expect(filters).toEqual([
      expect.objectContaining({ FilterPattern: '{ ($.outcome = "blocked-ip") }' }),
      expect.objectContaining({
        FilterPattern: '{ ($.outcome = "permission") || ($.outcome = "refused-local") }',
      }),
    ]);
    for (const { MetricTransformations } of filters) {
      expect(MetricTransformations).toEqual([
        expect.objectContaining({ MetricNamespace: 'ExchangeKeys/dev', DefaultValue: 0, MetricValue: '1' }),
      ]);
    }
  });
});

describe("a workload's own log group", () => {
  const scenario = () => {
    const { app, ring } = withRing();
    const bots = stackIn(app, 'Bots');
    return { ring, bots, key: new Key(bots, 'Logs', { enableKeyRotation: true }) };
  };

  test('is looked through for records, broken ones included', () => {
    const { ring, bots, key } = scenario();
    const retention = RetentionDays.SIX_MONTHS;
    ring.addRequestLogs(new LogGroup(bots, 'BotLogs', { encryptionKey: key, retention }));
    const template = compliantTemplate(bots);
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', {
      FilterPattern: '?"exchange.request" ?"exchange.key"',
    });
    template.resourceCountIs('AWS::Logs::MetricFilter', 2);
  });

  test('must be encrypted, kept long enough, made here, and named once', () => {
    const { ring, bots, key } = scenario();
    const half = RetentionDays.SIX_MONTHS;
    const add = (logs: Parameters<typeof ring.addRequestLogs>[0]) => () => ring.addRequestLogs(logs);
    refusal('REQUEST_LOGS_UNENCRYPTED', add(new LogGroup(bots, 'Plain', { retention: half })));
    refusal('REQUEST_LOG_RETENTION', add(new LogGroup(bots, 'Short', { encryptionKey: key, retention: 30 })));
    const token = Lazy.number({ produce: () => 365 });
    refusal('REQUEST_LOG_RETENTION', add(new LogGroup(bots, 'Token', { encryptionKey: key, retention: token })));
    refusal('REQUEST_LOGS_UNKNOWN', add(LogGroup.fromLogGroupName(bots, 'Imported', '/ecs/bot')));
    const good = new LogGroup(bots, 'Good', { encryptionKey: key, retention: half });
    ring.addRequestLogs(good);
    refusal('REQUEST_LOGS_TWICE', add(good));
    const cheap = { encryptionKey: key, retention: half, logGroupClass: LogGroupClass.INFREQUENT_ACCESS };
    refusal('REQUEST_LOGS_CLASS', add(new LogGroup(bots, 'Cheap', cheap)));
  });
});

describe('the detector', () => {
  const settings = (options: RingOptions) => {
    const functions = Object.entries(resourcesOf(watchWith(options), 'AWS::Lambda::Function'));
    const [, detector] = functions.find(([id]) => id.startsWith('Detector')) as [string, Resource];
    return (detector.Properties.Environment as { Variables: Record<string, string> }).Variables;
  };

  test('learns for a week and calls ten refusals a spike, unless told otherwise', () => {
    expect(settings({})).toMatchObject({
      EXCHANGE_KEYS_LEARNING_HOURS: '168',
      EXCHANGE_KEYS_SPIKE_FAILURES: '10',
      EXCHANGE_KEYS_ALLOWLIST_REGIONS: 'eu-west-1',
    });
    const options = { learningPeriod: Duration.hours(0), authFailureThreshold: 50 };
    expect(settings(options)).toMatchObject({ EXCHANGE_KEYS_LEARNING_HOURS: '0', EXCHANGE_KEYS_SPIKE_FAILURES: '50' });
  });

  test.each<RingOptions>([
    { learningPeriod: Duration.days(31) },
    { learningPeriod: Duration.minutes(30) },
    { learningPeriod: Duration.hours(Lazy.number({ produce: () => 1 })) },
    { authFailureThreshold: 2 },
    { authFailureThreshold: 1001 },
    { authFailureThreshold: 3.5 },
  ])('is not tuned out of its limits: %j', (options) => {
    refusal('THRESHOLD_OUT_OF_RANGE', () => withRing(options));
    expect(WATCH_LIMITS.spikeFailures).toMatchObject({ from: 3, to: 1000 });
  });
});

test('every query of the runbook is saved under the name of the ring', () => {
  const queries = Object.values(resourcesOf(watchWith(), 'AWS::Logs::QueryDefinition')).map(
    ({ Properties }) => Properties,
  );
  expect(queries.map(({ Name }) => Name).sort()).toEqual(
    [...ALARM_IDS, DO_NOT_TRADE as typeof DO_NOT_TRADE].map((id) => savedQueryName('dev', id)).sort(),
  );
  expect(queries.map(({ QueryString }) => QueryString).sort()).toEqual(
    Object.values(SAVED_QUERIES)
      .map(({ query }) => query)
      .sort(),
  );
  // those of the probes only where there are probes; each knows its logs
  const without = Object.values(resourcesOf(watchWith({ probes: undefined }), 'AWS::Logs::QueryDefinition'));
  expect(without).toHaveLength(queries.length - 6);
  const logs = Object.fromEntries(queries.map(({ Name, LogGroupNames }) => [Name, (LogGroupNames as string[]).length]));
  expect(logs[savedQueryName('dev', 'InsideProbeFailed')]).toBe(2);
  expect(logs[savedQueryName('dev', 'EgressDrift')]).toBe(1);
});

test('the dashboard draws every alarm on its metric, and shows all of them at the top', () => {
  const template = watchWith();
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const body = JSON.parse(String(resolveTemplateValue(dashboard.Properties.DashboardBody, attribute)));
  const widgets: { type: string; properties: { alarms?: string[]; annotations?: { alarms?: string[] } } }[] =
    body.widgets;
  const drawn = widgets.flatMap(({ properties }) => properties.annotations?.alarms ?? []);
  const listed = widgets.flatMap(({ type, properties }) => (type === 'alarm' ? (properties.alarms ?? []) : []));
  for (const id of ALARM_IDS) {
    expect(drawn.filter((arn) => arn.includes(`Alarm${id}`))).toHaveLength(1);
    expect(listed.filter((arn) => arn.includes(`Alarm${id}`))).toHaveLength(1);
  }
});

test("the watch's document is what the command reads", () => {
  const template = watchWith();
  expect(parseWatchDocument(parameterText(template, '/exchange-keys/dev/watch'))).toMatchObject({
    environment: 'dev',
    region: 'eu-west-1',
    alarmPrefix: 'exchange-keys-dev-',
    doNotTradeAlarm: 'exchange-keys-dev-DoNotTrade',
    dashboard: 'exchange-keys-dev-eu-west-1',
  });
});

test('rings of one environment in two regions do not share the name of a dashboard: those are of the whole account', () => {
  const { ring } = withRing();
  const [dashboard] = Object.values(resourcesOf(watchTemplate(ring), 'AWS::CloudWatch::Dashboard'));
  expect(dashboard.Properties.DashboardName).toBe('exchange-keys-dev-eu-west-1');
});

test('what verifies the way out is in a document of its own', () => {
  const read = (options: RingOptions) =>
    parseVerifyDocument(parameterText(watchWith(options), verifyParameterName('dev')));
  const { insideProbes, ...others } = read({});
  expect(Object.keys(insideProbes)).toEqual(['eu-west-1a', 'eu-west-1b']);
  expect(others).toMatchObject({
    environment: 'dev',
    region: 'eu-west-1',
    doNotTradeAlarm: 'exchange-keys-dev-DoNotTrade',
    tradingGateParameter: '/exchange-keys/dev/trading-gate',
    outsideProbe: expect.any(String),
    egressCheck: expect.any(String),
  });
  expect(read({ probes: undefined })).toMatchObject({ insideProbes: {} });
  expect(read({ probes: undefined })).not.toHaveProperty('outsideProbe');
});

describe('the trading gate', () => {
  const settings = (options: RingOptions = {}) => {
    const functions = Object.entries(resourcesOf(watchWith(options), 'AWS::Lambda::Function'));
    const [, gate] = functions.find(([id]) => id.startsWith('TradingGate')) as [string, Resource];
    return (gate.Properties.Environment as { Variables: Record<string, string> }).Variables;
  };

  test('is closed until its function has looked', () => {
    const text = parameterText(watchWith(), '/exchange-keys/dev/trading-gate');
    expect(readTradingGate(text, { environment: 'dev', now: new Date(0) }).allowed).toBe(false);
    expect(JSON.parse(text)).toMatchObject({ allowed: false });
  });

  test('stands for every alarm of the composite, and no other', () => {
    const stopping = (probes: boolean) =>
      ALARM_CATALOGUE.filter(({ doNotTrade, needsProbes }) => doNotTrade && (probes || !needsProbes)).map(
        ({ id }) => `exchange-keys-dev-${id}`,
      );
    const alarms = (options?: RingOptions) => settings(options).EXCHANGE_KEYS_STOP_ALARMS.split(',');
    expect(alarms()).toEqual(stopping(true));
    expect(alarms({ probes: undefined })).toEqual(stopping(false));
    const disabledBecause = 'OPS-1: moved next week';
    expect(alarms({ alarmOverrides: { EgressDrift: { disabledBecause } } })).not.toContain(
      'exchange-keys-dev-EgressDrift',
    );
    expect(settings().EXCHANGE_KEYS_DO_NOT_TRADE).toBe('exchange-keys-dev-DoNotTrade');
  });

  test('is written at once when the composite changes', () => {
    watchWith().hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: ['exchange-keys-dev-DoNotTrade'] },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TradingGate'), 'Arn'] } })],
    });
  });
});
