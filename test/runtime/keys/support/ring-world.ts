// A ring without its stack: secrets in the local AWS, a real exchange over HTTP, the real SDK and adapter, a clock of our own.
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import type { ExchangeConfiguration } from '../../../../contract/exchange/exchange-configuration';
import {
  CANDIDATE,
  CURRENT,
  type DescribedPermission,
  exchangeParameterName,
  formatDescription,
  formatKeyDocument,
  formatLabel,
  type KeyDescription,
  type KeyDocument,
  type KeyName,
  keyName,
  LabelKind,
  managementKeyName,
  PENDING,
  PLACEHOLDER,
  parseKeyDocument,
  secretName,
  TIER_RULES,
  tierOf,
} from '../../../../contract/keys';
import { clientVariables, LOCAL_ACCOUNT, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { LocalAwsHooks } from '../../../../local-aws/test-hooks';
import type { ExchangeAdapter } from '../../../../runtime/exchange/adapter';
import { exchangeLoader } from '../../../../runtime/exchange/load-exchange';
import type { Clock } from '../../../../runtime/exchange/pace';
import { KeyStore } from '../../../../runtime/keys/key-store';
import { createRotation, type RotationEvent } from '../../../../runtime/keys/rotation';
import type { RotationDependencies } from '../../../../runtime/keys/run';
import { type OurAddresses, readOurAddressesInUse } from '../../../../runtime/shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../../../../runtime/shared/secrets-client';
import { ExchangeClient, type ExchangeOptions, LoopbackExchange, type Permission } from '../../../support/exchange';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { type DeathPoint, Effects, watchHttp, watchSdk } from './kill';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'prod';
export const ACCOUNT = LOCAL_ACCOUNT;
/** Sub-account at the exchange. */
export const SUB_ACCOUNT = 'sub-1';
/** The exchange's own names of what is declared. */
const NAMES: Readonly<Record<DescribedPermission, readonly Permission[]>> = {
  read: ['Read'],
  'trade-limited': ['SpotTrade'],
  trade: ['SpotTrade', 'DerivTrade'],
  withdraw: ['Withdraw'],
  'manage-keys': ['KeyManage'],
};
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export const HOUR = 3_600_000;

export interface WorldKey {
  readonly arn: string;
  readonly name: KeyName;
  readonly description: KeyDescription;
}

export interface WorldOptions {
  /** How the exchange behaves. */
  readonly exchange?: Omit<ExchangeOptions, 'now'>;
  /** How it is configured. @default - every operation */
  readonly configuration?: (baseUrl: string) => ExchangeConfiguration;
  /** Whether there is a management key. @default true */
  readonly management?: boolean;
}

export interface RunOptions {
  readonly kill?: DeathPoint;
  /** Called after every effect that may have changed something. */
  readonly look?: () => Promise<void>;
  /** What `getRemainingTimeInMillis` says. @default 300_000 */
  readonly remaining?: number;
  /** Instead of the world's own. */
  readonly store?: KeyStore;
}

/** What became of a call. */
export type Outcome =
  | { readonly ended: 'done' | 'killed'; readonly effects: readonly string[]; readonly error?: undefined }
  | { readonly ended: 'refused'; readonly effects: readonly string[]; readonly error: Error & { code?: string } };

export class RingWorld {
  /** Starts the local AWS; `reset` makes the rest. */
  public static async start(): Promise<RingWorld> {
    const localAws = await startLocalAws();
    Object.assign(process.env, clientVariables(localAws.endpoint, REGION));
    return new RingWorld(localAws);
  }

  public readonly hooks: LocalAwsHooks;
  /** For the test itself: not counted, never killed. */
  public readonly client: SecretsManagerClient = createSecretsClient(REGION);
  private exchangeNow?: LoopbackExchange;
  private readonly issued = new Set<string>();
  private management?: WorldKey;
  private offset = 0;
  private effectsNow?: Effects;
  private readonly unwatchHttp = watchHttp(() => this.effectsNow);

  private constructor(private readonly localAws: LocalAws) {
    this.hooks = new LocalAwsHooks(localAws.endpoint);
  }

  /** The time moves on by itself, and by every sleep without waiting. */
  public readonly clock: Clock = {
    now: () => Date.now() + this.offset,
    sleep: async (milliseconds) => {
      this.advance(milliseconds);
      // other work of the process gets its turn, as during a real wait
      await new Promise((resolve) => setImmediate(resolve));
    },
  };

  public get exchange(): LoopbackExchange {
    if (!this.exchangeNow) throw new Error('call reset first');
    return this.exchangeNow;
  }

  public advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  /** An empty AWS, a new exchange, published addresses, and a management key. */
  public async reset(options: WorldOptions = {}): Promise<void> {
    await this.closeExchange();
    await fetch(`${this.localAws.endpoint}/moto-api/reset`, { method: 'POST' });
    this.exchangeNow = await LoopbackExchange.start({ ...options.exchange, now: this.clock.now });
    await this.configure((options.configuration ?? xxkkConfiguration)(this.exchange.url));
    await this.publishAddresses(['127.0.0.1']);
    if (options.management !== false) await this.addManagementKey();
  }

  public async stop(): Promise<void> {
    this.unwatchHttp();
    await this.closeExchange();
    await this.localAws.stop();
  }

  /** Every secret, passphrase and API key there has been in this world, to search logs for. */
  public secrets(): string[] {
    this.collectSecrets();
    return [...this.issued];
  }

  // --- Keys

  /** A secret as a deployment leaves it: with the placeholder, rotation not turned on yet. */
  public async addKey(
    instance = 'a',
    description: Partial<KeyDescription> = {},
    name = keyName(ENVIRONMENT, 'trader-bot', instance),
  ): Promise<WorldKey> {
    const permissions = description.permissions ?? ['read', 'trade'];
    const tier = description.tier ?? tierOf(permissions);
    const { overlapHours } = TIER_RULES[tier];
    const whole: KeyDescription = {
      ...{ owner: 'desk-1', exchange: 'xxkk', account: SUB_ACCOUNT, permissions, tier, overlapHours },
      ...description,
    };
    const { ARN } = await this.client.send(
      new CreateSecretCommand({
        Name: secretName(name),
        Description: formatDescription(whole),
        SecretString: PLACEHOLDER,
      }),
    );
    return { arn: ARN ?? '', name, description: whole };
  }

  /** A key that a person creates in the exchange's pages, exactly as declared unless told otherwise. */
  public handMade(
    key: WorldKey,
    changes: { permissions?: readonly Permission[]; ips?: readonly string[]; ttlDays?: number } = {},
  ): KeyDocument {
    const { description } = key;
    const account = description.account ?? SUB_ACCOUNT;
    const permissions = description.permissions.flatMap((permission) => NAMES[permission]);
    const made = this.exchange.control.createKeyByHand({
      account,
      label: 'byhand',
      permissions: changes.permissions ?? permissions,
      ips: changes.ips ?? ['127.0.0.1'],
      ttlDays: changes.ttlDays,
    });
    const { id: keyId, apiKey, apiSecret, passphrase } = made;
    return { ...this.emptyDocument(key), keyId, apiKey, apiSecret, ...(passphrase !== undefined && { passphrase }) };
  }

  private emptyDocument({ name, description }: WorldKey): KeyDocument {
    return {
      schema: 1,
      exchange: description.exchange,
      name: name.text,
      ...(description.account !== undefined && { account: description.account }),
      ...{ keyId: 'none', apiKey: 'none', apiSecret: 'none' },
      createdAt: new Date(this.clock.now()).toISOString(),
    };
  }

  /** Writes a value under labels; AWSCURRENT makes it the key in use at once, as a bare put by a person does. */
  public put(key: WorldKey, document: KeyDocument, labels: string[] = [CANDIDATE]): Promise<string> {
    return this.putText(key, formatKeyDocument(document), labels);
  }

  /** Writes what may be no document at all. */
  public async putText({ arn }: WorldKey, SecretString: string, VersionStages: string[]): Promise<string> {
    const put = new PutSecretValueCommand({ SecretId: arn, SecretString, VersionStages });
    return (await this.client.send(put)).VersionId ?? '';
  }

  /** One more old version that waits for its revocation. */
  public async pinSomeVersion(key: WorldKey, seconds: number): Promise<void> {
    const made = { ...this.emptyDocument(key), keyId: `gone-${seconds}`, apiKey: `gone-${seconds}` };
    await this.put(key, made, [formatLabel(LabelKind.REVOKE, Math.floor(this.clock.now() / 1000) + seconds)]);
  }

  /** A secret whose first key is in use. */
  public async addLiveKey(instance = 'a', description: Partial<KeyDescription> = {}): Promise<WorldKey> {
    const key = await this.addKey(instance, description);
    await this.put(key, this.handMade(key), [CURRENT]);
    return key;
  }

  /** The ring's own key at the exchange. */
  public managementKey(): WorldKey {
    if (!this.management) throw new Error('this world has no management key');
    return this.management;
  }

  // --- What is

  /** Labels by version id. */
  public async labels({ arn }: WorldKey): Promise<Record<string, string[]>> {
    const { VersionIdsToStages } = await this.client.send(new DescribeSecretCommand({ SecretId: arn }));
    return VersionIdsToStages ?? {};
  }

  public async holder(key: WorldKey, label: string): Promise<string | undefined> {
    return Object.entries(await this.labels(key)).find(([, labels]) => labels.includes(label))?.[0];
  }

  /** The version's document; undefined when it has none. */
  public async document({ arn }: WorldKey, VersionId: string): Promise<KeyDocument | undefined> {
    const { SecretString } = await this.client.send(new GetSecretValueCommand({ SecretId: arn, VersionId }));
    const value = parseKeyDocument(SecretString ?? '');
    return value === 'placeholder' ? undefined : value;
  }

  public async current(key: WorldKey): Promise<KeyDocument | undefined> {
    const { SecretString } = await this.client.send(
      new GetSecretValueCommand({ SecretId: key.arn, VersionStage: CURRENT }),
    );
    const value = parseKeyDocument(SecretString ?? '');
    return value === 'placeholder' ? undefined : value;
  }

  /** True when a trader with this key is served, by a request that owes nothing to our adapter. */
  public async works(document: KeyDocument | undefined): Promise<boolean> {
    if (!document) return false;
    const trader = new ExchangeClient({ url: this.exchange.url, credentials: document, now: this.clock.now });
    const { code } = await trader.call('GET', '/v1/user/api-key');
    return code === 0;
  }

  // --- The functions

  /** The store that functions use; with effects, its changing calls are watched. */
  public store(effects?: Effects, sleep = this.clock.sleep): KeyStore {
    const client = createSecretsClient(REGION);
    if (effects) watchSdk(client, effects);
    return new KeyStore({ client, environment: ENVIRONMENT, sleep });
  }

  /** Reads the configuration and makes adapters, as a new instance of a function does. */
  public exchanges(): (name: string) => Promise<ExchangeAdapter> {
    const ssm = createSsmClient(REGION);
    return exchangeLoader({ environment: ENVIRONMENT, ssm, variables: {}, clock: this.clock });
  }

  public rotationDependencies(effects?: Effects): RotationDependencies {
    return {
      ...this.clock,
      environment: ENVIRONMENT,
      store: this.store(effects),
      loadExchange: this.exchanges(),
      ourAddresses: async () => (await this.ourAddresses()).ranges,
    };
  }

  /** What is published. */
  public ourAddresses(): Promise<OurAddresses> {
    const regions = [REGION];
    return readOurAddressesInUse({ environment: ENVIRONMENT, regions, ssm: createSsmClient, localAws: true });
  }

  /** Runs something of ours to its end, or to its death. */
  public async run(work: (effects: Effects) => Promise<unknown>, { kill, look }: RunOptions = {}): Promise<Outcome> {
    const effects = new Effects(kill, look ?? (async () => undefined));
    this.effectsNow = effects;
    try {
      const ended = await Promise.race([work(effects).then(() => 'done' as const), effects.death]);
      return { ended, effects: effects.seen };
    } catch (error) {
      return { ended: 'refused', effects: effects.seen, error: error as Error };
    } finally {
      this.effectsNow = undefined;
    }
  }

  /** One call of the rotation function. */
  public async invoke(event: RotationEvent, options: RunOptions = {}): Promise<unknown> {
    return createRotation(this.rotationDependencies(this.effectsNow))(event, {
      getRemainingTimeInMillis: () => options.remaining ?? 300_000,
    });
  }

  /** What RotateSecret does before it calls the function; the token of the rotation. */
  public async register({ arn }: WorldKey, token?: string): Promise<string> {
    const secret = { region: REGION, secretId: arn, clientRequestToken: token };
    return (await this.hooks.registerRotation(secret)).versionId;
  }

  /** The four steps one after the other, as Secrets Manager calls them, until one fails. */
  public async steps(
    { arn: SecretId }: WorldKey,
    ClientRequestToken: string,
    options: RunOptions = {},
  ): Promise<Outcome> {
    return this.run(async (effects) => {
      const dependencies = this.rotationDependencies(effects);
      const handler = createRotation({ ...dependencies, store: options.store ?? dependencies.store });
      for (const Step of STEPS) {
        const end = this.clock.now() + (options.remaining ?? 300_000);
        await handler(
          { Step, SecretId, ClientRequestToken },
          { getRemainingTimeInMillis: () => end - this.clock.now() },
        );
      }
    }, options);
  }

  /** One whole rotation. */
  public async rotate(
    key: WorldKey,
    options: RunOptions & { readonly token?: string } = {},
  ): Promise<Outcome & { readonly token: string }> {
    const token = await this.register(key, options.token);
    return { ...(await this.steps(key, token, options)), token };
  }

  /** What a person does about a rotation that is stuck: takes AWSPENDING away. */
  public async unstick(key: WorldKey): Promise<void> {
    const pending = await this.holder(key, PENDING);
    if (!pending) return;
    await this.client.send(
      new UpdateSecretVersionStageCommand({ SecretId: key.arn, VersionStage: PENDING, RemoveFromVersionId: pending }),
    );
  }

  /** Replaces the configuration of the exchange; the next call of a function reads it. */
  public async configure(configuration: ExchangeConfiguration): Promise<void> {
    await this.putParameter(exchangeParameterName(ENVIRONMENT, configuration.name), configuration);
  }

  /** Replaces the published addresses of the region. */
  /** `standby`: those of them that no traffic leaves from. `cidrs`: another form of them, such as their block. */
  public async publishAddresses(
    addresses: readonly string[],
    region = REGION,
    standby: readonly string[] = [],
    cidrs: readonly string[] = addresses.map((address) => `${address}/32`),
  ): Promise<void> {
    const entries = addresses.map((address, index) => ({
      availabilityZone: `${region}${'abc'[index]}`,
      allocationId: `eipalloc-0123456789abcdef${index}`,
      address,
      cidr: `${address}/32`,
      role: standby.includes(address) ? 'standby' : 'active',
    }));
    const document = { schemaVersion: 1, environment: ENVIRONMENT, region, cidrs, entries };
    await this.putParameter(allowlistParameterName(ENVIRONMENT, region), document, region);
  }

  /** As before the addresses are deployed. */
  public async unpublishAddresses(): Promise<void> {
    const Name = allowlistParameterName(ENVIRONMENT, REGION);
    await createSsmClient(REGION).send(new DeleteParameterCommand({ Name }));
  }

  private async putParameter(Name: string, value: object, region = REGION): Promise<void> {
    const Value = JSON.stringify(value);
    await createSsmClient(region).send(new PutParameterCommand({ Name, Type: 'String', Value, Overwrite: true }));
  }

  private async addManagementKey(): Promise<void> {
    const description = { account: 'master', permissions: ['manage-keys'] } as const;
    this.management = await this.addKey('0', description, managementKeyName(ENVIRONMENT, 'xxkk'));
    await this.put(this.management, this.handMade(this.management), [CURRENT]);
  }

  private collectSecrets(): void {
    if (!this.exchangeNow) return;
    for (const secret of this.exchangeNow.control.issuedSecrets()) this.issued.add(secret);
    for (const { apiKey } of this.exchangeNow.control.keys()) this.issued.add(apiKey);
  }

  private async closeExchange(): Promise<void> {
    this.collectSecrets();
    await this.exchangeNow?.stop();
    this.exchangeNow = undefined;
  }
}
