// Which route table a subnet uses, and whether that table has exactly one way out.
import type { Route, RouteTable } from '@aws-sdk/client-ec2';
import { shown } from '../refusal';
import type { Difference, EgressProblemCode } from './problem';

/** The tables in force for a subnet: those associated with it, else the main one of the VPC. Only one is an answer. */
export function routeTableOf(subnetId: string, tables: readonly RouteTable[]): RouteTable[] {
  const associated = tables.filter((table) => associations(table).some((item) => item.SubnetId === subnetId));
  if (associated.length > 0) return associated;
  return tables.filter((table) => associations(table).some((item) => item.Main === true));
}

/** State of the association that makes the table the subnet's; another table is about to be in force if it changes. */
export function associationState(table: RouteTable, subnetId: string): string | undefined {
  const own = associations(table).find((item) => item.SubnetId === subnetId);
  const main = associations(table).find((item) => item.Main === true);
  return (own ?? main)?.AssociationState?.State;
}

/** Everything in the table that is not local, a gateway endpoint or the default route to the NAT gateway. */
export function routeDifferences(
  table: RouteTable,
  natGatewayId: string,
  endpoints: ReadonlySet<string>,
): Difference[] {
  const subject = table.RouteTableId ?? 'unknown';
  const problem = (code: EgressProblemCode, text: string): Difference => ({
    code,
    subject,
    message: `route table '${subject}' ${text}`,
  });
  const found: Difference[] = [];
  let wayOut: Route | undefined;
  for (const route of table.Routes ?? []) {
    if (isLocal(route) || isGatewayEndpoint(route, endpoints)) continue;
    if (leadsToNatGateway(route, natGatewayId)) wayOut = route;
    else {
      const text = `routes ${destination(route)} to ${target(route)}; remove it, one way out is allowed`;
      found.push(problem('ROUTE_EXTRA', text));
    }
  }
  if (wayOut === undefined) {
    found.push(problem('ROUTE_MISSING', `has no route '0.0.0.0/0' to '${natGatewayId}'; add it`));
  } else if (wayOut.State !== 'active') {
    const text = `has a route to '${natGatewayId}' in state ${shown(wayOut.State)}; it must be 'active'`;
    found.push(problem('ROUTE_INACTIVE', text));
  }
  for (const { GatewayId } of table.PropagatingVgws ?? []) {
    const text = `takes routes from the gateway ${shown(GatewayId)}; turn route propagation off`;
    found.push(problem('ROUTE_PROPAGATED', text));
  }
  return found;
}

const isLocal = (route: Route) => targets(route).join() === 'local';

/** A prefix list can hold any range, so it is harmless only where the endpoint leads to an AWS service. */
const isGatewayEndpoint = (route: Route, endpoints: ReadonlySet<string>) =>
  route.DestinationPrefixListId !== undefined && targets(route).length === 1 && endpoints.has(route.GatewayId ?? '');

const leadsToNatGateway = (route: Route, id: string) =>
  route.DestinationCidrBlock === '0.0.0.0/0' && route.NatGatewayId === id && targets(route).length === 1;

const destination = (route: Route) =>
  shown(route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? 'unknown');

const target = (route: Route) => shown(targets(route).join(', ') || 'an unknown target');

/** Every target a route names; one the SDK does not know yields none and is refused as unknown. */
function targets(route: Route): string[] {
  return [
    route.GatewayId,
    route.NatGatewayId,
    route.EgressOnlyInternetGatewayId,
    route.TransitGatewayId,
    route.VpcPeeringConnectionId,
    route.InstanceId,
    route.NetworkInterfaceId,
    route.LocalGatewayId,
    route.CarrierGatewayId,
    route.CoreNetworkArn,
    route.OdbNetworkArn,
    route.IpAddress,
  ].filter((id) => id !== undefined && id !== '') as string[];
}

const associations = (table: RouteTable) => table.Associations ?? [];
