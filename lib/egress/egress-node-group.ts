// Nodes of an EKS cluster in the workload subnets: pods on them leave by the network's static addresses and no others.
import { Tags } from 'aws-cdk-lib';
import { ISecurityGroup, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnNodegroup, ICluster } from 'aws-cdk-lib/aws-eks';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { pascalCaseZone } from '../../contract/availability-zone';
import { type EgressMark, egressMark } from '../../contract/workload/egress-mark';
import { acknowledge } from '../core/acknowledge';
import { requireConcrete } from '../core/checks';
import { claimStack, ENVIRONMENT_TAG } from '../core/environment-claim';
import { checkDisk, checkNodePlace, checkSize } from './egress-node-group-checks';
import { EgressNodeImage } from './egress-node-group-image';
import { EgressNodeSecurityGroup } from './egress-node-group-security';
import { createNodeTemplate } from './egress-node-group-template';
import { IEgressNetwork } from './i-egress-network';

/** What makes a group of nodes; see `EgressNodeGroup`. */
export interface EgressNodeGroupProps {
  /**
   * The cluster that the nodes join, in the network's VPC. One that exists is given by
   * `Cluster.fromClusterAttributes(this, 'Cluster', { clusterName, clusterSecurityGroupId, vpc })`.
   */
  readonly cluster: ICluster;
  /** The network whose workload subnets the nodes are in. */
  readonly network: IEgressNetwork;

  /**
   * A managed node group for each zone, so that each is scaled by itself and a zone that goes takes only its own nodes.
   * Changing it replaces the nodes.
   * @default false - one group over all zones
   */
  readonly groupPerZone?: boolean;

  /**
   * Types of the instances, of the image's architecture, e.g. `m7i.large`.
   * @default - EKS's own: t3.medium, or t4g.medium for Arm
   */
  readonly instanceTypes?: string[];

  /**
   * Operating system.
   * @default EgressNodeImage.AL2023_X86_64
   */
  readonly image?: EgressNodeImage;

  /**
   * Fewest nodes of each group.
   * @default 1
   */
  readonly minSize?: number;

  /**
   * Most nodes of each group.
   * @default 3
   */
  readonly maxSize?: number;

  /**
   * Size in GiB of the disk that images and containers are on.
   * @default 40
   */
  readonly diskGib?: number;
}

/**
 * Nodes in the workload subnets of an egress network (row G9). The static address is the NAT gateway's, so it survives
 * any node: nothing in the cluster has to hold it.
 *
 * Nodes carry the label and the taint `exchange-keys.io/egress: <environment>`. Only a pod that tolerates the taint gets
 * here, only one that selects the label stays here: it needs both, which `exchange-keys kubernetes deployment` writes.
 *
 * - Pods get addresses of the node's subnet with the Amazon VPC CNI. Custom networking (`ENIConfig`) puts pods into other
 *   subnets, and `SecurityGroupPolicy` gives them other groups: use neither for pods on these nodes.
 * - The nodes' role is not exposed and cannot be granted a key: pods have their own, see
 *   `ExchangeKey.attachToServiceAccount`. Instance metadata needs a token and ends after one hop, out of a pod's reach;
 *   a pod with `hostNetwork: true` reaches it, and gets nothing of a key.
 * - Security groups: the network's for workloads, and `EgressNodeSecurityGroup`, in place of the cluster's own.
 */
export class EgressNodeGroup extends Construct {
  /** Name of the environment, which is the value of label and taint. */
  public readonly environment: string;
  /** Name of the cluster that the nodes join. */
  public readonly clusterName: string;
  /** Label of the nodes, for `nodeSelector` of a pod. */
  public readonly nodeLabels: { [name: string]: string };
  /** Control plane and DNS of the cluster, beside the network's group for workloads. */
  public readonly nodeSecurityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, props: EgressNodeGroupProps) {
    super(scope, id);
    const { cluster, network } = props;
    this.environment = network.addresses.environment;
    claimStack(this, this.environment);
    checkNodePlace(this, cluster, network);
    const { minSize, maxSize, image, diskGib } = { ...DEFAULTS, ...defined(props) };
    checkSize(this, minSize, maxSize);
    checkDisk(this, diskGib);
    for (const type of props.instanceTypes ?? []) requireConcrete(this, 'instanceTypes', type);

    const mark = egressMark(this.environment);
    this.clusterName = cluster.clusterName;
    this.nodeLabels = { [mark.key]: mark.value };
    this.nodeSecurityGroup = new EgressNodeSecurityGroup(this, 'SecurityGroup', { cluster, network }).securityGroup;
    const template = createNodeTemplate(this, {
      image,
      diskGib,
      securityGroupIds: [network.workloadSecurityGroup.securityGroupId, this.nodeSecurityGroup.securityGroupId],
      tags: { Name: this.node.path },
    });
    const role = this.createRole();

    const createGroup = (child: string, subnets: ISubnet[]) => {
      const group = new CfnNodegroup(this, child, {
        clusterName: cluster.clusterName,
        nodeRole: role.roleArn,
        subnets: subnets.map(({ subnetId }) => subnetId),
        launchTemplate: { id: template.ref, version: template.attrLatestVersionNumber },
        amiType: image,
        capacityType: 'ON_DEMAND',
        instanceTypes: props.instanceTypes,
        scalingConfig: { minSize, maxSize },
        updateConfig: { maxUnavailable: 1 },
        labels: this.nodeLabels,
        taints: [nodeTaint(mark)],
      });
      // A node that starts before its role may do anything never joins.
      group.node.addDependency(role, this.nodeSecurityGroup);
    };
    if (props.groupPerZone) {
      for (const subnet of network.workloadSubnets)
        createGroup(`Group${pascalCaseZone(subnet.availabilityZone)}`, [subnet]);
    } else {
      createGroup('Group', network.workloadSubnets);
    }
  }

  /** What a node needs to join, to give pods addresses and to pull images; nothing of keys. */
  private createRole(): Role {
    const policies = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'];
    const role = new Role(this, 'NodeRole', {
      description: 'Nodes of an egress network: they join, give pods addresses and pull images',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: policies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    for (const name of policies) {
      const detail = `Policy::arn:<AWS::Partition>:iam::aws:policy/${name}`;
      acknowledge(
        role,
        { pack: 'AwsSolutions', rule: 'IAM4', detail },
        'AWS keeps what nodes of EKS need in this policy',
      );
    }
    // The ring's encryption key lets roles with the tag decrypt: a node must never be one, whatever tags the app has.
    Tags.of(role).remove(ENVIRONMENT_TAG, { priority: 2000 });
    return role;
  }
}

const DEFAULTS = { minSize: 1, maxSize: 3, image: EgressNodeImage.AL2023_X86_64, diskGib: 40 };

/** Without the props that are not given, which would hide the defaults. */
function defined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}

const nodeTaint = ({ key, value }: EgressMark) => ({ key, value, effect: 'NO_SCHEDULE' });
