// A deployed ring with probes, the exchange and the echo services that they ask, and the clock of all of it.
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { alarmNamePrefix } from '../../../contract/alarms';
import type { AllowlistRole } from '../../../contract/allowlist';
import { LOCK_FILE } from '../../../contract/lock';
import {
  CLOSED_PATHS,
  type ProbeAnswer,
  parseVerifyDocument,
  readTradingGate,
  type TradingGateState,
  type VerifyDocument,
  verifyParameterName,
} from '../../../contract/verify';
import { LocalAwsHooks } from '../../../local-aws/test-hooks';
import { EchoService } from '../../support/echo-service';
import { LoopbackExchange, type Permission } from '../../support/exchange';
import { LocalDeployment } from './local-deployment';
import { type Finished, operatorCommand } from './operator-command';
import { until } from './until';
import {
  ENVIRONMENT,
  MANAGEMENT,
  type Measured,
  MINUTE,
  OTHER_REGION,
  PERIOD,
  PROBE_KEY,
  REGION,
  verifyConfig,
} from './verify-config';
import { measuredAt, saidAgain } from './verify-metrics';
import { WatchClock } from './watch-clock';

interface KeyAtExchange {
  readonly id: string;
  readonly ips: readonly string[];
}

export class VerifyWorld {
  public static async start(): Promise<VerifyWorld> {
    const started: { stop(): Promise<unknown> }[] = [];
    try {
      const exchange = await LoopbackExchange.start();
      started.push(exchange);
      const echoes = [await EchoService.start(), await EchoService.start()] as const;
      started.push(...echoes);
      const aws = await LocalDeployment.start([REGION, OTHER_REGION], { XXKK_API_BASE_URL: exchange.url });
      started.push(aws);
      const world = new VerifyWorld(exchange, echoes, aws);
      started.push(world.internet);
      await world.deploy();
      return world;
    } catch (error) {
      for (const one of started.reverse()) await one.stop();
      throw error;
    }
  }

  public readonly hooks: LocalAwsHooks;
  public readonly clock: WatchClock;
  public readonly lambda: LambdaClient;
  public readonly cloudwatch: CloudWatchClient;
  public readonly events: EventBridgeClient;
  public readonly ssm: SSMClient;
  public readonly lockFile: string;
  public readonly internet = new Internet();
  public verify!: VerifyDocument;
  /** Of both regions, as they were allowlisted. */
  public addresses!: readonly string[];
  /** Of the other region, by role. */
  public elsewhere!: Readonly<Record<AllowlistRole, string>>;
  public probeKey!: KeyAtExchange;
  private readonly scheduler: SchedulerClient;
  private readonly schedules = new Map<string, string>();

  private constructor(
    public readonly exchange: LoopbackExchange,
    public readonly echoes: readonly [EchoService, EchoService],
    public readonly aws: LocalDeployment,
  ) {
    const connection = aws.client(REGION);
    this.hooks = new LocalAwsHooks(aws.endpoint);
    this.clock = new WatchClock(aws.workspace);
    this.lambda = new LambdaClient(connection);
    this.cloudwatch = new CloudWatchClient(connection);
    this.events = new EventBridgeClient(connection);
    this.ssm = new SSMClient(connection);
    this.scheduler = new SchedulerClient(connection);
    this.lockFile = path.join(aws.workspace, LOCK_FILE);
  }

  public async stop(): Promise<void> {
    for (const one of [this.aws, this.internet, ...this.echoes, this.exchange]) await one.stop();
  }

  /** Make before break: the addresses first, then the lock and the exchange, then everything else. */
  private async deploy(): Promise<void> {
    const { aws, hooks } = this;
    await hooks.evaluateAlarmsInBackground(false);
    const config = verifyConfig(this.echoes.map(({ url }) => url));
    const stacks = [REGION, OTHER_REGION].map((region) => `exchange-keys-${ENVIRONMENT}-addresses-${region}`);
    await aws.mustRun(['deploy', ...stacks, '--require-approval', 'never', ...aws.withConfig(config)]);
    await this.mustCommand(['allowlist', 'lock', '--lock', this.lockFile]);
    await this.mustCommand(['allowlist', 'told', '--exchange', 'xxkk', '--all', '--lock', this.lockFile]);
    const addressesOf = async (region: string) => (await aws.allowlist(region)).entries.map(({ address }) => address);
    this.addresses = [...(await addressesOf(REGION)), ...(await addressesOf(OTHER_REGION))];
    const { entries } = await aws.allowlist(OTHER_REGION);
    const byRole = entries.map(({ role, address }) => [role, address]);
    this.elsewhere = Object.fromEntries(byRole) as Record<AllowlistRole, string>;
    await aws.deploy(config);
    this.verify = parseVerifyDocument(await this.parameter(verifyParameterName(ENVIRONMENT)));
    await this.slowDown();
    for (const name of this.provers) await this.clock.wind(this.lambda, name);
    const server = await this.internet.start();
    for (const { host, port } of Object.values(CLOSED_PATHS)) await hooks.internetHost({ host, port, server });
    await this.putKey(MANAGEMENT, 'master', ['Read', 'KeyManage']);
    this.probeKey = await this.putKey(PROBE_KEY, 'sub-1', ['Read']);
  }

  /** What a person does at the exchange, and then here. */
  private async putKey(name: string, account: string, permissions: Permission[]): Promise<KeyAtExchange> {
    const secrets = new SecretsManagerClient(this.aws.client(REGION));
    await until(`trial run of ${name} over`, async () => {
      const asked = new DescribeSecretCommand({ SecretId: `exchange-keys/${ENVIRONMENT}/${name}` });
      const { VersionIdsToStages = {} } = await secrets.send(asked);
      return !Object.values(VersionIdsToStages).flat().includes('AWSPENDING');
    });
    const before = this.exchange.control.keys().map(({ id }) => id);
    const request = { account, label: 'by_hand', permissions, ips: [...this.addresses] };
    const { id, apiKey, apiSecret } = this.exchange.control.createKeyByHand(request);
    await this.mustCommand(['key', 'put', name, '--stdin', '--yes'], { keyId: id, apiKey, apiSecret });
    // the ring may have made one of its own in its place
    const live = this.exchange.control.liveKeys({ account }).filter((key) => !before.includes(key.id));
    return live[live.length - 1];
  }

  /** The functions that prove something, by the test's clock. */
  public get provers(): string[] {
    const { insideProbes, outsideProbe, egressCheck } = this.verify;
    return [...Object.values(insideProbes), outsideProbe as string, egressCheck];
  }

  public async parameter(Name: string): Promise<string> {
    return (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '';
  }

  /** As a workload reads it before it trades. */
  public async tradingGate(now = new Date()): Promise<TradingGateState> {
    return readTradingGate(await this.parameter(this.verify.tradingGateParameter), { environment: ENVIRONMENT, now });
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

  /** Functions and the exchange go by this clock from now on. */
  public setClock(time: number): void {
    this.clock.set(time);
    this.exchange.control.configure({ clockOffsetMs: -this.clock.behind });
  }

  /** Everything that proves something runs once, by its schedule, and what it measures. */
  public async round(at: number): Promise<Measured> {
    this.setClock(at);
    await Promise.all(this.provers.map((name) => this.fire(name)));
    return measuredAt(this.cloudwatch, at);
  }

  /** Its schedule calls the function, unless it is off; waits for the end of the run. */
  public async fire(name: string): Promise<void> {
    const before = await this.runs(name);
    const { fired } = await this.hooks.fireSchedule(REGION, this.scheduleOf(name));
    if (fired) await until(`a run of ${name}`, async () => (await this.runs(name)) > before, 60);
  }

  /** Runs that have ended, well or for good. */
  public async runs(name: string): Promise<number> {
    const invoked = await this.hooks.journal('lambda.invoked');
    const dropped = await this.hooks.journal('lambda.event_dropped');
    const good = invoked.filter((entry) => entry.function === name && entry.failed === false);
    return good.length + dropped.filter((entry) => entry.function === name).length;
  }

  /** What does not pass from the inside, said to whoever asks. */
  public async codesFromTheInside(): Promise<string[]> {
    const [FunctionName] = Object.values(this.verify.insideProbes);
    const { Payload } = await this.lambda.send(new InvokeCommand({ FunctionName }));
    const { checks } = JSON.parse(Payload?.transformToString() ?? '') as ProbeAnswer;
    return checks.flatMap(({ outcome, code }) => (outcome === 'pass' ? [] : [code]));
  }

  public configuration(FunctionName: string): Promise<FunctionConfiguration> {
    return this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  }

  /** The same again, one period after the other: nothing has changed meanwhile. */
  public async keep(measured: Measured, from: number, to: number): Promise<void> {
    const lines: string[] = [];
    for (let at = from; at <= to; at += PERIOD) lines.push(...saidAgain(measured, at));
    if (lines.length > 0) await this.hooks.ingestMetrics(REGION, lines);
  }

  /** Ids of the alarms that are on, as of the end of the minute of that moment. */
  public async alarmsOn(at: number): Promise<string[]> {
    const { alarms } = await this.hooks.evaluateAlarms(REGION, new Date((Math.floor(at / MINUTE) + 1) * MINUTE));
    const prefix = alarmNamePrefix(ENVIRONMENT);
    return Object.entries(alarms).flatMap(([name, state]) => (state === 'ALARM' ? [name.slice(prefix.length)] : []));
  }

  public scheduleOf(name: string): string {
    const schedule = this.schedules.get(name);
    if (schedule === undefined) throw new Error(`no schedule calls ${name}`);
    return schedule;
  }

  public async switchSchedule(name: string, State: 'ENABLED' | 'DISABLED'): Promise<void> {
    const schedule = await this.scheduler.send(new GetScheduleCommand({ Name: this.scheduleOf(name) }));
    const { Name, Target, FlexibleTimeWindow, ScheduleExpression } = schedule;
    await this.scheduler.send(
      new UpdateScheduleCommand({ Name, Target, FlexibleTimeWindow, ScheduleExpression, State }),
    );
  }

  /** All schedules fire when the test says so, and not by the right time as well. */
  private async slowDown(): Promise<void> {
    const { Schedules = [] } = await this.scheduler.send(new ListSchedulesCommand({}));
    for (const { Name } of Schedules) {
      const { Target, FlexibleTimeWindow } = await this.scheduler.send(new GetScheduleCommand({ Name }));
      const slow = { Name, Target, FlexibleTimeWindow, ScheduleExpression: 'rate(1 day)', State: 'ENABLED' as const };
      await this.scheduler.send(new UpdateScheduleCommand(slow));
      this.schedules.set(Target?.Arn?.split(':').pop() ?? '', Name as string);
    }
  }
}

/** A server that answers whoever reaches it, in the place of everything out there that nobody should reach. */
class Internet {
  private readonly server: Server = createServer((socket) => socket.on('error', () => undefined).end('hello\n'));

  /** Its address and port. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.9', resolve));
    const { port } = this.server.address() as { port: number };
    return `127.0.0.9:${port}`;
  }

  public async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
