// Seven days of what a desk does: nobody is told anything. Detector and notifier as they are, on simulated time, against the
// local DynamoDB and Secrets Manager; their metrics go to the deployed alarms.
import { gzipSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { formatLabel, LabelKind } from '../../../contract/keys';
import { HEARTBEAT_EVENT, Outcome, type RequestRecord } from '../../../contract/watch';
import { KeyStore } from '../../../runtime/keys/key-store';
import { readOurAddresses } from '../../../runtime/shared/our-addresses';
import { createDetector } from '../../../runtime/watch/detector';
import type { Message } from '../../../runtime/watch/finding-message';
import { FindingsTable } from '../../../runtime/watch/findings-table';
import { createNotifier } from '../../../runtime/watch/notifier';
import { OurNetwork } from '../../../runtime/watch/our-network';
import { Ring } from '../../../runtime/watch/ring';
import { ENVIRONMENT, HOUR, MINUTE, READER, REGION, SPARE, TRADER } from '../support/watch-config';
import { emfLine, keepCaring, keepChecking } from '../support/watch-life';
import { requestRecord } from '../support/watch-records';
import type { World } from '../support/watch-world';

const DAY = 24 * HOUR;
const STEP = 5 * MINUTE;
const KEYS = [TRADER, READER, ...SPARE.map((instance) => `dev-grid-bot-${instance}`)];
/** Rotated on the third day; a consumer of each goes on with the old version for most of the overlap. */
const ROTATED = KEYS.slice(4, 8);
const OVERLAP = DAY;
/** Learned on the first day. */
const LEARNING = DAY;

/** Same numbers on every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A client of DynamoDB, and what the table's stream would say of what it has written. */
function withStream(client: DynamoDBClient): { readonly client: DynamoDBClient; readonly records: object[] } {
  const records: object[] = [];
  let sequence = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (given) => {
        const answer = await next(given);
        if (commandName === 'PutItemCommand') {
          const { Item: NewImage } = given.input as PutItemCommandInput;
          records.push({ eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: String(++sequence) } });
        }
        return answer;
      },
    { step: 'initialize' },
  );
  return { client, records };
}

class Week {
  public readonly told: Message[] = [];
  public now: number;
  private readonly chance = random(20_261_122);
  private readonly outbox: ReturnType<typeof withStream>;
  private readonly detector: ReturnType<typeof createDetector>;
  private readonly notifier: ReturnType<typeof createNotifier>;
  private readonly store: KeyStore;
  private listed?: ReturnType<KeyStore['list']>;
  private versions = new Map<string, string>();
  private readonly old = new Map<string, string>();
  private lines: string[] = [];
  private batch = 0;

  constructor(
    private readonly world: World,
    private readonly start: number,
    table: string,
  ) {
    this.now = start;
    const client = world.aws.client(REGION);
    const sleep = () => Promise.resolve();
    this.outbox = withStream(new DynamoDBClient(client));
    this.store = new KeyStore({ client: world.secrets, environment: ENVIRONMENT, sleep });
    const { store, outbox } = this;
    const source = {
      // as often as something has changed, to spare the time of a real list every five minutes
      list: () => {
        this.listed ??= store.list();
        return this.listed;
      },
      describe: (id: string) => store.describe(id),
      versions: (arn: string) => store.versions(arn),
    };
    let addresses: ReturnType<typeof readOurAddresses> | undefined;
    const publishCounts = (counts: Iterable<readonly [string, number]>, more = {}) => {
      const dimensions = { Ring: ENVIRONMENT, ...more };
      this.lines.push(emfLine(this.now, Object.fromEntries(counts), undefined, dimensions));
    };
    this.detector = createDetector({
      ring: new Ring(ENVIRONMENT, () => source),
      network: new OurNetwork(() => {
        addresses ??= readOurAddresses({
          environment: ENVIRONMENT,
          regions: [REGION],
          ssm: () => world.ssm,
          localAws: true,
        });
        return addresses;
      }),
      table: () => new FindingsTable(outbox.client, table, sleep),
      publishCounts,
      now: () => this.now,
      learningMs: LEARNING,
      spikeFailures: 10,
    });
    this.notifier = createNotifier({
      environment: ENVIRONMENT,
      runbookUrl: 'https://runbook.example',
      publish: async (message) => void this.told.push(message),
      publishCounts,
      now: () => this.now,
    });
  }

  public async learnVersions(): Promise<void> {
    for (const name of KEYS) this.versions.set(name, await this.world.version(name, 'AWSCURRENT'));
  }

  /** What a rotation leaves: the new version current, the old one pinned until the end of the overlap; by the rotation's role. */
  public async rotate(name: string): Promise<void> {
    const SecretId = this.world.secretOf(name);
    const old = this.versions.get(name) as string;
    const secrets = await this.rotationsClient();
    const { VersionId: made } = await secrets.send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: '{"schema":1,"placeholder":true}',
        VersionStages: ['XKWEEK'],
      }),
    );
    const ends = formatLabel(LabelKind.REVOKE, Math.floor((this.now + OVERLAP) / 1000));
    const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
      secrets.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
      );
    await move(ends, old);
    await move('AWSCURRENT', made, old);
    await move('XKWEEK', undefined, made);
    this.listed = undefined;
    this.versions.set(name, made as string);
    this.old.set(name, old);
  }

  private async rotationsClient(): Promise<SecretsManagerClient> {
    const connection = this.world.aws.client(REGION);
    const { Role } = await this.world.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: this.world.ring.rotationFunction }),
    );
    const asked = new AssumeRoleCommand({ RoleArn: Role, RoleSessionName: 'rotation' });
    const { Credentials } = await new STSClient(connection).send(asked);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
    return new SecretsManagerClient({ ...connection, credentials });
  }

  /** Five minutes: their records and a heartbeat, delivered at the end of them. */
  public async step(): Promise<void> {
    this.now += STEP;
    const records = KEYS.flatMap((name, index) => this.recordsOf(name, index));
    const beat = { event: HEARTBEAT_EVENT, schema: 1, timestamp: this.now - 1_000 };
    await this.deliver([...records, beat]);
  }

  private recordsOf(keyName: string, index: number): RequestRecord[] {
    const passed = this.now - this.start;
    const hour = (passed % DAY) / HOUR;
    const record = (other: Partial<RequestRecord>, keyVersion = this.versions.get(keyName) as string) =>
      requestRecord(
        {
          timestamp: this.now - Math.floor(this.chance() * STEP),
          keyName,
          keyVersion,
          sourceIp: this.addressOf(keyName, index),
        },
        other,
      );
    // busy by day, and never quite asleep
    const busy = 60 + Math.round(50 * Math.sin((hour / 24) * 2 * Math.PI) + 10 * this.chance());
    const records = [
      record({ count: busy, category: (keyName === READER ? 'read' : 'trade') as RequestRecord['category'] }),
    ];
    const sometimes = (share: number, outcome: Outcome, status: number, count = 1) => {
      if (this.chance() < share) records.push(record({ outcome, status, count }));
    };
    // an hour of the fourth day in which the exchange has trouble
    const trouble = passed > 3.5 * DAY && passed < 3.5 * DAY + HOUR;
    sometimes(trouble ? 1 : 0.02, Outcome.TRANSIENT, 503, trouble ? 30 : 1);
    sometimes(0.05, Outcome.RATE_LIMIT, 429, 3);
    sometimes(0.1, Outcome.REJECTED, 400, 2);
    sometimes(0.002, Outcome.CLOCK_SKEW, 400);
    // somebody's typing error on the desk, now and then
    sometimes(0.0005, Outcome.SIGNATURE, 401);
    const old = this.old.get(keyName);
    const rotated = 2.5 * DAY;
    if (old && passed < rotated + OVERLAP - HOUR) records.push(record({ count: 5 }, old));
    return records;
  }

  /** Each in its zone; one fails over to the other, which it has used on the first day, for two hours of the sixth. */
  private addressOf(keyName: string, index: number): string {
    const passed = this.now - this.start;
    const away = (passed > 3 * HOUR && passed < 4 * HOUR) || (passed > 5 * DAY && passed < 5 * DAY + 2 * HOUR);
    return this.world.addresses[(index + (keyName === TRADER && away ? 1 : 0)) % 2];
  }

  public record(keyName: string, sourceIp: string, keyVersion = this.versions.get(keyName) as string): RequestRecord {
    return requestRecord({ timestamp: this.now, keyName, keyVersion, sourceIp });
  }

  public oldVersion(keyName: string): string {
    return this.old.get(keyName) as string;
  }

  /** As CloudWatch Logs packs a delivery; then what DynamoDB's stream says of it. */
  public async deliver(records: readonly object[]): Promise<void> {
    const logEvents = records.map((record, index) => ({
      id: `${this.now}-${this.batch}-${index}`,
      timestamp: this.now,
      message: JSON.stringify(record),
    }));
    this.batch++;
    const data = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).toString('base64');
    await this.detector({ awslogs: { data } });
    const Records = this.outbox.records.splice(0);
    if (Records.length > 0) expect(await this.notifier({ Records })).toEqual({ batchItemFailures: [] });
  }

  public async publish(): Promise<void> {
    await this.world.hooks.ingestMetrics(REGION, this.lines.splice(0));
  }
}

/** @param begin a full minute */
export function quietWeek(world: () => World, begin: () => number): void {
  beforeAll(() => {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  });

  test('no alarm and no word in a week of trading; and then the first thing that is wrong', async () => {
    const { dynamodb, hooks } = world();
    const start = begin();
    const TableName = 'findings-of-a-week';
    const types = (['key', 'item'] as const).map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
    const KeySchema = [
      { AttributeName: 'key', KeyType: 'HASH' as const },
      { AttributeName: 'item', KeyType: 'RANGE' as const },
    ];
    await dynamodb.send(
      new CreateTableCommand({ TableName, AttributeDefinitions: types, KeySchema, BillingMode: 'PAY_PER_REQUEST' }),
    );
    const week = new Week(world(), start, TableName);
    await week.learnVersions();
    await keepCaring(world(), start, start + 7 * DAY + 2 * HOUR);
    await keepChecking(world(), start, start + 7 * DAY + 2 * HOUR);

    for (let day = 0; day < 7; day++) {
      while (week.now < start + (day + 1) * DAY) {
        if (week.now === start + 2.5 * DAY) for (const name of ROTATED) await week.rotate(name);
        await week.step();
      }
      await week.publish();
      const from = start + day * DAY + (day === 0 ? HOUR : STEP);
      const span = { from: new Date(from), to: new Date(start + (day + 1) * DAY), stepSeconds: STEP / 1000 };
      const { transitions } = await hooks.evaluateAlarmsOver(REGION, span);
      expect(transitions.filter(({ to }) => to === 'ALARM')).toEqual([]);
      expect(await world().alarmsOn(span.to.getTime())).toEqual([]);
    }
    expect(week.told).toEqual([]);

    // one of ours, and new to this key; and a version whose overlap is over
    await week.deliver([
      week.record(KEYS[10], world().addresses[1]),
      week.record(ROTATED[0], world().addresses[0], week.oldVersion(ROTATED[0])),
    ]);
    await week.publish();
    expect(week.told.map(({ subject }) => subject).sort()).toEqual([
      `[dev] NewSourceIp: ${KEYS[10]}`,
      `[dev] RetiredKeyUse: ${ROTATED[0]}`,
    ]);
    expect(await world().alarmsOn(week.now + MINUTE)).toEqual(['DoNotTrade', 'NewSourceIp', 'RetiredKeyUse']);
  });
}
