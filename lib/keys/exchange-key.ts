// One exchange API key of one workload: its secret, who may read it, and when it rotates.
import { Duration, Lazy, TagManager } from 'aws-cdk-lib';
import { ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnResourcePolicy, CfnRotationSchedule, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { isProbeKey, KeyPermission, PLACEHOLDER, RiskTier, secretName, TIER_RULES } from '../../contract/keys';
import { ConfigError } from '../core/config-error';
import { keep } from '../core/keep';
import { attachContainer } from './attach/attach-container';
import { attachFunction } from './attach/attach-function';
import { attachInstanceRole } from './attach/attach-instance-role';
import { AttachContainerOptions, AttachInstanceRoleOptions, AttachOptions } from './attach/attach-options';
import { AttachableKey, RingForWorkloads } from './attach/attachable-key';
import { attachToServiceAccount } from './attach/service-account';
import { AttachServiceAccountOptions, ServiceAccountAttachment } from './attach/service-account-attachment';
import { CheckedKey } from './checked-key';
import { secretPolicy } from './secret-policy';
import { workloadRoleArn } from './workload-principal';

/** What a ring gives to each of its keys. @internal */
export interface RingParts {
  readonly environment: string;
  readonly encryptionKeyArn: string;
  readonly rotationFunctionArn: string;
  readonly rotationRoleArn: string;
  readonly caretakerRoleArn: string;
  readonly breakGlassRoleArn: string;
  /** Who reads the probe keys. */
  readonly probeRoleArns: readonly string[];
  readonly replicas: CfnSecret.ReplicaRegionProperty[];
  /** What its workloads are given and held against. */
  readonly workloads: RingForWorkloads;
}

/**
 * One exchange API key: one workload, one secret, rotated within the days of its tier. Made by `KeyRing.addKey`.
 *
 * The template holds a placeholder; the first key is put with `exchange-keys key put`. When the key is removed from the
 * code, the secret is kept, but not its policy: the workload cannot read it any more. Its name stays taken: to have
 * the key back, import the secret (`cdk import`), or delete it first.
 */
export class ExchangeKey extends Construct {
  /** Name of the key, `prod-trader-bot-a`. */
  public readonly keyName: string;
  /** Name of the secret, `exchange-keys/prod/prod-trader-bot-a`: a literal, and so what a workload in another stack is given. */
  public readonly secretName: string;
  /**
   * ARN of the secret (token). Not for the stack of the workload's role: the key's stack refers to that role, and stacks
   * cannot refer to each other both ways; use `secretName` there.
   */
  public readonly secretArn: string;
  /** What the key may do. */
  public readonly permissions: KeyPermission[];
  /** The tier that decides on age and overlap. */
  public readonly tier: RiskTier;
  /** How long the old key lives on after a rotation. */
  public readonly overlap: Duration;

  private readonly environment: string;
  private readonly isProbe: boolean;
  private readonly attachable: AttachableKey;
  private workload: string[] = [];
  private workloadDescribes = false;

  /** Keys are made by their ring. @internal */
  public static _create(scope: Construct, id: string, key: CheckedKey, ring: RingParts): ExchangeKey {
    return new ExchangeKey(scope, id, key, ring);
  }

  private constructor(scope: Construct, id: string, key: CheckedKey, ring: RingParts) {
    super(scope, id);
    this.keyName = key.name.text;
    this.secretName = secretName(key.name);
    this.permissions = key.permissions as KeyPermission[];
    this.tier = key.tier;
    this.overlap = Duration.hours(key.overlapHours);
    this.environment = ring.environment;
    this.isProbe = isProbeKey(key.name);
    this.secretArn = this.createSecret(key, ring);
    this.attachable = this.forWorkloads(key, ring.workloads);
  }

  /**
   * Lets a workload read the current key, through the secret's resource policy: nothing is added to the roles but the tag
   * `exchange-keys:environment`. All roles of the workload go into one call (a role per region, for example); a second
   * call with others would be a second workload and is refused (row G1).
   *
   * A role that is not made by this app must carry the tag already, otherwise it cannot decrypt.
   */
  public grantRead(...workload: IGrantable[]): void {
    if (this.isProbe) {
      throw new ConfigError(
        'PROBE_KEY_HAS_WORKLOAD',
        `key '${this.keyName}' is the probes' own, which show it to the exchange from addresses that are not allowed; add a key for the workload`,
        this,
      );
    }
    if (workload.length === 0) {
      throw new ConfigError('WORKLOAD_NOT_A_ROLE', 'grantRead needs the role of the workload, got none', this);
    }
    const roles = [...new Set(workload.map((grantee) => workloadRoleArn(this, grantee, this.environment)))];
    const others = roles.filter((role) => !this.workload.includes(role));
    if (this.workload.length > 0 && others.length > 0) {
      throw new ConfigError(
        'KEY_SHARED',
        `key '${this.keyName}' already belongs to a workload; one key, one workload: add a key for the other one, or pass all roles of one workload in a single call`,
        this,
      );
    }
    if (this.workload.length === 0) this.workload = roles;
  }

  /**
   * Gives the key to a container of an ECS task definition: its task role reads it (or, with injected delivery, its execution
   * role), it gets the variables that the loaders look for, and at the end of synth everything in the app that runs the task
   * definition must place it in workload subnets of an egress network of the key's environment, without a public address.
   *
   * Synth sees the templates of this stage, and not: what other apps and people start, who else may assume the role by its
   * trust policy, templates given as text or URL (nested stacks, StackSets), transforms and macros, files of variables
   * (`environmentFiles`), a key in a variable of another name, and what a security group of your own lets through.
   *
   * The key's stack refers to the role. A service whose log the ring looks through refers to the key's stack: then its role
   * must be made in the key's stack.
   *
   * @throws ConfigError KEY_SHARED, KEY_NEVER_REFRESHED, REDEPLOY_UNDECIDED, ATTACH_CYCLE, REPLICA_MISSING and others, see docs/faq.md
   */
  public attachToContainer(container: ContainerDefinition, options: AttachContainerOptions = {}): void {
    attachContainer(this.attachable, container, options);
  }

  /**
   * Gives the key to a Lambda function, which must be in workload subnets: its role reads the key, it gets the variables that
   * the loaders look for. Each execution environment reads the key by itself. Timers stand still between invocations, so a
   * function asks its loader for the key in every invocation, not once.
   *
   * @throws ConfigError KEY_SHARED, REPLICA_MISSING, LOADER_PREFIX_TAKEN and others, see docs/faq.md
   */
  public attachToFunction(fn: LambdaFunction, options: AttachOptions = {}): void {
    attachFunction(this.attachable, fn, options);
  }

  /**
   * Gives the key to the role of EC2 instances, and returns the variables that the loaders look for, none of them secret: put
   * them into user data or an environment file. Every instance and Auto Scaling group of the app with that role must be in
   * workload subnets, without a public address, and require tokens of the metadata service (IMDSv2).
   *
   * @throws ConfigError KEY_SHARED, REPLICA_MISSING, LOADER_PREFIX_TAKEN and others, see docs/faq.md
   */
  public attachToInstanceRole(role: IRole, options: AttachInstanceRoleOptions = {}): { [name: string]: string } {
    return attachInstanceRole(this.attachable, role, options);
  }

  /**
   * Gives the key to one Kubernetes service account of an EKS cluster: a role that only its pods get.
   *
   * @throws ConfigError KEY_SHARED, SERVICE_ACCOUNT_TAKEN and others, see docs/faq.md
   */
  public attachToServiceAccount(
    scope: Construct,
    id: string,
    options: AttachServiceAccountOptions,
  ): ServiceAccountAttachment {
    return attachToServiceAccount(this.attachable, scope, id, options);
  }

  private forWorkloads(key: CheckedKey, ring: RingForWorkloads): AttachableKey {
    const { keyName, secretName: name, secretArn } = this;
    const { permissions, overlapHours, exchange, refresh } = key;
    return {
      construct: this,
      ...{ keyName, secretName: name, secretArn, permissions, overlapHours, exchange, refresh, ring },
      attached: new Map<string, IConstruct>(),
      grantRead: (role) => this.grantRead(role),
      grantDescribe: () => {
        this.workloadDescribes = true;
      },
    };
  }

  private createSecret(key: CheckedKey, ring: RingParts): string {
    const secret = new CfnSecret(this, 'Resource', {
      name: this.secretName,
      description: key.description,
      kmsKeyId: ring.encryptionKeyArn,
      // Never changes: CloudFormation would write it over the real key.
      secretString: PLACEHOLDER,
      replicaRegions: ring.replicas.length > 0 ? ring.replicas : undefined,
    });
    // The key may still be live when its construct goes.
    keep(secret);
    tag(secret.tags, key);
    new CfnResourcePolicy(this, 'Policy', {
      secretId: secret.ref,
      blockPublicPolicy: true,
      resourcePolicy: Lazy.any({
        produce: () =>
          secretPolicy({
            workload: this.workload,
            workloadDescribes: this.workloadDescribes,
            probes: this.isProbe ? ring.probeRoleArns : [],
            rotation: ring.rotationRoleArn,
            caretaker: ring.caretakerRoleArn,
            breakGlass: ring.breakGlassRoleArn,
          }),
      }),
    });
    new CfnRotationSchedule(this, 'Rotation', {
      secretId: secret.ref,
      rotationLambdaArn: ring.rotationFunctionArn,
      // A first deployment has only the placeholder, which cannot be rotated.
      rotateImmediatelyOnUpdate: false,
      rotationRules: { scheduleExpression: `rate(${TIER_RULES[key.tier].scheduleDays} days)`, duration: '2h' },
    });
    return secret.ref;
  }
}

const OWN_TAG_PRIORITY = 1000;

function tag(tags: TagManager, { owner, exchange, tier, permissions }: CheckedKey): void {
  const values = { owner, exchange: exchange.name, tier, permissions: permissions.join(' ') };
  // Above the priority of `Tags.of(app).add`: a tag of the app must not say something else about a key.
  for (const [name, value] of Object.entries(values)) tags.setTag(`exchange-keys:${name}`, value, OWN_TAG_PRIORITY);
}
