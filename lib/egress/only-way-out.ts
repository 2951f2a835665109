// Refuses, at the end of synth, anything in the app that would give the network a second way out.
import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import {
  CfnEgressOnlyInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnSubnet,
  CfnVPC,
  CfnVPCCidrBlock,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { finding } from '../core/config-error';
import { renderedResource } from '../core/rendered-resource';
import { WorkloadSubnet } from './workload-subnet';

/**
 * Workload subnets leave through the NAT gateway of their zone and in no other way. Users add to the VPC, aspects change
 * what we made: so the whole app is read when synth is about to end, and what cannot be decided counts as a way out.
 */
export function guardOnlyWayOut(network: Construct, vpc: CfnVPC, subnets: WorkloadSubnet[]): void {
  const guard = new WayOutGuard(vpc, subnets);
  network.node.addValidation({ validate: () => network.node.root.node.findAll().flatMap((node) => guard.check(node)) });
}

class WayOutGuard {
  private readonly routeTables: Set<IConstruct>;
  private readonly ownRoutes: Set<IConstruct>;
  private readonly workloadSubnets: Set<IConstruct>;

  constructor(
    private readonly vpc: CfnVPC,
    subnets: WorkloadSubnet[],
  ) {
    this.routeTables = new Set(subnets.map(({ routeTable }) => routeTable));
    this.ownRoutes = new Set(subnets.map(({ defaultRoute }) => defaultRoute));
    this.workloadSubnets = new Set(subnets.map(({ subnet }) => subnet));
  }

  public check(node: IConstruct): string[] {
    if (CfnRoute.isCfnRoute(node)) return this.checkRoute(node);
    if (CfnSubnet.isCfnSubnet(node)) return this.checkSubnet(node);
    if (CfnNatGateway.isCfnNatGateway(node)) return this.checkNatGateway(node);
    if (CfnVPCCidrBlock.isCfnVPCCidrBlock(node) && this.concerns(node, node.vpcId, [this.vpc])) {
      const ipv6 = node.amazonProvidedIpv6CidrBlock || node.ipv6CidrBlock || node.ipv6IpamPoolId || node.ipv6Pool;
      return ipv6 ? [this.dualStack(node)] : [];
    }
    if (CfnEgressOnlyInternetGateway.isCfnEgressOnlyInternetGateway(node)) {
      return this.concerns(node, node.vpcId, [this.vpc]) ? [this.dualStack(node)] : [];
    }
    return [];
  }

  private checkRoute(route: CfnRoute): string[] {
    if (this.ownRoutes.has(route) || !this.concerns(route, route.routeTableId, [...this.routeTables])) return [];
    const destination = route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? route.destinationPrefixListId;
    return [
      finding(
        'SECOND_WAY_OUT',
        `route '${route.node.path}' (to ${Token.isUnresolved(destination) ? 'an unknown destination' : `'${destination}'`}) ` +
          `would be a second way out of a workload subnet of '${this.vpc.node.path}'; put it into a route table of its own subnet`,
      ),
    ];
  }

  private checkSubnet(subnet: CfnSubnet): string[] {
    if (!this.workloadSubnets.has(subnet) && !this.concerns(subnet, subnet.vpcId, [this.vpc])) return [];
    const findings: string[] = [];
    if (subnet.ipv6CidrBlock || subnet.ipv6Native || subnet.assignIpv6AddressOnCreation || subnet.ipv6IpamPoolId) {
      findings.push(this.dualStack(subnet));
    }
    if (subnet.mapPublicIpOnLaunch) {
      findings.push(
        finding(
          'PUBLIC_IP_ON_LAUNCH',
          `subnet '${subnet.node.path}' gives instances public addresses that no exchange knows; set mapPublicIpOnLaunch to false`,
        ),
      );
    }
    return findings;
  }

  /** Read as rendered: in automatic mode what matters is what is *not* there. */
  private checkNatGateway(gateway: CfnNatGateway): string[] {
    if (!this.concerns(gateway, gateway.vpcId, [this.vpc])) return [];
    const { AvailabilityZoneAddresses: listed, AvailabilityMode: mode } = renderedResource(gateway).Properties ?? {};
    if (mode !== 'regional' || (Array.isArray(listed) && listed.length > 0)) return [];
    return [
      finding(
        'REGIONAL_NAT_AUTOMATIC_MODE',
        `regional NAT gateway '${gateway.node.path}' is in automatic mode, in which AWS allocates addresses that no ` +
          "exchange knows; list the addresses of each zone in 'availabilityZoneAddresses' (NatLayout.REGIONAL does)",
      ),
    ];
  }

  private dualStack(node: IConstruct): string {
    return finding(
      'DUAL_STACK_WITHOUT_IPV6_ENTRIES',
      `'${node.node.path}' brings IPv6 into '${this.vpc.node.path}', but the allowlist has no IPv6 entries: calls would ` +
        'leave from addresses that no exchange knows; keep the network IPv4 only',
    );
  }

  /** Does the value name one of ours? What cannot be decided inside our own stack counts as yes. */
  private concerns(owner: CfnResource, value: string | undefined, ours: IConstruct[]): boolean {
    if (value === undefined || !Token.isUnresolved(value)) return false;
    const target = referencedResource(value);
    return target ? ours.includes(target) : Stack.of(owner) === Stack.of(this.vpc);
  }
}

/** The resource a token refers to, when it is one plain reference to a resource. */
function referencedResource(value: string): IConstruct | undefined {
  const [token, ...more] = Tokenization.reverseString(value).tokens;
  const target = more.length === 0 && Reference.isReference(token) ? token.target : undefined;
  return target && CfnResource.isCfnResource(target) ? target : undefined;
}
