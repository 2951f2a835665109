// One workload subnet: no public addresses on launch, one route out, everything keyed by the zone's name.
import { CfnRoute, CfnRouteTable, CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createSubnet, nameTag, PlacedZone } from './zone-subnet';

export interface WorkloadSubnet {
  readonly subnet: CfnSubnet;
  readonly routeTable: CfnRouteTable;
  /** The only way out. */
  readonly defaultRoute: CfnRoute;
}

/** A route table for each zone, so that traffic leaves through the zone's own NAT gateway. */
export function createWorkloadSubnet(
  scope: Construct,
  vpcId: string,
  zone: PlacedZone,
  natGatewayId: string,
): WorkloadSubnet {
  const tags = nameTag(scope, `Workload/${zone.name}`);
  const routeTable = new CfnRouteTable(scope, `WorkloadRouteTable${zone.id}`, { vpcId, tags });
  const { subnet } = createSubnet(scope, 'Workload', vpcId, zone, routeTable);
  const defaultRoute = new CfnRoute(scope, `WorkloadRoute${zone.id}`, {
    routeTableId: routeTable.ref,
    destinationCidrBlock: '0.0.0.0/0',
    natGatewayId,
  });
  return { subnet, routeTable, defaultRoute };
}
