// What is said of each thing that would give a network a second way out.
import { CfnResource, Token } from 'aws-cdk-lib';
import { CfnNatGateway, CfnRoute, CfnSubnet, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { finding } from '../core/config-error';
import { renderedResource } from '../core/rendered-resource';

export function secondRoute(route: CfnRoute, vpc: CfnVPC): string {
  const destination = route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? route.destinationPrefixListId;
  return finding(
    'SECOND_WAY_OUT',
    `route '${route.node.path}' (to ${Token.isUnresolved(destination) ? 'an unknown destination' : `'${destination}'`}) ` +
      `would be a second way out of a workload subnet of '${vpc.node.path}'; put it into a route table of its own subnet`,
  );
}

export function subnetFindings(subnet: CfnSubnet, vpc: CfnVPC): string[] {
  const findings: string[] = [];
  if (subnet.ipv6CidrBlock || subnet.ipv6Native || subnet.assignIpv6AddressOnCreation || subnet.ipv6IpamPoolId) {
    findings.push(dualStack(subnet, vpc));
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
export function natGatewayFindings(gateway: CfnNatGateway): string[] {
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

export function dualStack(resource: CfnResource, vpc: CfnVPC): string {
  return finding(
    'DUAL_STACK_WITHOUT_IPV6_ENTRIES',
    `'${resource.node.path}' brings IPv6 into '${vpc.node.path}', but the allowlist has no IPv6 entries: calls would ` +
      'leave from addresses that no exchange knows; keep the network IPv4 only',
  );
}
