// Creates the NAT gateways of a layout, each holding the static address of its zone.
import {
  CfnInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnRouteTable,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressAddresses } from './egress-addresses';
import { NatLayout } from './nat-layout';
import { NatZones } from './nat-zones';
import { createSubnet, nameTag, PlacedZone } from './zone-subnet';

export interface NatGatewayProps {
  readonly vpcId: string;
  readonly nat: NatZones;
  /** The workload zones. */
  readonly zones: PlacedZone[];
  /** The zone of each NAT gateway. */
  readonly natZones: PlacedZone[];
  readonly addresses: EgressAddresses;
}

/** @returns the NAT gateway's id for each workload zone */
export function createNatGateways(scope: Construct, props: NatGatewayProps): { [zone: string]: string } {
  const attachment = attachInternetGateway(scope, props.vpcId);
  if (props.nat.layout === NatLayout.REGIONAL) {
    const id = createRegionalGateway(scope, props, attachment).ref;
    return Object.fromEntries(props.zones.map((zone) => [zone.name, id]));
  }
  const publicRoute = createPublicRoute(scope, props.vpcId, attachment);
  const gateways = props.natZones.map((zone) => createZonalGateway(scope, props, zone, publicRoute));
  const gatewayOf = (zone: PlacedZone) =>
    props.nat.layout === NatLayout.SINGLE
      ? gateways[0]
      : gateways[props.natZones.findIndex((z) => z.name === zone.name)];
  return Object.fromEntries(props.zones.map((zone) => [zone.name, gatewayOf(zone).ref]));
}

function attachInternetGateway(scope: Construct, vpcId: string): CfnVPCGatewayAttachment {
  const gateway = new CfnInternetGateway(scope, 'InternetGateway', { tags: nameTag(scope, 'InternetGateway') });
  return new CfnVPCGatewayAttachment(scope, 'InternetGatewayAttachment', { vpcId, internetGatewayId: gateway.ref });
}

/** Manual mode: the listed addresses and no others; a zone is added or removed in place. */
function createRegionalGateway(
  scope: Construct,
  props: NatGatewayProps,
  attachment: CfnVPCGatewayAttachment,
): CfnNatGateway {
  const gateway = new CfnNatGateway(scope, 'RegionalNatGateway', {
    vpcId: props.vpcId,
    availabilityMode: 'regional',
    connectivityType: 'public',
    availabilityZoneAddresses: props.natZones.map((zone) => ({
      availabilityZone: zone.name,
      allocationIds: [props.addresses._importAllocationId(zone.name)],
    })),
    tags: nameTag(scope, 'RegionalNatGateway'),
  });
  // On the attachment, not only on the internet gateway: without it the creation can fail with Gateway.NotAttached.
  gateway.addResourceDependency(attachment);
  return gateway;
}

interface PublicRoute {
  readonly routeTable: CfnRouteTable;
  readonly route: CfnRoute;
}

/** One for all public subnets: they hold NAT gateways and nothing else. */
function createPublicRoute(scope: Construct, vpcId: string, attachment: CfnVPCGatewayAttachment): PublicRoute {
  const routeTable = new CfnRouteTable(scope, 'PublicRouteTable', { vpcId, tags: nameTag(scope, 'Public') });
  const route = new CfnRoute(scope, 'PublicRoute', {
    routeTableId: routeTable.ref,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: attachment.internetGatewayId,
  });
  route.addResourceDependency(attachment);
  return { routeTable, route };
}

function createZonalGateway(
  scope: Construct,
  props: NatGatewayProps,
  zone: PlacedZone,
  { routeTable, route }: PublicRoute,
): CfnNatGateway {
  const { subnet, association } = createSubnet(scope, 'Public', props.vpcId, zone, routeTable);
  const gateway = new CfnNatGateway(scope, `NatGateway${zone.id}`, {
    subnetId: subnet.ref,
    connectivityType: 'public',
    allocationId: props.addresses._importAllocationId(zone.name),
    tags: nameTag(scope, `NatGateway/${zone.name}`),
  });
  gateway.addResourceDependency(route);
  gateway.addResourceDependency(association);
  if (props.nat.singleNatReason) gateway.addMetadata('exchange-keys:acknowledgeSingleNat', props.nat.singleNatReason);
  return gateway;
}
