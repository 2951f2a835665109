// All exchange API keys of one environment: the encryption, rotation, caretaker and intake they share, and the keys.
import { Lazy, Stack } from 'aws-cdk-lib';
import { IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import {
  caretakerParameterName,
  exchangeParameterName,
  parseWord,
  type RingDocument,
  ringParameterName,
  secretNamePrefix,
} from '../../contract/keys';
import { secretArnPattern } from '../core/arn-pattern';
import { requireConcrete, requireEnvironment, requireRegion } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { deploymentRoleArn } from '../core/deployment-role';
import { claimStack } from '../core/environment-claim';
import { requireExchange } from '../core/required-exchanges';
import { EgressNetwork } from '../egress';
import { CheckedProbes } from '../verify/check-probes';
import { publishedNetworks } from '../verify/published-networks';
import { RingVerify } from '../verify/ring-verify';
import { RingWatch } from '../watch/ring-watch';
import { allowlistRegions } from './allowlist-regions';
import { breakGlassRoleArn } from './break-glass-role';
import { CheckedKey, checkKey, checkManagementKey, checkProbeKey } from './checked-key';
import { createEncryptionKey } from './encryption-key';
import { Exchange } from './exchange';
import { ExchangeKey, RingParts } from './exchange-key';
import { ExchangeKeyProps } from './exchange-key-props';
import { allowIntake, createIntakeRole } from './intake-role';
import { KeyRingProps } from './key-ring-props';
import { KeyShards, RingSize } from './key-shards';
import { natGatewayIds, placeInNetwork } from './network-place';
import { replicaRegions } from './replica-regions';
import { createRingFunctions } from './ring-functions';
import { bindNetwork, echoService, requireResolvable } from './ring-network';
import { checkRingProbes, placeProbes } from './ring-probes';
import { registerRing } from './ring-registry';

/**
 * The exchange API keys of one environment, in its home region. One per environment and region.
 *
 * Nothing of it refers to the network by an export, so the network can be deleted: see `suspended`.
 */
export class KeyRing extends Construct {
  /** The environment of the keys. */
  public readonly environment: string;
  /** Where people are asked to create or delete a key: subscribe the desk to it. */
  public readonly requestTopic: ITopic;
  /** The role that operators assume to put keys and to start rotations. */
  public readonly intakeRole: IRole;
  /** Where findings, events and alarms are told: subscribe whoever answers for the keys. */
  public readonly alarmTopic: ITopic;
  /** Where workloads write one line per request, see docs/architecture.md; `grantWrite` lets a role do so. */
  public readonly requestLogs: ILogGroup;

  private readonly parts: RingParts;
  private readonly probes?: CheckedProbes;
  private readonly watch: RingWatch;
  private readonly shards: KeyShards;
  private readonly keys = new Map<string, ExchangeKey>();
  private readonly exchanges = new Map<string, Exchange>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KeyRingProps,
  ) {
    super(scope, id);
    this.environment = requireEnvironment(this, props.environment);
    const region = requireRegion(this);
    claimStack(this, this.environment);
    checked(this, 'owner', () => parseWord('owner', requireConcrete(this, 'owner', props.owner)));
    registerRing(this, this.environment, region);
    bindNetwork(this, props.network, this.environment);

    const intakeRole = createIntakeRole(this, props.operators);
    this.intakeRole = intakeRole;
    this.requestTopic = props.requestTopic ?? this.createRequestTopic();
    const secrets = secretArnPattern(this, secretNamePrefix(this.environment));
    const regions = allowlistRegions(this, { environment: this.environment, home: region }, props.allowlistRegions);
    if (props.network instanceof EgressNetwork) props.network._allowParametersOf(regions);
    const regionList = Lazy.string({ produce: () => regions().join(',') });
    const { rotation, caretaker, invocation } = createRingFunctions(this, {
      environment: this.environment,
      place: props.suspended ? undefined : placeInNetwork(this, props.network),
      secrets,
      allowlistRegions: regionList,
      requestTopic: this.requestTopic,
    });
    const roleArn = (role?: IRole) => (role as Role).roleArn;
    const callers = {
      rotation: roleArn(rotation.role),
      caretaker: roleArn(caretaker.role),
      intake: intakeRole.roleArn,
      breakGlass: breakGlassRoleArn(this, props.breakGlassRole),
      deployment: deploymentRoleArn(this, props.deploymentRoleArn),
    };
    const encryption = createEncryptionKey(this, { environment: this.environment, callers });
    // Every secret refers to the key, so no rotation schedule comes before the permission: one edge instead of one per key.
    encryption.node.addDependency(invocation);
    allowIntake(intakeRole, {
      secrets,
      rotation,
      rotationLogs: rotation.logGroup,
      parameters: [ringParameterName(this.environment)],
    });
    this.publish({
      schema: 1,
      environment: this.environment,
      region,
      intakeRoleArn: intakeRole.roleArn,
      rotationFunction: rotation.functionName,
      rotationLogGroup: rotation.logGroup.logGroupName,
      caretakerFunction: caretaker.functionName,
      caretakerLogGroup: caretaker.logGroup.logGroupName,
      requestTopicArn: this.requestTopic.topicArn,
    });
    this.probes = checkRingProbes(this, props, this.exchanges);
    const verify = new RingVerify(this, {
      environment: this.environment,
      suspended: props.suspended ?? false,
      networks: Lazy.string({ produce: () => publishedNetworks(this, props.network) }),
      allowlistRegions: regionList,
      probes: this.probes && !props.suspended ? placeProbes(this, props.network, this.probes, this.keys) : undefined,
    });
    this.shards = new KeyShards(this, props.size ?? RingSize.STANDARD);
    this.watch = new RingWatch(this, {
      environment: this.environment,
      settings: props,
      callers,
      encryptionKeyArn: encryption.keyArn,
      rotation,
      caretaker,
      allowlistRegions: regionList,
      natGatewayIds: props.suspended ? [] : natGatewayIds(this, props.network),
      verify,
      keyCount: Lazy.number({ produce: () => this.keys.size }),
    });
    const replicas = replicaRegions(this, { environment: this.environment, region }, props.replicaRegions ?? []);
    this.parts = {
      environment: this.environment,
      encryptionKeyArn: encryption.keyArn,
      rotationFunctionArn: rotation.functionArn,
      rotationRoleArn: callers.rotation,
      caretakerRoleArn: callers.caretaker,
      breakGlassRoleArn: callers.breakGlass,
      probeRoleArns: verify.probeRoleArns,
      replicas,
      workloads: {
        environment: this.environment,
        region,
        replicaRegions: replicas.map((replica) => replica.region),
        network: props.network,
        echoUrl: echoService(props.network, this.probes),
        requestLogs: () => this.watch.requestLogGroups,
        deadLetters: this.watch.deadLetters,
        watchEncryption: this.watch.encryption,
      },
    };
    this.alarmTopic = this.watch.alarmTopic;
    this.requestLogs = this.watch.requestLogs;
    this.addExchange(props.exchange);
  }

  /**
   * Adds a key. Its `id` is part of logical ids and never changes: PascalCase, e.g. `TraderBotA`.
   *
   * @throws ConfigError for every input that is wrong, see docs/faq.md
   */
  public addKey(id: string, props: ExchangeKeyProps): ExchangeKey {
    requireConcrete(this, 'id', id);
    if (!/^[A-Z][A-Za-z0-9]*$/.test(id)) {
      throw new ConfigError(
        'KEY_ID_MALFORMED',
        `key id '${id}' is not PascalCase; it is part of logical ids: write letters and digits, a capital first, for example 'TraderBotA'`,
        this,
      );
    }
    const exchange = props.exchange ?? this.props.exchange;
    this.addExchange(exchange);
    return this.createKey(id, this.checkedKey(id, props, exchange));
  }

  /**
   * Looks through a log group of a workload for request records, besides `requestLogs`: lines that hold `exchange.request` or
   * `exchange.key`. It
   * must be made in this app, encrypted with a key, and kept for 3 months to 10 years.
   *
   * @throws ConfigError REQUEST_LOGS_UNKNOWN, REQUEST_LOGS_UNENCRYPTED, REQUEST_LOG_RETENTION, REQUEST_LOGS_TWICE
   */
  public addRequestLogs(logGroup: ILogGroup): void {
    this.watch.addRequestLogs(logGroup);
  }

  /** Keys by name, in the order they were added; management keys included. @internal */
  public get _keys(): ReadonlyMap<string, ExchangeKey> {
    return this.keys;
  }

  private checkedKey(id: string, props: ExchangeKeyProps, exchange: Exchange): CheckedKey {
    try {
      return checkKey(this, props, { environment: this.environment, exchange });
    } catch (error) {
      // of many keys, the one that is meant
      throw error instanceof ConfigError ? error.of(id) : error;
    }
  }

  private createKey(id: string, key: CheckedKey): ExchangeKey {
    const name = key.name.text;
    const twice = this.keys.get(name);
    if (twice) {
      throw new ConfigError(
        'KEY_DUPLICATE',
        `key '${name}' is there already, as '${twice.node.id}'; give this one another purpose or instance`,
        this,
      );
    }
    const sameId = [...this.keys.values()].find(({ node }) => node.id === id);
    if (sameId) {
      throw new ConfigError(
        'KEY_ID_DUPLICATE',
        `key id '${id}' is taken by key '${sameId.keyName}'; give the key '${name}' an id of its own`,
        this,
      );
    }
    const created = ExchangeKey._create(this.shards.scopeFor(name), id, key, this.parts);
    this.keys.set(name, created);
    return created;
  }

  /** The exchange's configuration as the functions read it, and the key by which they manage the others. */
  private addExchange(exchange: Exchange): void {
    const known = this.exchanges.get(exchange.name);
    if (known === exchange) return;
    if (known) {
      throw new ConfigError(
        'EXCHANGE_DUPLICATE',
        `two exchanges are called '${exchange.name}'; pass the same Exchange object, or give one another name`,
        this,
      );
    }
    const document = exchange._document(this);
    requireResolvable(this, this.props.network, exchange);
    const id = pascalCase(exchange.name);
    const twin = [...this.exchanges.keys()].find((name) => pascalCase(name) === id);
    if (twin !== undefined) {
      throw new ConfigError(
        'EXCHANGE_DUPLICATE',
        `exchanges '${twin}' and '${exchange.name}' differ by a hyphen only; give one another name`,
        this,
      );
    }
    this.exchanges.set(exchange.name, exchange);
    requireExchange(this, this.environment, exchange.name);
    new StringParameter(this, `Exchange${id}`, {
      parameterName: exchangeParameterName(this.environment, exchange.name),
      description: `How to talk to exchange ${exchange.name} (cdk-exchange-keys)`,
      stringValue: document,
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    const { environment, probes } = this;
    if (exchange._needsManagementKey) {
      this.createKey(`Management${id}`, checkManagementKey(this, { environment, exchange, owner: this.props.owner }));
    }
    if (probes) this.createKey(`Probe${id}`, checkProbeKey(this, { environment, exchange, probes }));
  }

  private publish(document: RingDocument): void {
    new StringParameter(this, 'Ring', {
      parameterName: ringParameterName(this.environment),
      description: 'Where the exchange-keys command finds the ring (cdk-exchange-keys)',
      stringValue: Stack.of(this).toJsonString(document),
    });
    new StringParameter(this, 'CaretakerPosition', {
      parameterName: caretakerParameterName(this.environment),
      description: 'Where the caretaker goes on; written by it (cdk-exchange-keys)',
      stringValue: '{"schema":1,"after":""}',
    });
  }

  private createRequestTopic(): Topic {
    return new Topic(this, 'Requests', {
      displayName: `Exchange API keys of ${this.environment}: work for people`,
      masterKey: Alias.fromAliasName(this, 'RequestsEncryption', 'alias/aws/sns'),
      enforceSSL: true,
    });
  }
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, _hyphen, first: string) => first.toUpperCase());
}
