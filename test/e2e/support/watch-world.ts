// A deployed ring with its keys, the watch's functions on a clock of the test's, and somebody who is told.
import { setTimeout } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type FunctionConfiguration, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { METRIC_NAMESPACE, parseRingDocument, type RingDocument, ringParameterName } from '../../../contract/keys';
import { RING_DIMENSION } from '../../../contract/metrics';
import {
  type Finding,
  parseWatchDocument,
  type RequestRecord,
  readFindingItem,
  type WatchDocument,
  watchParameterName,
} from '../../../contract/watch';
import { LocalAwsHooks } from '../../../local-aws/test-hooks';
import { LoopbackExchange, type Permission } from '../../support/exchange';
import { LocalDeployment } from './local-deployment';
import { type Finished, operatorCommand } from './operator-command';
import { until } from './until';
import { WatchClock } from './watch-clock';
import { CONFIG, ENVIRONMENT, MINUTE, REGION, TRADER } from './watch-config';
import { Mailbox } from './watch-mailbox';

const PARTS = ['Detector', 'Notifier', 'Heartbeat', 'Caretaker', 'EgressCheck'] as const;
/** Those that a schedule calls. */
const SCHEDULED = ['Heartbeat', 'Caretaker', 'EgressCheck'] as const;
/** Functions that go by the test's clock. */
export type Part = (typeof PARTS)[number];

export class World {
  public static async start(): Promise<World> {
    const exchange = await LoopbackExchange.start();
    const aws = await LocalDeployment.start([REGION], { XXKK_API_BASE_URL: exchange.url });
    const world = new World(exchange, aws);
    try {
      await world.hooks.evaluateAlarmsInBackground(false);
      await aws.deploy(CONFIG);
      await world.meet();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  public readonly hooks: LocalAwsHooks;
  public readonly clock: WatchClock;
  public readonly secrets: SecretsManagerClient;
  public readonly lambda: LambdaClient;
  public readonly logs: CloudWatchLogsClient;
  public readonly cloudwatch: CloudWatchClient;
  public readonly dynamodb: DynamoDBClient;
  public readonly ssm: SSMClient;
  public readonly sqs: SQSClient;
  private readonly scheduler: SchedulerClient;
  public mailbox!: Mailbox;
  public deadLetterQueue!: string;
  public ring!: RingDocument;
  public watch!: WatchDocument;
  /** Of the network, one for each availability zone. */
  public addresses!: readonly string[];
  /** Names by log group. */
  private functions!: ReadonlyMap<string, string>;
  private streams = 0;

  private constructor(
    public readonly exchange: LoopbackExchange,
    public readonly aws: LocalDeployment,
  ) {
    const connection = aws.client(REGION);
    this.hooks = new LocalAwsHooks(aws.endpoint);
    this.clock = new WatchClock(aws.workspace);
    this.secrets = new SecretsManagerClient(connection);
    this.lambda = new LambdaClient(connection);
    this.logs = new CloudWatchLogsClient(connection);
    this.cloudwatch = new CloudWatchClient(connection);
    this.dynamodb = new DynamoDBClient(connection);
    this.ssm = new SSMClient(connection);
    this.sqs = new SQSClient(connection);
    this.scheduler = new SchedulerClient(connection);
  }

  /** Learns what has been deployed, and takes the clock of the watch's functions. */
  private async meet(): Promise<void> {
    this.ring = parseRingDocument(await this.parameter(ringParameterName(ENVIRONMENT)));
    this.watch = parseWatchDocument(await this.parameter(watchParameterName(ENVIRONMENT)));
    this.addresses = (await this.aws.allowlist(REGION)).entries.map(({ address }) => address);
    const { Functions = [] } = await this.lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
    const logGroup = (one: FunctionConfiguration) => one.LoggingConfig?.LogGroup ?? '';
    this.functions = new Map(Functions.map((one) => [logGroup(one), one.FunctionName as string]));
    for (const part of PARTS) await this.clock.wind(this.lambda, this.functionOf(part));
    for (const part of SCHEDULED) await this.slowDown(part);
    const { MetricAlarms: [letters] = [] } = await this.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [`${this.watch.alarmPrefix}DeadLetters`] }),
    );
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: letters?.Dimensions?.[0].Value }));
    this.deadLetterQueue = QueueUrl as string;
    this.mailbox = await Mailbox.subscribe(this.aws.client(REGION), this.watch.alarmTopicArn);
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
    await this.exchange.stop();
  }

  public async parameter(Name: string): Promise<string> {
    return (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '';
  }

  /** The name of a function is cut off before it says which one it is; that of its log group is not. */
  public functionOf(part: Part): string {
    return this.functions.get(this.logGroupOf(part)) as string;
  }

  public logGroupOf(part: Part): string {
    const found = [...this.functions.keys()].filter((name) => name.includes(`${part}Logs`));
    if (found.length !== 1) throw new Error(`${found.length} log groups are of ${part}: ${[...this.functions.keys()]}`);
    return found[0];
  }

  public command(args: readonly string[], input?: unknown): Promise<Finished> {
    return operatorCommand({ endpoint: this.aws.endpoint, region: REGION, environment: ENVIRONMENT }, args, input);
  }

  /** The operator's command, which has to succeed. */
  public async mustCommand(args: readonly string[], input?: unknown): Promise<Finished> {
    const finished = await this.command(args, input);
    if (finished.code !== 0) throw new Error(`${args.join(' ')} exited with ${finished.code}: ${finished.output}`);
    return finished;
  }

  /** What a person does at the exchange, and then here. */
  public async putKey(name: string, account: string, permissions: Permission[]): Promise<void> {
    const request = { account, label: 'by_hand', permissions, ips: [...this.addresses] };
    const { id, apiKey, apiSecret } = this.exchange.control.createKeyByHand(request);
    await this.mustCommand(['key', 'put', name, '--stdin', '--yes'], { keyId: id, apiKey, apiSecret });
  }

  public secretOf(name: string): string {
    return `exchange-keys/${ENVIRONMENT}/${name}`;
  }

  /** Version ids by label, and those without one. */
  public async versions(name: string): Promise<Map<string, string>> {
    const { VersionIdsToStages = {} } = await this.secrets.send(
      new DescribeSecretCommand({ SecretId: this.secretOf(name) }),
    );
    return new Map(Object.entries(VersionIdsToStages).flatMap(([id, labels]) => labels.map((label) => [label, id])));
  }

  /** The version with this label; it has to be there. */
  public async version(name: string, label: string): Promise<string> {
    const id = (await this.versions(name)).get(label);
    if (id === undefined) throw new Error(`no version of ${name} is ${label}`);
    return id;
  }

  /** After a deployment Secrets Manager tries the rotation with a version that it takes away again. */
  public async trialRunsOver(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await until(`trial run of ${name} over`, async () => !(await this.versions(name)).has('AWSPENDING'), 90);
    }
  }

  /** Every secret that was ever given out, here or at the exchange. */
  public async secretTexts(): Promise<string[]> {
    const { control } = this.exchange;
    const current = await this.secrets.send(
      new GetSecretValueCommand({ SecretId: this.secretOf(TRADER), VersionStage: 'AWSCURRENT' }),
    );
    return [...control.issuedSecrets(), JSON.parse(current.SecretString ?? '').apiKey];
  }

  /** Lines in the request log, written now by the clock; as a workload does it, in one call. */
  public async write(...lines: (RequestRecord | string)[]): Promise<void> {
    const where = { logGroupName: this.watch.requestLogGroup, logStreamName: `workload-${++this.streams}` };
    await this.logs.send(new CreateLogStreamCommand(where));
    const logEvents = lines.map((line) => ({
      timestamp: this.clock.now(),
      message: typeof line === 'string' ? line : JSON.stringify(line),
    }));
    await this.logs.send(new PutLogEventsCommand({ ...where, logEvents }));
  }

  /** The schedule calls its function now, by the clock. */
  public async fire(part: (typeof SCHEDULED)[number]): Promise<void> {
    await this.hooks.fireSchedule(REGION, await this.scheduleOf(part));
  }

  private async scheduleOf(part: Part): Promise<string> {
    const { Schedules = [] } = await this.scheduler.send(new ListSchedulesCommand({}));
    const schedule = Schedules.find(({ Target }) => Target?.Arn?.endsWith(`:${this.functionOf(part)}`));
    if (!schedule?.Name) throw new Error(`no schedule calls ${part}`);
    return schedule.Name;
  }

  /** It fires when the test says so, and not by the right time as well. */
  private async slowDown(part: Part): Promise<void> {
    const schedule = await this.scheduler.send(new GetScheduleCommand({ Name: await this.scheduleOf(part) }));
    const { Name, Target, FlexibleTimeWindow } = schedule;
    const slow = { Name, Target, FlexibleTimeWindow, ScheduleExpression: 'rate(1 day)', State: 'ENABLED' as const };
    await this.scheduler.send(new UpdateScheduleCommand(slow));
  }

  /** Findings in the table, the oldest first. */
  public async findings(): Promise<(Finding & { readonly foundAt: number })[]> {
    const { Items = [] } = await this.dynamodb.send(
      new ScanCommand({ TableName: this.watch.findingsTable, ConsistentRead: true }),
    );
    const stored = Items.map((item) => readFindingItem(item as never)).filter((one) => one !== undefined);
    return stored.map(({ finding, foundAt }) => ({ ...finding, foundAt })).sort((a, b) => a.foundAt - b.foundAt);
  }

  /** Those that were stored since then, by the clock. */
  public async findingsSince(time: number): Promise<Finding[]> {
    return (await this.findings()).filter(({ foundAt }) => foundAt >= time);
  }

  /** Sum of one of the ring's metrics in the five minutes from then on; 0 also when there is none. */
  public async sum(MetricName: string, from: number): Promise<number> {
    const { Datapoints = [] } = await this.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: METRIC_NAMESPACE,
        MetricName,
        Dimensions: [{ Name: RING_DIMENSION, Value: ENVIRONMENT }],
        StartTime: new Date(Math.floor(from / MINUTE) * MINUTE),
        EndTime: new Date(from + 5 * MINUTE),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }

  /** Takes all letters out of the dead-letter queue. */
  public async deadLetters(): Promise<Record<string, unknown>[]> {
    const letters: Record<string, unknown>[] = [];
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.deadLetterQueue, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return letters;
      for (const { Body = '', ReceiptHandle } of Messages) {
        letters.push(JSON.parse(Body));
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.deadLetterQueue, ReceiptHandle }));
      }
    }
  }

  /** Ids of the alarms that are on, as of that moment. */
  public async alarmsOn(at: number): Promise<string[]> {
    const { alarms } = await this.hooks.evaluateAlarms(REGION, new Date(at));
    return this.idsOn(alarms);
  }

  private idsOn(alarms: Readonly<Record<string, string>>): string[] {
    const prefix = this.watch.alarmPrefix;
    return Object.entries(alarms).flatMap(([name, state]) => (state === 'ALARM' ? [name.slice(prefix.length)] : []));
  }

  /** Waits until exactly these alarms are on, as of that moment. */
  public async waitForAlarms(at: number, expected: readonly string[]): Promise<void> {
    const wanted = [...expected].sort();
    let on: string[] = [];
    try {
      await until('alarms', async () => {
        on = await this.alarmsOn(at);
        return on.join() === wanted.join();
      });
    } catch {
      expect(on).toEqual(wanted);
    }
  }

  /** Long enough for what nobody expects to have happened. */
  public quietly(): Promise<void> {
    return setTimeout(1_000);
  }
}
