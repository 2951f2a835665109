// All exchange API keys of one environment: the encryption, rotation, caretaker and intake they share, and the keys.
import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { IPrincipal, IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, IConstruct } from 'constructs';
import { parseRegion } from '../../contract/availability-zone';
import {
  caretakerParameterName,
  exchangeParameterName,
  parseWord,
  type RingDocument,
  ringParameterName,
  secretNamePrefix,
} from '../../contract/keys';
import { requireConcrete, requireEnvironment, requireRegion } from '../core/checks';
import { ConfigError, checked, finding } from '../core/config-error';
import { claimStack } from '../core/environment-claim';
import { EgressAddresses, EgressNetwork, IEgressNetwork } from '../egress';
import { secretArnPattern } from './arn-pattern';
import { breakGlassRoleArn } from './break-glass-role';
import { CheckedKey, checkKey, checkManagementKey } from './checked-key';
import { deploymentRoleArn } from './deployment-role';
import { createEncryptionKey } from './encryption-key';
import { Exchange } from './exchange';
import { ExchangeKey, RingParts } from './exchange-key';
import { ExchangeKeyProps } from './exchange-key-props';
import { allowIntake, createIntakeRole } from './intake-role';
import { KeyShards, RingSize } from './key-shards';
import { placeInNetwork } from './network-place';
import { createRingFunctions } from './ring-functions';

/** Another region that holds a read-only copy of every secret, for a workload that fails over. */
export interface KeyReplica {
  /** Name of the region, not the ring's own. */
  readonly region: string;
  /**
   * ARN of the encryption key of the copies, in that region. Its policy must let the workload decrypt.
   * @default the region's `aws/secretsmanager`
   */
  readonly encryptionKeyArn?: string;
}

/** What makes a ring. */
export interface KeyRingProps {
  /** Whose keys these are: `dev`, `test`, `staging`, `prod` or a declared one. Part of every name: changing it makes another ring. */
  readonly environment: string;
  /** The network that rotation and caretaker call the exchange from; of the same environment, region and account, in another stack. */
  readonly network: IEgressNetwork;
  /** Which exchange the keys are of, unless a key says otherwise. */
  readonly exchange: Exchange;
  /** Team that answers for the ring and its management keys: one word. */
  readonly owner: string;
  /**
   * Who may put keys and start rotations: they may assume the intake role. Roles, never a whole account; they must exist
   * before the ring is deployed, and need `sts:AssumeRole` of their own.
   */
  readonly operators: IPrincipal[];
  /**
   * The one role besides the workload and the ring that may read keys, for the day everything else fails. In the ring's
   * account; it must exist before the ring is deployed, and needs `secretsmanager:GetSecretValue` of its own.
   */
  readonly breakGlassRole: IRole;

  /**
   * Regions whose addresses every key must allow, besides the ring's own.
   * @default every region that has `EgressAddresses` of the environment in this app
   */
  readonly allowlistRegions?: string[];
  /**
   * Other regions with a copy of the secrets; none that has a ring of the environment, whose names would be the same.
   * @default none
   */
  readonly replicaRegions?: KeyReplica[];
  /**
   * Where people are asked to create or delete a key by hand. The caretaker must be able to publish to it.
   * @default a new encrypted topic, see `requestTopic`
   */
  readonly requestTopic?: ITopic;
  /**
   * For how many keys. Cannot be changed later.
   * @default RingSize.STANDARD
   */
  readonly size?: RingSize;
  /**
   * Role that CloudFormation deploys the stack with; besides rotation and intake only it may write values (placeholders).
   * @default the CloudFormation execution role of the stack's synthesizer
   */
  readonly deploymentRoleArn?: string;
  /**
   * True stops rotation and caretaker and takes them out of the network, so that the network can be deleted and built
   * again; keys stay readable. Deploy with true, rebuild the network, deploy with false.
   * @default false
   */
  readonly suspended?: boolean;
}

const RINGS = Symbol.for('cdk-exchange-keys.rings');

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

  private readonly parts: RingParts;
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
    this.requireOnlyRing(region);
    bindNetwork(this, props.network, this.environment);

    const intakeRole = createIntakeRole(this, props.operators);
    this.intakeRole = intakeRole;
    this.requestTopic = props.requestTopic ?? this.createRequestTopic();
    const secrets = secretArnPattern(this, secretNamePrefix(this.environment));
    const allowlistRegions = this.allowlistRegions(region);
    if (props.network instanceof EgressNetwork) props.network._allowParametersOf(allowlistRegions);
    const { rotation, caretaker, invocation } = createRingFunctions(this, {
      environment: this.environment,
      place: props.suspended ? undefined : placeInNetwork(this, props.network),
      secrets,
      allowlistRegions: Lazy.string({ produce: () => allowlistRegions().join(',') }),
      requestTopic: this.requestTopic,
    });
    const roleArn = (role?: IRole) => (role as Role).roleArn;
    const encryption = createEncryptionKey(this, {
      environment: this.environment,
      rotationRole: roleArn(rotation.role),
      caretakerRole: roleArn(caretaker.role),
      intakeRole: intakeRole.roleArn,
      breakGlassRole: breakGlassRoleArn(this, props.breakGlassRole),
      deploymentRole: deploymentRoleArn(this, props.deploymentRoleArn),
    });
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
    this.shards = new KeyShards(this, props.size ?? RingSize.STANDARD);
    this.parts = {
      environment: this.environment,
      encryptionKeyArn: encryption.keyArn,
      rotationFunctionArn: rotation.functionArn,
      rotationRoleArn: roleArn(rotation.role),
      caretakerRoleArn: roleArn(caretaker.role),
      breakGlassRoleArn: props.breakGlassRole.roleArn,
      replicas: this.replicas(region),
    };
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
    new StringParameter(this, `Exchange${id}`, {
      parameterName: exchangeParameterName(this.environment, exchange.name),
      description: `How to talk to exchange ${exchange.name} (cdk-exchange-keys)`,
      stringValue: document,
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    if (!exchange._needsManagementKey) return;
    const { environment } = this;
    this.createKey(`Management${id}`, checkManagementKey(this, { environment, exchange, owner: this.props.owner }));
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

  /** The regions whose addresses a key must allow; those of the app are known at the end of synth. */
  private allowlistRegions(home: string): () => string[] {
    const given = this.props.allowlistRegions?.map((region) => this.concreteRegion('allowlistRegions', region));
    return () => [...new Set([home, ...(given ?? addressRegions(this.node.root, this.environment))])].sort();
  }

  private replicas(home: string): CfnSecret.ReplicaRegionProperty[] {
    const replicas = this.props.replicaRegions ?? [];
    const regions = replicas.map(({ region }) => this.concreteRegion('replicaRegions', region));
    this.refuseReplicasBesideRing(regions);
    const wrong = regions.find((region, index) => region === home || regions.indexOf(region) !== index);
    if (wrong !== undefined) {
      throw new ConfigError(
        'REPLICA_REGION_INVALID',
        `'replicaRegions' names '${wrong}', which is ${wrong === home ? "the ring's own region" : 'there twice'}; name other regions, each once`,
        this,
      );
    }
    return replicas.map(({ region, encryptionKeyArn }) => ({ region, kmsKeyId: encryptionKeyArn }));
  }

  /** The other ring may be made later: at the end of synth both are there. */
  private refuseReplicasBesideRing(regions: readonly string[]): void {
    const { account } = Stack.of(this);
    const ringIn = (region: string) => ringsOf(this).get(ringPlace(this.environment, account, region));
    const problem = (region: string, ring: KeyRing) =>
      `'replicaRegions' names '${region}', which is the home region of '${ring.node.path}', a ring of the same environment; name other regions, each once`;
    this.node.addValidation({
      validate: () =>
        regions.flatMap((region) => {
          const ring = ringIn(region);
          return ring && ring !== this ? [finding('REPLICA_REGION_INVALID', problem(region, ring))] : [];
        }),
    });
  }

  private concreteRegion(prop: string, region: string): string {
    requireConcrete(this, prop, region);
    return checked(this, prop, () => parseRegion(region));
  }

  private requireOnlyRing(region: string): void {
    const rings = ringsOf(this);
    const place = ringPlace(this.environment, Stack.of(this).account, region);
    const other = rings.get(place);
    if (other) {
      throw new ConfigError(
        'RING_DUPLICATE',
        `environment '${this.environment}' has a ring in ${region} already, '${other.node.path}'; add the keys to that one`,
        this,
      );
    }
    rings.set(place, this);
  }
}

const ringPlace = (environment: string, account: string, region: string) => `${environment} ${account} ${region}`;

/** All rings of the app by their place. */
function ringsOf(scope: IConstruct): Map<string, KeyRing> {
  const root = scope.node.root as IConstruct & { [RINGS]?: Map<string, KeyRing> };
  if (!root[RINGS]) Object.defineProperty(root, RINGS, { value: new Map() });
  return root[RINGS] as Map<string, KeyRing>;
}

function bindNetwork(ring: KeyRing, network: IEgressNetwork, environment: string): void {
  const { addresses } = network;
  const stack = Stack.of(ring);
  if (addresses.environment !== environment) {
    throw new ConfigError(
      'NETWORK_OF_OTHER_ENVIRONMENT',
      `the ring is of environment '${environment}', its network of '${addresses.environment}'; give it a network of its own environment`,
      ring,
    );
  }
  if (addresses.region !== stack.region || Stack.of(network).account !== stack.account) {
    const shown = (account: string) => (Token.isUnresolved(account) ? 'no explicit account' : account);
    throw new ConfigError(
      'RING_AWAY_FROM_NETWORK',
      `the ring is in ${shown(stack.account)}/${stack.region}, its network in ${shown(Stack.of(network).account)}/${addresses.region}; pass the same env to both stacks`,
      ring,
    );
  }
  if (Stack.of(network) === stack) {
    throw new ConfigError(
      'RING_SHARES_NETWORK_STACK',
      `ring and network are both in stack '${stack.stackName}'; put them into stacks of their own, so that the network can be rebuilt while the keys stay`,
      ring,
    );
  }
}

/** Refuses an exchange that the network could not reach, because its host does not resolve there. */
function requireResolvable(ring: KeyRing, network: IEgressNetwork, exchange: Exchange): void {
  const host = exchange._host;
  const isName = /[a-z]/i.test(host) && !host.startsWith('[');
  if (!isName || !(network instanceof EgressNetwork) || network._resolves(host)) return;
  throw new ConfigError(
    'EXCHANGE_HOST_NOT_RESOLVED',
    `exchange '${exchange.name}' is at '${host}', which 'dnsAllowlist' of the network does not hold, so that no rotation could reach it; add the host to it`,
    ring,
  );
}

/** Regions of all addresses of the environment below the construct. */
function addressRegions(construct: IConstruct, environment: string): string[] {
  if (construct instanceof EgressAddresses) return construct.environment === environment ? [construct.region] : [];
  return construct.node.children.flatMap((child) => addressRegions(child, environment));
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, _hyphen, first: string) => first.toUpperCase());
}
