// A watch without its stack: secrets, published addresses and the findings table in the local AWS, real clients, a clock of our own.
import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import { type DescribedPermission, formatDescription, secretName, TIER_RULES, tierOf } from '../../../../contract/keys';
import { parseKeyName } from '../../../../contract/keys/key-name';
import {
  type Attribute,
  type Finding,
  ITEM_ATTRIBUTE,
  KEY_ATTRIBUTE,
  readFindingItem,
} from '../../../../contract/watch';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { KeyStore } from '../../../../runtime/keys/key-store';
import { readOurAddresses } from '../../../../runtime/shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../../../../runtime/shared/secrets-client';
import { createDetector, type Detector } from '../../../../runtime/watch/detector';
import { createTableClient, FindingsTable } from '../../../../runtime/watch/findings-table';
import { OurNetwork } from '../../../../runtime/watch/our-network';
import { Ring, type RingSource } from '../../../../runtime/watch/ring';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'prod';
export const HOUR = 3_600_000;
export const TABLE = 'findings';
export const SPIKE = 10;

export type Item = Readonly<Record<string, Attribute>>;

export interface DetectorOptions {
  readonly learningMs?: number;
  readonly spikeFailures?: number;
  readonly source?: RingSource;
  readonly client?: DynamoDBClient;
  readonly table?: string;
  readonly readAddresses?: () => ReturnType<typeof readOurAddresses>;
}

export class WatchWorld {
  public static async start(): Promise<WatchWorld> {
    const localAws = await startLocalAws();
    Object.assign(process.env, clientVariables(localAws.endpoint, REGION));
    return new WatchWorld(localAws);
  }

  public readonly secrets: SecretsManagerClient = createSecretsClient(REGION);
  public readonly dynamo: DynamoDBClient = createTableClient(REGION);
  /** Counts as published, newest last. */
  public readonly counts: Record<string, number>[] = [];
  private offset = 0;

  private constructor(private readonly localAws: LocalAws) {}

  private still: number | undefined;

  public readonly now = () => (this.still ?? Date.now()) + this.offset;

  /** From here on the time moves by `advance` alone. */
  public freeze(): void {
    this.still = Date.now();
  }

  public advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  /** An empty AWS with an empty table, and 127.0.0.1 and 127.0.0.2 published as ours. */
  public async reset(): Promise<void> {
    await fetch(`${this.localAws.endpoint}/moto-api/reset`, { method: 'POST' });
    this.counts.length = 0;
    await this.createTable(TABLE);
    await this.publishAddresses(['127.0.0.1', '127.0.0.2']);
  }

  public async stop(): Promise<void> {
    await this.localAws.stop();
  }

  public async createTable(TableName: string): Promise<void> {
    await this.dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [KEY_ATTRIBUTE, ITEM_ATTRIBUTE].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: [
          { AttributeName: KEY_ATTRIBUTE, KeyType: 'HASH' },
          { AttributeName: ITEM_ATTRIBUTE, KeyType: 'RANGE' },
        ],
      }),
    );
  }

  public async publishAddresses(addresses: readonly string[], region = REGION): Promise<void> {
    const entries = addresses.map((address, index) => ({
      availabilityZone: `${region}${'abc'[index]}`,
      allocationId: `eipalloc-0123456789abcdef${index}`,
      address,
      cidr: `${address}/32`,
      role: 'active',
    }));
    const cidrs = entries.map(({ cidr }) => cidr);
    await this.putAllowlist(
      JSON.stringify({ schemaVersion: 1, environment: ENVIRONMENT, region, cidrs, entries }),
      region,
    );
  }

  public async putAllowlist(Value: string, region = REGION): Promise<void> {
    const Name = allowlistParameterName(ENVIRONMENT, region);
    await createSsmClient(region).send(new PutParameterCommand({ Name, Type: 'String', Value, Overwrite: true }));
  }

  /** A key with a current version. Gives the version's id. */
  public async addKey(
    name = 'prod-trader-bot-a',
    permissions: readonly DescribedPermission[] = ['read', 'trade'],
    exchange = 'xxkk',
  ): Promise<string> {
    const tier = tierOf(permissions);
    const { overlapHours } = TIER_RULES[tier];
    const { VersionId } = await this.secrets.send(
      new CreateSecretCommand({
        Name: secretName(parseKeyName(name)),
        Description: formatDescription({ owner: 'desk-1', exchange, permissions, tier, overlapHours }),
        SecretString: 'never read',
      }),
    );
    return VersionId ?? '';
  }

  /** A new version under these labels. */
  public async addVersion(labels: readonly string[], name = 'prod-trader-bot-a'): Promise<string> {
    const { VersionId } = await this.secrets.send(
      new PutSecretValueCommand({
        SecretId: secretName(parseKeyName(name)),
        SecretString: `value under ${labels.join()}`,
        VersionStages: [...labels],
      }),
    );
    return VersionId ?? '';
  }

  public async label(
    VersionStage: string,
    from: string | undefined,
    to: string | undefined,
    name = 'prod-trader-bot-a',
  ): Promise<void> {
    await this.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretName(parseKeyName(name)),
        VersionStage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      }),
    );
  }

  /** A detector that has just been loaded. */
  public detector(options: DetectorOptions = {}): Detector {
    const store = options.source ?? this.store();
    const table = new FindingsTable(options.client ?? this.dynamo, options.table ?? TABLE, async () => undefined);
    return createDetector({
      ring: new Ring(ENVIRONMENT, () => store),
      network: new OurNetwork(options.readAddresses ?? (() => this.readAddresses())),
      table: () => table,
      publishCounts: (counts) => this.counts.push(Object.fromEntries(counts)),
      now: this.now,
      learningMs: options.learningMs ?? 168 * HOUR,
      spikeFailures: options.spikeFailures ?? SPIKE,
    });
  }

  /** Names of the commands that the clients send until `stop`. */
  public countCalls(): { readonly calls: readonly string[]; readonly stop: () => void } {
    const calls: string[] = [];
    // the two stacks differ in their types of input and output, which nothing here looks at
    const stacks = [this.dynamo.middlewareStack, this.secrets.middlewareStack] as DynamoDBClient['middlewareStack'][];
    for (const stack of stacks) {
      stack.add(
        (next, { commandName = '' }) =>
          (args) => {
            calls.push(commandName);
            return next(args);
          },
        { step: 'initialize', name: 'countCalls', override: true },
      );
    }
    const stop = () => {
      for (const stack of stacks) stack.remove('countCalls');
    };
    return { calls, stop };
  }

  public store(): KeyStore {
    return new KeyStore({ client: this.secrets, environment: ENVIRONMENT, sleep: async () => undefined });
  }

  public readAddresses(regions = [REGION]) {
    return readOurAddresses({ environment: ENVIRONMENT, regions, ssm: createSsmClient, localAws: true });
  }

  /** Everything in the table. */
  public async items(TableName = TABLE): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = await this.dynamo.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
      items.push(...((page.Items ?? []) as unknown as Item[]));
      ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (ExclusiveStartKey);
    return items;
  }

  public async findings(table = TABLE): Promise<Finding[]> {
    return (await this.items(table)).flatMap((item) => readFindingItem(item)?.finding ?? []);
  }

  /** `NewSourceIp prod-trader-bot-a 203.0.113.7`, sorted. */
  public async told(table = TABLE): Promise<string[]> {
    return (await this.findings(table)).map(({ kind, keyName, subject }) => `${kind} ${keyName} ${subject}`).sort();
  }

  /** Sort keys of everything stored about a key, sorted. */
  public async stored(keyName: string, table = TABLE): Promise<string[]> {
    const items = (await this.items(table)).filter((item) => item[KEY_ATTRIBUTE].S === keyName);
    return items.map((item) => item[ITEM_ATTRIBUTE].S ?? '').sort();
  }
}
