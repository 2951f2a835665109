// Refuses a node group whose nodes could not be, or would not stay, behind the network's static addresses.
import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IVpc } from 'aws-cdk-lib/aws-ec2';
import { ICluster } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { environmentOf } from '../core/environment-claim';
import { EgressNetwork } from './egress-network';
import { IEgressNetwork } from './i-egress-network';

/** Most nodes that EKS lets a group have is a quota; this is where a number is a typing error. */
const MOST_NODES = 450;

/** @throws ConfigError for everything that synth can know. */
export function checkNodePlace(group: Construct, cluster: ICluster, network: IEgressNetwork): void {
  requireSameEnvironment(group, cluster, network.addresses.environment);
  requireSameRegion(group, network);
  requireSameVpc(group, cluster, network);
  requireResolvable(group, network);
}

/** @throws ConfigError `NODE_GROUP_SIZE_INVALID`. */
export function checkSize(group: Construct, minSize: number, maxSize: number): void {
  const whole = [minSize, maxSize].every((size) => Token.isUnresolved(size) === false && Number.isInteger(size));
  if (whole && minSize >= 0 && maxSize >= 1 && minSize <= maxSize && maxSize <= MOST_NODES) return;
  throw new ConfigError(
    'NODE_GROUP_SIZE_INVALID',
    `'minSize' ${shown(minSize)} and 'maxSize' ${shown(maxSize)} are no size of a node group; give whole numbers, 0 <= minSize <= maxSize, and a maxSize of 1 to ${MOST_NODES}`,
    group,
  );
}

/** @throws ConfigError `NODE_DISK_TOO_SMALL`. */
export function checkDisk(group: Construct, gib: number): void {
  if (!Token.isUnresolved(gib) && Number.isInteger(gib) && gib >= 20 && gib <= 16384) return;
  throw new ConfigError('NODE_DISK_TOO_SMALL', `'diskGib' is ${shown(gib)}; give whole gibibytes, 20 to 16384`, group);
}

const shown = (size: number) => (Token.isUnresolved(size) ? '(a token)' : String(size));

function requireSameEnvironment(group: Construct, cluster: ICluster, environment: string): void {
  const other = environmentOf(cluster);
  if (other === undefined || other === environment) return;
  throw new ConfigError(
    'NODE_CLUSTER_OF_OTHER_ENVIRONMENT',
    `the network is of environment '${environment}', the cluster '${cluster.node.path}' is in a stack of '${other}'; use a cluster of '${environment}'`,
    group,
  );
}

function requireSameRegion(group: Construct, network: IEgressNetwork): void {
  const { region } = Stack.of(group);
  if (region === network.addresses.region) return;
  throw new ConfigError(
    'NODE_GROUP_IN_OTHER_REGION',
    `the node group is in ${Token.isUnresolved(region) ? 'no explicit region' : `'${region}'`}, its network in '${network.addresses.region}'; pass the same env to both stacks`,
    group,
  );
}

/**
 * Two VPCs that are known to differ are refused here. What synth cannot know is decided at the deployment: EKS takes
 * subnets of the cluster's VPC only, and whatever happens, nodes are in the network's subnets, which have one way out.
 */
function requireSameVpc(group: Construct, cluster: ICluster, network: IEgressNetwork): void {
  const vpc = vpcOf(cluster);
  if (!vpc || !differ(vpc.vpcId, network.vpc.vpcId)) return;
  throw new ConfigError(
    'NODE_CLUSTER_IN_OTHER_VPC',
    `the cluster '${cluster.node.path}' is in VPC ${named(vpc.vpcId)}, the network in ${named(network.vpc.vpcId)}; nodes join a cluster of their own VPC: make the cluster in the network's VPC, or an ExistingEgressNetwork of the cluster's`,
    group,
  );
}

/** An imported cluster throws where it was not told its VPC. */
function vpcOf(cluster: ICluster): IVpc | undefined {
  try {
    return cluster.vpc;
  } catch {
    return undefined;
  }
}

/** True when the ids are known to be of two VPCs: two texts, or attributes of two resources. */
function differ(one: string, other: string): boolean {
  if (one === other) return false;
  if (!Token.isUnresolved(one) && !Token.isUnresolved(other)) return true;
  const [a, b] = [referenceIn(one), referenceIn(other)];
  if (!a || !b) return false;
  // The look-up of an existing network gives its VPC's id as an attribute: another resource, perhaps the same VPC.
  return isVpc(a) && isVpc(b) && a.target !== b.target;
}

const isVpc = ({ target }: Reference) => (target as { cfnResourceType?: string }).cfnResourceType === 'AWS::EC2::VPC';

function referenceIn(value: string): Reference | undefined {
  const [token, ...more] = Tokenization.reverseString(value).tokens;
  return more.length === 0 && Reference.isReference(token) ? token : undefined;
}

const named = (vpcId: string) => (Token.isUnresolved(vpcId) ? 'that this app makes' : `'${vpcId}'`);

/** With a DNS allowlist that forgets the cluster's endpoint, nodes would start, find nobody and be replaced for ever. */
function requireResolvable(group: Construct, network: IEgressNetwork): void {
  const { region } = network.addresses;
  if (!(network instanceof EgressNetwork) || network._resolves(`cluster.gr7.${region}.eks.amazonaws.com`)) return;
  throw new ConfigError(
    'NODE_CLUSTER_UNRESOLVABLE',
    `the network's 'dnsAllowlist' keeps nodes from finding their cluster; add '*.${region}.eks.amazonaws.com' to it, and the registries that images come from`,
    group,
  );
}
