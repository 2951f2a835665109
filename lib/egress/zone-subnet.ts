// One subnet of a zone: its range and its construct ids follow from the zone's name alone.
import { CfnTag } from 'aws-cdk-lib';
import { CfnRouteTable, CfnSubnet, CfnSubnetRouteTableAssociation } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../core/acknowledge';

/** A zone with the ranges that belong to it whatever other zones there are. */
export interface PlacedZone {
  /** `eu-west-1a` */
  readonly name: string;
  /** `EuWest1a`, the zone's part of construct ids. */
  readonly id: string;
  readonly cidr: { readonly Workload: string; readonly Public: string };
}

/** The `Name` that the console shows: where in the app the resource comes from. */
export function nameTag(scope: Construct, name: string): CfnTag[] {
  return [{ key: 'Name', value: `${scope.node.path}/${name}` }];
}

/** `kind` is part of the construct ids: `WorkloadSubnetEuWest1a`. */
export function createSubnet(
  scope: Construct,
  kind: 'Workload' | 'Public',
  vpcId: string,
  zone: PlacedZone,
  routeTable: CfnRouteTable,
): { subnet: CfnSubnet; association: CfnSubnetRouteTableAssociation } {
  const subnet = new CfnSubnet(scope, `${kind}Subnet${zone.id}`, {
    vpcId,
    cidrBlock: zone.cidr[kind],
    availabilityZone: zone.name,
    mapPublicIpOnLaunch: false,
    tags: nameTag(scope, `${kind}/${zone.name}`),
  });
  acknowledge(
    subnet,
    { pack: 'CloudFormation-Validate', rule: 'W3010' },
    "an address belongs to the zone it is named for: the zone's name is chosen, and checked against the region",
  );
  const association = new CfnSubnetRouteTableAssociation(scope, `${kind}Association${zone.id}`, {
    subnetId: subnet.ref,
    routeTableId: routeTable.ref,
  });
  return { subnet, association };
}
