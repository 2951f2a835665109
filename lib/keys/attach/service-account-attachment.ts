// A Kubernetes service account of one EKS cluster that has a key: a role that only its pods get, and nothing in the cluster.
import { Token } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation, ICluster } from 'aws-cdk-lib/aws-eks';
import { IOpenIdConnectProvider, IRole, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { parseNamespace, parseServiceAccount } from '../../../contract/workload/service-account-name';
import { requireConcrete } from '../../core/checks';
import { ConfigError, checked } from '../../core/config-error';
import { EgressNodeGroup } from '../../egress';
import { AttachOptions } from './attach-options';
import { AttachableKey } from './attachable-key';
import { allowReadingExchange, bindWorkload, claimPrefix, workloadVariables } from './bind-workload';
import { nodeFindings } from './node-findings';
import { refuseOtherUsers } from './other-users';
import { placementUnknown, recordReason } from './placement-unknown';
import { podIdentityTrust, webIdentityTrust } from './service-account-trust';
import { checkAtTheEnd } from './workload-checks';

/** Which service account gets a key; see `ExchangeKey.attachToServiceAccount`. */
export interface AttachServiceAccountOptions extends AttachOptions {
  /** The cluster; of one that exists `Cluster.fromClusterAttributes(this, 'Cluster', { clusterName })` is enough. */
  readonly cluster: ICluster;
  /** Namespace of the service account: one name, not a pattern, none of Kubernetes' own. */
  readonly namespace: string;
  /** Name of the service account: one name, not a pattern, not `default`, which every pod of a namespace has. */
  readonly serviceAccount: string;

  /**
   * The nodes that the pods run on. Synth does not see pods: what keeps them there is `nodeSelector` and the toleration that
   * `exchange-keys kubernetes deployment` writes.
   * @default - `acknowledgePlacement` must say what keeps the pods in the workload subnets
   */
  readonly nodes?: EgressNodeGroup;

  /**
   * What else keeps the pods in the workload subnets, a node pool of Karpenter for example; written into the template's
   * metadata.
   * @default - `nodes` must be given
   */
  readonly acknowledgePlacement?: string;

  /**
   * The cluster's OpenID Connect provider: the role is for IAM roles for service accounts (IRSA), which needs the annotation
   * `eks.amazonaws.com/role-arn` on the service account. External Secrets Operator reads by it on behalf of one service
   * account. Its ARN must be known at synth.
   * @default - EKS Pod Identity, which needs the add-on `eks-pod-identity-agent` in the cluster
   */
  readonly openIdConnectProvider?: IOpenIdConnectProvider;

  /**
   * The Secrets Store CSI driver mounts the key as a file and renews it (`exchange-keys kubernetes secret-provider-class`). Its
   * AWS provider asks with this role by `DescribeSecret` whether the file is current, so that the role may call that for this
   * one secret: it shows labels, tags and dates, and no value. `variables` then name no secret: the container is told the file
   * by `XXKK_SECRET_FILE`.
   * @default false - `DescribeSecret` is denied; a mounted file is never renewed
   */
  readonly mountedByCsiDriver?: boolean;

  /**
   * The same service account as it has another key already: its role reads this key as well.
   * @default - the service account has no other key
   */
  readonly shareWith?: ServiceAccountAttachment;
}

/** A service account that has a key. Made by `ExchangeKey.attachToServiceAccount`. */
export class ServiceAccountAttachment extends Construct {
  /** The role of its pods. */
  public readonly role: IRole;
  public readonly namespace: string;
  public readonly serviceAccount: string;
  /** Environment variables of the container that uses the key; none is secret. */
  public readonly variables: { [name: string]: string };
  private readonly cluster: ICluster;

  /** Attachments are made by their key. @internal */
  public static _create(
    key: AttachableKey,
    scope: Construct,
    id: string,
    options: AttachServiceAccountOptions,
  ): ServiceAccountAttachment {
    return new ServiceAccountAttachment(key, scope, id, options);
  }

  private constructor(key: AttachableKey, scope: Construct, id: string, options: AttachServiceAccountOptions) {
    super(scope, id);
    this.cluster = options.cluster;
    this.namespace = this.name('namespace', options.namespace, parseNamespace);
    this.serviceAccount = this.name('serviceAccount', options.serviceAccount, parseServiceAccount);
    const owner = this.sharedOwner(options.shareWith) ?? this;
    checkPlacement(key, this, options);
    bindWorkload(key, owner);
    const prefix = claimPrefix(key, owner, options.prefix);
    this.role = owner === this ? this.createRole(options.openIdConnectProvider) : owner.role;
    const { nodes } = options;
    checkAtTheEnd(key.construct, (app) => [
      ...(nodes ? nodeFindings(app, key, nodes) : []),
      ...refuseOtherUsers(app, key, this.role),
    ]);
    recordReason(key, this.role, 'acknowledgePlacement', options.acknowledgePlacement);
    key.grantRead(this.role);
    if (options.mountedByCsiDriver) key.grantDescribe();
    allowReadingExchange(key, this, this.role);
    this.variables = workloadVariables(key, this, prefix, options.mountedByCsiDriver ? 'file' : 'secret');
  }

  private name(prop: string, given: string, parse: (text: string) => string): string {
    const text = requireConcrete(this, prop, given);
    return checked(this, prop, () => parse(text));
  }

  /** A pod has one service account and that one role; a second role would be refused when it is deployed. */
  private sharedOwner(other?: ServiceAccountAttachment): ServiceAccountAttachment | undefined {
    const same = (one: ServiceAccountAttachment) =>
      one.namespace === this.namespace &&
      one.serviceAccount === this.serviceAccount &&
      sameCluster(one.cluster, this.cluster);
    if (other && !same(other)) {
      throw new ConfigError(
        'SERVICE_ACCOUNT_NOT_SHARED',
        `'shareWith' is about service account '${other.namespace}/${other.serviceAccount}' and this about '${this.namespace}/${this.serviceAccount}', or their clusters differ; share one service account of one cluster, or leave 'shareWith' out`,
        this,
      );
    }
    const taken = attachmentsOf(this).find((one) => one !== this && same(one));
    if (!other && taken) {
      throw new ConfigError(
        'SERVICE_ACCOUNT_TAKEN',
        `service account '${this.namespace}/${this.serviceAccount}' has a key and a role already, by '${taken.node.path}'; if its pods need both keys, pass that attachment in 'shareWith', otherwise use a service account for each workload`,
        this,
      );
    }
    attachmentsOf(this).push(this);
    return other && attachmentsOf(this).find(same);
  }

  private createRole(provider?: IOpenIdConnectProvider): Role {
    const { cluster, namespace, serviceAccount } = this;
    const role = new Role(this, 'Role', {
      description: `Pods of ${namespace}/${serviceAccount} in one cluster`,
      assumedBy: provider ? webIdentityTrust(this, provider, this) : podIdentityTrust(cluster.clusterArn, this),
    });
    if (!provider) {
      new CfnPodIdentityAssociation(this, 'Association', {
        clusterName: cluster.clusterName,
        namespace,
        serviceAccount,
        roleArn: role.roleArn,
      });
    }
    return role;
  }
}

function checkPlacement(
  key: AttachableKey,
  workload: ServiceAccountAttachment,
  options: AttachServiceAccountOptions,
): void {
  const { nodes, cluster } = options;
  if (!nodes) {
    const reason = options.acknowledgePlacement;
    if (reason !== undefined && requireConcrete(key.construct, 'acknowledgePlacement', reason).trim() !== '') return;
    const what = `service account '${workload.namespace}/${workload.serviceAccount}'`;
    const problem = placementUnknown(
      key,
      what,
      "no node group of 'nodes'",
      'a node pool of Karpenter in these subnets',
    );
    checkAtTheEnd(workload, () => [problem]);
    return;
  }
  if (nodes.environment !== key.ring.environment) {
    throw new ConfigError(
      'WORKLOAD_OF_OTHER_ENVIRONMENT',
      `the key '${key.keyName}' is of environment '${key.ring.environment}', the nodes '${nodes.node.path}' leave by the addresses of '${nodes.environment}'; use nodes of '${key.ring.environment}'`,
      workload,
    );
  }
  if (nodes.clusterName !== cluster.clusterName) {
    throw new ConfigError(
      'SERVICE_ACCOUNT_OFF_NODES',
      `the nodes '${nodes.node.path}' are of another cluster than the service account's (${named(nodes.clusterName)}, ${named(cluster.clusterName)}); give the same cluster to both`,
      workload,
    );
  }
}

const named = (cluster: string) => (Token.isUnresolved(cluster) ? 'one that this app makes' : `'${cluster}'`);

/** Two clusters of one name may be in two regions or accounts. */
function sameCluster(one: ICluster, other: ICluster): boolean {
  return one === other || (one.clusterName === other.clusterName && placeOf(one) === placeOf(other));
}

const placeOf = ({ env }: ICluster) => `${env.account}/${env.region}`;

const ATTACHMENTS = Symbol.for('cdk-exchange-keys.service-accounts');

function attachmentsOf(scope: Construct): ServiceAccountAttachment[] {
  const root = scope.node.root as { [ATTACHMENTS]?: ServiceAccountAttachment[] };
  if (!root[ATTACHMENTS]) Object.defineProperty(root, ATTACHMENTS, { value: [] });
  return root[ATTACHMENTS] as ServiceAccountAttachment[];
}
