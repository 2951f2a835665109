// Hand-written: internet gateway and NAT gateways on the given allocation ids.
import { Stack } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnRouteTable,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { Layout } from '../case';
import { createSubnet, nameTag } from './subnet';

const PUBLIC_CIDRS = ['10.0.31.240/28', '10.0.63.240/28', '10.0.95.240/28'];

/** @returns the NAT gateway's id for each zone */
export function natGateways(
  stack: Stack,
  vpcId: string,
  zones: string[],
  layout: Layout,
  allocationIds: { [zone: string]: string },
): { [zone: string]: string } {
  const internetGatewayId = new CfnInternetGateway(stack, 'InternetGateway', {
    tags: nameTag(stack, 'InternetGateway'),
  }).ref;
  const attachment = new CfnVPCGatewayAttachment(stack, 'InternetGatewayAttachment', { vpcId, internetGatewayId });
  if (layout === 'regional') {
    const gateway = new CfnNatGateway(stack, 'RegionalNatGateway', {
      vpcId,
      availabilityMode: 'regional',
      connectivityType: 'public',
      availabilityZoneAddresses: zones.map((zone) => ({
        availabilityZone: zone,
        allocationIds: [allocationIds[zone]],
      })),
      tags: nameTag(stack, 'RegionalNatGateway'),
    });
    gateway.addResourceDependency(attachment);
    return Object.fromEntries(zones.map((zone) => [zone, gateway.ref]));
  }
  const routeTableId = new CfnRouteTable(stack, 'PublicRouteTable', { vpcId, tags: nameTag(stack, 'Public') }).ref;
  const route = new CfnRoute(stack, 'PublicRoute', {
    routeTableId,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: internetGatewayId,
  });
  route.addResourceDependency(attachment);
  const gateways = zones.map((zone, i) => {
    const { subnet, association } = createSubnet(stack, 'Public', {
      vpcId,
      zone,
      cidrBlock: PUBLIC_CIDRS[i],
      routeTableId,
    });
    const gateway = new CfnNatGateway(stack, `NatGateway${zone}`, {
      subnetId: subnet.ref,
      connectivityType: 'public',
      allocationId: allocationIds[zone],
      tags: nameTag(stack, `NatGateway/${zone}`),
    });
    gateway.addResourceDependency(route);
    gateway.addResourceDependency(association);
    return [zone, gateway.ref];
  });
  return Object.fromEntries(gateways);
}
