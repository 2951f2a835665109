// A deployed ring whose keys have workloads: the processes, the network they leave by, their log, and time that passes when told.
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  formatLabel,
  LabelKind,
  METRIC_NAMESPACE,
  parseLabel,
  parseRingDocument,
  type RingDocument,
  ringParameterName,
} from '../../../contract/keys';
import { RING_DIMENSION } from '../../../contract/metrics';
import {
  type Finding,
  parseWatchDocument,
  readFindingItem,
  versionItem,
  type WatchDocument,
  watchParameterName,
} from '../../../contract/watch';
import { LocalAwsHooks } from '../../../local-aws/test-hooks';
import { keyOf } from '../../../runtime/shared/table-reader';
import { EchoService } from '../../support/echo-service';
import { LoopbackExchange, type Permission } from '../../support/exchange';
import { LocalDeployment } from './local-deployment';
import { operatorCommand } from './operator-command';
import { until } from './until';
import { LogDriver } from './workload-logs';
import { type Bot, Bots, type Language } from './workload-process';
import { AwsProxy } from './workload-proxy';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'dev';
export const HOUR = 3_600_000;

export const TRADER = 'dev-trader-bot-a';
export const MAKER = 'dev-maker-bot-a';
export const GRID = 'dev-grid-bot-a';
export const FILE = 'dev-file-bot-a';
const MANAGEMENT = 'dev-management-xxkk-0';
const KEYS = [TRADER, MAKER, GRID, FILE];

const APP = ['--app', 'node --import tsx test/e2e/apps/workloads.ts'];
/** What the deployment's name of the stack is. */
const KEYS_STACK = 'Keys';
const TRADES: Permission[] = ['Read', 'SpotTrade', 'DerivTrade'];
/** The exchange's clock for ages and uses of keys is behind by this: letting it catch up is what a long overlap would do. */
export const BEHIND = 36 * HOUR;

export interface StartOptions {
  readonly language: Language;
  readonly key: string;
  /** Zone whose address it leaves from, 0 or 1. */
  readonly zone?: 0 | 1;
  /** Further variables; undefined takes one away. */
  readonly more?: NodeJS.ProcessEnv;
  /** Whether what it prints is in the ring's request log. */
  readonly logged?: boolean;
}

export class World {
  public static async start(): Promise<World> {
    const now = () => Date.now() - BEHIND;
    const exchange = await LoopbackExchange.start({ now, settings: { clockOffsetMs: BEHIND } });
    const echo = await EchoService.start();
    const aws = await LocalDeployment.start([REGION], { XXKK_API_BASE_URL: exchange.url });
    const world = new World(exchange, echo, aws);
    try {
      await aws.mustRun(['deploy', '--all', '--require-approval', 'never', '--concurrency', '2', ...APP]);
      await world.meet();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  public readonly hooks: LocalAwsHooks;
  public readonly bots: Bots;
  public readonly secrets: SecretsManagerClient;
  public readonly lambda: LambdaClient;
  private readonly logs: CloudWatchLogsClient;
  private readonly cloudwatch: CloudWatchClient;
  private readonly dynamodb: DynamoDBClient;
  private readonly ssm: SSMClient;
  private readonly proxies: AwsProxy[] = [];
  private ring!: RingDocument;
  private watch!: WatchDocument;
  private driver!: LogDriver;
  /** Variables of the workload of each key, as it was deployed. */
  private deployed!: Readonly<Record<string, Readonly<Record<string, string>>>>;
  public outputs!: Readonly<Record<string, string>>;
  /** Of the network, one for each availability zone. */
  public addresses!: readonly string[];

  private constructor(
    public readonly exchange: LoopbackExchange,
    public readonly echo: EchoService,
    public readonly aws: LocalDeployment,
  ) {
    const connection = aws.client(REGION);
    this.hooks = new LocalAwsHooks(aws.endpoint);
    this.bots = new Bots(aws.workspace);
    this.secrets = new SecretsManagerClient(connection);
    this.lambda = new LambdaClient(connection);
    this.logs = new CloudWatchLogsClient(connection);
    this.cloudwatch = new CloudWatchClient(connection);
    this.dynamodb = new DynamoDBClient(connection);
    this.ssm = new SSMClient(connection);
  }

  private async meet(): Promise<void> {
    this.ring = parseRingDocument(await this.parameter(ringParameterName(ENVIRONMENT)));
    this.watch = parseWatchDocument(await this.parameter(watchParameterName(ENVIRONMENT)));
    this.addresses = (await this.aws.allowlist(REGION)).entries.map(({ address }) => address);
    this.outputs = await this.aws.outputs(REGION, KEYS_STACK);
    this.driver = new LogDriver(this.logs, this.outputs.BotLogGroup);
    this.deployed = {
      [TRADER]: await this.taskVariables('trader'),
      [GRID]: await this.taskVariables('injected'),
      [MAKER]: JSON.parse(this.outputs.MakerVariables),
    };
    for (const name of [...KEYS, MANAGEMENT]) await this.trialRunOver(name);
    await this.putKey(MANAGEMENT, 'master', ['Read', 'KeyManage']);
    await Promise.all(KEYS.map((name) => this.putKey(name, 'sub-1', TRADES)));
  }

  public async stop(): Promise<void> {
    await this.bots.stop();
    await this.driver?.stop();
    for (const proxy of this.proxies) await proxy.stop();
    await this.aws.stop();
    await this.echo.stop();
    await this.exchange.stop();
  }

  public async parameter(Name: string): Promise<string> {
    return (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '';
  }

  // --- Processes

  /** A process of the key's workload, with the environment that was deployed for it. */
  public start({ language, key, zone = 0, more = {}, logged = true }: StartOptions): Bot {
    const bot = this.bots.start(language, {
      ...this.platform(),
      ...this.deployed[key],
      XXKK_API_BASE_URL: this.exchange.url,
      XXKK_ECHO_URL: this.echo.url,
      TEST_SOURCE_ADDRESS: this.addresses[zone],
      ...more,
    });
    if (logged) this.driver.follow(bot);
    return bot;
  }

  /** What the platform gives to every workload. */
  private platform(): NodeJS.ProcessEnv {
    return {
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'workload',
      AWS_SECRET_ACCESS_KEY: 'workload',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  public async proxy(): Promise<AwsProxy> {
    const proxy = await AwsProxy.start(this.aws.endpoint);
    this.proxies.push(proxy);
    return proxy;
  }

  /** Everything that was printed so far is in the log, and has been judged. */
  public async logged(): Promise<void> {
    await this.driver.flush();
    await this.judged();
  }

  /** The watch's function has come to the end of what was sent to it. */
  private async judged(): Promise<void> {
    const printed = () => this.driver.requests;
    await until('all requests judged', async () => (await this.sum('Requests')) >= printed(), 90);
  }

  /** Variables of the only container of a task definition. */
  private async taskVariables(taskDefinition: string): Promise<Record<string, string>> {
    const { taskDefinition: found } = await this.ecs('DescribeTaskDefinition', { taskDefinition });
    const [{ environment, secrets = [] }] = found.containerDefinitions;
    const pairs = environment.map(({ name, value }: Record<string, string>) => [name, value]);
    for (const { name, valueFrom } of secrets) this.injected.set(name, valueFrom);
    return Object.fromEntries(pairs);
  }

  /** Of the injected container: variables and where ECS takes their values from. */
  private readonly injected = new Map<string, string>();

  /** Fills the variables as ECS does when a task starts: `<secret arn>:<field>:<label>:`. */
  public async injectedVariables(): Promise<Record<string, string>> {
    const filled = [...this.injected].map(async ([name, from]) => {
      const [, SecretId, field, VersionStage] = /^(arn:(?:[^:]*:){5}[^:]*):([^:]*):([^:]*):$/.exec(from) ?? [];
      const { SecretString = '' } = await this.secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
      return [name, JSON.parse(SecretString)[field]];
    });
    return Object.fromEntries(await Promise.all(filled));
  }

  /** By HTTP: its SDK is no dependency of anything here. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every operation
  public async ecs(operation: string, body: object): Promise<any> {
    const response = await fetch(this.aws.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/ecs/aws4_request`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
    return response.json();
  }

  // --- Keys

  public async command(args: readonly string[], input?: unknown): Promise<void> {
    const place = { endpoint: this.aws.endpoint, region: REGION, environment: ENVIRONMENT };
    const { code, output } = await operatorCommand(place, args, input);
    if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}: ${output}`);
  }

  /** What a person does at the exchange, and then here. */
  private async putKey(name: string, account: string, permissions: Permission[]): Promise<void> {
    const request = { account, label: 'by_hand', permissions, ips: [...this.addresses] };
    const { id, apiKey, apiSecret } = this.exchange.control.createKeyByHand(request);
    await this.command(['key', 'put', name, '--stdin', '--yes'], { keyId: id, apiKey, apiSecret });
  }

  public rotate(name: string): Promise<void> {
    return this.command(['key', 'rotate', name, '--wait', '--yes']);
  }

  public secretOf(name: string): string {
    return `exchange-keys/${ENVIRONMENT}/${name}`;
  }

  /** The current version with its document, as text and read. */
  public async current(name: string) {
    const request = { SecretId: this.secretOf(name), VersionStage: 'AWSCURRENT' };
    const { SecretString: text = '', VersionId: version = '' } = await this.secrets.send(
      new GetSecretValueCommand(request),
    );
    return { version, text, document: JSON.parse(text) };
  }

  public async labels(name: string): Promise<Record<string, string[]>> {
    return (
      (await this.secrets.send(new DescribeSecretCommand({ SecretId: this.secretOf(name) }))).VersionIdsToStages ?? {}
    );
  }

  public async isPending(name: string): Promise<boolean> {
    return Object.values(await this.labels(name))
      .flat()
      .includes('AWSPENDING');
  }

  /** After a deployment Secrets Manager tries the rotation with a version that it takes away again. */
  private async trialRunOver(name: string): Promise<void> {
    await until(`trial run of ${name} over`, async () => !(await this.isPending(name)), 90);
  }

  // --- Time

  /** The overlap of the version ended so long ago: its label is moved, which is what waiting would do. */
  public async endOverlap(name: string, version: string, secondsAgo: number): Promise<void> {
    const SecretId = this.secretOf(name);
    const label = (await this.labels(name))[version]?.find((stage) => parseLabel(stage)?.kind === LabelKind.REVOKE);
    if (!label) throw new Error(`version ${version} of ${name} is not marked to be revoked`);
    const past = formatLabel(LabelKind.REVOKE, Math.floor(Date.now() / 1000) - secondsAgo);
    const move = (more: object) =>
      this.secrets.send(new UpdateSecretVersionStageCommand({ SecretId, ...more } as never));
    await move({ VersionStage: past, MoveToVersionId: version });
    await move({ VersionStage: label, RemoveFromVersionId: version });
  }

  /** The last report of the version was so long ago. */
  public async ageReport(name: string, version: string, milliseconds: number): Promise<void> {
    await this.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.watch.findingsTable,
        Key: keyOf({ keyName: name, item: versionItem(version) }),
        UpdateExpression: 'SET heldAt = heldAt - :time',
        ConditionExpression: 'attribute_exists(heldAt)',
        ExpressionAttributeValues: { ':time': { N: String(milliseconds) } },
      }),
    );
  }

  /** One pass of it. */
  public async caretaker(): Promise<void> {
    await this.invoke(this.ring.caretakerFunction);
  }

  /** The watch shows that it is alive: only then the caretaker believes what it says. */
  public async heartbeat(): Promise<void> {
    const { Functions = [] } = await this.lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
    const beating = Functions.find(({ LoggingConfig }) => LoggingConfig?.LogGroup?.includes('HeartbeatLogs'));
    await this.invoke(beating?.FunctionName as string);
  }

  private async invoke(FunctionName: string): Promise<void> {
    const { FunctionError, Payload } = await this.lambda.send(new InvokeCommand({ FunctionName }));
    if (FunctionError) throw new Error(`${FunctionName} failed: ${Buffer.from(Payload ?? []).toString()}`);
  }

  // --- What the watch says

  /** Sum of one of the ring's metrics since the deployment. */
  public async sum(MetricName: string): Promise<number> {
    const { Datapoints = [] } = await this.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: METRIC_NAMESPACE,
        MetricName,
        Dimensions: [{ Name: RING_DIMENSION, Value: ENVIRONMENT }],
        StartTime: new Date(Date.now() - HOUR),
        EndTime: new Date(Date.now() + HOUR),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }

  /** What the caretaker said of a version, in its order: `OldKeyStillInUse`, `took a step revoke`. */
  public async saidOf(name: string, version: string): Promise<string[]> {
    const page = await this.logs.send(new FilterLogEventsCommand({ logGroupName: this.ring.caretakerLogGroup }));
    return (page.events ?? []).flatMap(({ message = '' }) => {
      if (!message.startsWith('{')) return [];
      const { message: said, keyName, versionId, operation } = JSON.parse(message);
      if (keyName !== name || versionId !== version) return [];
      return [operation === undefined ? said.replace(/:.*/, '') : operation];
    });
  }

  public async findings(): Promise<Finding[]> {
    const { Items = [] } = await this.dynamodb.send(
      new ScanCommand({ TableName: this.watch.findingsTable, ConsistentRead: true }),
    );
    const stored = Items.map((item) => readFindingItem(item as never)).filter((one) => one !== undefined);
    return stored.map(({ finding }) => finding);
  }

  /** Every line of every log group. */
  public async allLogs(): Promise<string[]> {
    const { logGroups = [] } = await this.logs.send(new DescribeLogGroupsCommand({}));
    const lines: string[] = [];
    for (const { logGroupName } of logGroups) {
      for (let nextToken: string | undefined; ; ) {
        const page = await this.logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
        lines.push(...(page.events ?? []).map(({ message = '' }) => message));
        nextToken = page.nextToken;
        if (!nextToken) break;
      }
    }
    return lines;
  }
}
