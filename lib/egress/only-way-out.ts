// Refuses, at the end of synth, anything in the app that would give a network a second way out.
import { CfnResource, Reference, Stack, Stage, Token, Tokenization } from 'aws-cdk-lib';
import {
  CfnEgressOnlyInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnSubnet,
  CfnVPC,
  CfnVPCCidrBlock,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { dualStack, natGatewayFindings, secondRoute, subnetFindings } from './way-out-findings';
import { WorkloadSubnet } from './workload-subnet';

/** What is guarded of one network. */
interface Guarded {
  readonly vpc: CfnVPC;
  readonly subnets: WorkloadSubnet[];
}

const GUARDED = Symbol('cdk-exchange-keys.guarded');

/**
 * Workload subnets leave through the NAT gateway of their zone and in no other way. Users add to the VPC, aspects change
 * what we made: so the whole app is read when synth is about to end, and what cannot be decided counts as a way out.
 */
export function guardOnlyWayOut(network: Construct, vpc: CfnVPC, subnets: WorkloadSubnet[]): void {
  Object.defineProperty(network, GUARDED, { value: { vpc, subnets } satisfies Guarded });
  // One walk for all networks: the first in the tree speaks for every one of them.
  const tree = () => Stage.of(network) ?? network.node.root;
  network.node.addValidation({ validate: () => (firstNetwork(tree()) === network ? checkTree(tree()) : []) });
}

const guardedOf = (node: IConstruct) => (node as unknown as { [GUARDED]?: Guarded })[GUARDED];

/** Children within the same stage: a nested stage is validated by itself, and nothing refers across. */
const childrenOf = (node: IConstruct) => node.node.children.filter((child) => !Stage.isStage(child));

function firstNetwork(node: IConstruct): IConstruct | undefined {
  if (guardedOf(node)) return node;
  for (const child of childrenOf(node)) {
    const found = firstNetwork(child);
    if (found) return found;
  }
  return undefined;
}

function checkTree(root: IConstruct): string[] {
  const nodes: IConstruct[] = [];
  const collect = (node: IConstruct) => {
    nodes.push(node);
    childrenOf(node).forEach(collect);
  };
  collect(root);
  const guard = new WayOutGuard(nodes.flatMap((node) => guardedOf(node) ?? []));
  return nodes.flatMap((node) => guard.check(node));
}

class WayOutGuard {
  /** By the VPC, and by each workload route table. */
  private readonly byVpc = new Map<IConstruct, Guarded>();
  private readonly byRouteTable = new Map<IConstruct, Guarded>();
  private readonly bySubnet = new Map<IConstruct, Guarded>();
  private readonly ownRoutes = new Set<IConstruct>();
  private readonly byStack = new Map<Stack, Guarded>();

  constructor(networks: Guarded[]) {
    for (const network of networks) {
      this.byVpc.set(network.vpc, network);
      this.byStack.set(Stack.of(network.vpc), network);
      for (const { routeTable, subnet, defaultRoute } of network.subnets) {
        this.byRouteTable.set(routeTable, network);
        this.bySubnet.set(subnet, network);
        this.ownRoutes.add(defaultRoute);
      }
    }
  }

  public check(node: IConstruct): string[] {
    if (CfnRoute.isCfnRoute(node)) {
      const network = this.ownRoutes.has(node) ? undefined : this.concerned(node, node.routeTableId, this.byRouteTable);
      return network ? [secondRoute(node, network.vpc)] : [];
    }
    if (CfnSubnet.isCfnSubnet(node)) {
      const network = this.bySubnet.get(node) ?? this.concerned(node, node.vpcId, this.byVpc);
      return network ? subnetFindings(node, network.vpc) : [];
    }
    if (CfnNatGateway.isCfnNatGateway(node)) {
      return this.concerned(node, node.vpcId, this.byVpc) ? natGatewayFindings(node) : [];
    }
    if (CfnVPCCidrBlock.isCfnVPCCidrBlock(node)) {
      const ipv6 = node.amazonProvidedIpv6CidrBlock || node.ipv6CidrBlock || node.ipv6IpamPoolId || node.ipv6Pool;
      const network = ipv6 ? this.concerned(node, node.vpcId, this.byVpc) : undefined;
      return network ? [dualStack(node, network.vpc)] : [];
    }
    if (CfnEgressOnlyInternetGateway.isCfnEgressOnlyInternetGateway(node)) {
      const network = this.concerned(node, node.vpcId, this.byVpc);
      return network ? [dualStack(node, network.vpc)] : [];
    }
    return [];
  }

  /** The network that the value names; what cannot be decided inside a network's own stack counts as named. */
  private concerned(
    owner: CfnResource,
    value: string | undefined,
    ours: Map<IConstruct, Guarded>,
  ): Guarded | undefined {
    if (value === undefined || !Token.isUnresolved(value)) return undefined;
    const target = referencedResource(value);
    return target ? ours.get(target) : this.byStack.get(Stack.of(owner));
  }
}

/** The resource a token refers to, when it is one plain reference to a resource. */
function referencedResource(value: string): IConstruct | undefined {
  const [token, ...more] = Tokenization.reverseString(value).tokens;
  const target = more.length === 0 && Reference.isReference(token) ? token.target : undefined;
  return target && CfnResource.isCfnResource(target) ? target : undefined;
}
