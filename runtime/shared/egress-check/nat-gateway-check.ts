// Whether a NAT gateway sends the traffic of one zone from exactly one, given, address.
import type { NatGateway, NatGatewayAddress } from '@aws-sdk/client-ec2';
import type { NetworkZone } from '../../../contract/egress';
import { shown } from '../refusal';
import type { Difference, EgressProblemCode } from './problem';

/** Differences of the gateway of a zone; `zoneId` is the id AWS gives that zone, e.g. `euw1-az1`. */
export function natGatewayDifferences(
  zone: NetworkZone,
  vpcId: string,
  zoneId: string | undefined,
  gateway: NatGateway | undefined,
): Difference[] {
  const name = `NAT gateway '${zone.natGatewayId}' for '${zone.availabilityZone}'`;
  const problem = (code: EgressProblemCode, text: string): Difference => ({
    code,
    subject: zone.natGatewayId,
    message: `${name} ${text}`,
  });
  if (gateway === undefined) return [problem('NAT_GATEWAY_GONE', 'does not exist; check the id and the account')];
  const found: Difference[] = [];
  if (gateway.VpcId !== vpcId) {
    found.push(problem('NAT_GATEWAY_KIND', `is in ${shown(gateway.VpcId)}; give a NAT gateway of '${vpcId}'`));
  }
  if (gateway.State !== 'available') {
    found.push(problem('NAT_GATEWAY_NOT_AVAILABLE', `is in state ${shown(gateway.State)}; it must be 'available'`));
  }
  if (gateway.ConnectivityType !== 'public') {
    const given = shown(gateway.ConnectivityType);
    found.push(problem('NAT_GATEWAY_KIND', `has connectivity ${given}; it must be 'public'`));
  }
  // what addresses it still lists says nothing about traffic
  const isOver = gateway.State === 'deleting' || gateway.State === 'deleted' || gateway.State === 'failed';
  const addresses = isOver ? [] : addressDifferences(problem, zone, zoneId, gateway);
  return [...found, ...modeDifferences(problem, gateway), ...addresses];
}

type Describe = (code: EgressProblemCode, text: string) => Difference;

/** In automatic mode AWS adds addresses that are on no allowlist. */
function modeDifferences(problem: Describe, gateway: NatGateway): Difference[] {
  const automatic = (['AutoProvisionZones', 'AutoScalingIps'] as const).filter((setting) =>
    isRegional(gateway) ? gateway[setting] !== 'disabled' : gateway[setting] === 'enabled',
  );
  const found = automatic.map((setting) =>
    problem(
      'NAT_GATEWAY_AUTOMATIC',
      `has '${setting}' ${shown(gateway[setting])}; use a regional gateway in manual mode`,
    ),
  );
  if (!isRegional(gateway) && !isZonal(gateway)) {
    const mode = shown(gateway.AvailabilityMode);
    found.push(problem('NAT_GATEWAY_KIND', `has availability mode ${mode}; expected 'zonal' or 'regional'`));
  }
  return found;
}

function addressDifferences(
  problem: Describe,
  zone: NetworkZone,
  zoneId: string | undefined,
  gateway: NatGateway,
): Difference[] {
  const all = gateway.NatGatewayAddresses ?? [];
  const used = isRegional(gateway) ? all.filter((address) => servesZone(address, zone, zoneId)) : all;
  const ids = used.map((address) => address.AllocationId ?? 'unknown');
  if (ids.length !== 1 || ids[0] !== zone.allocationId) {
    const list = shown(ids.join(', ') || 'none');
    return [problem('NAT_GATEWAY_ADDRESS', `uses the addresses ${list}; it must use exactly '${zone.allocationId}'`)];
  }
  // gateways from before addresses had a status do not show one
  const status = used[0]?.Status ?? 'succeeded';
  if (status !== 'succeeded') {
    const text = `has '${zone.allocationId}' in status ${shown(status)}; wait until it is 'succeeded'`;
    return [problem('NAT_GATEWAY_ADDRESS_STATUS', text)];
  }
  return [];
}

/** An address that names neither zone nor zone id could serve any zone. */
const servesZone = (address: NatGatewayAddress, zone: NetworkZone, zoneId: string | undefined) =>
  (!address.AvailabilityZone && !address.AvailabilityZoneId) ||
  address.AvailabilityZone === zone.availabilityZone ||
  (zoneId !== undefined && address.AvailabilityZoneId === zoneId);

/** Whether one gateway serves all zones, with addresses of its own for each. */
export const isRegional = (gateway: NatGateway) => gateway.AvailabilityMode === 'regional';

/** A gateway without a mode is zonal if it is in a subnet: regional ones are in none. */
const isZonal = (gateway: NatGateway) =>
  gateway.AvailabilityMode === 'zonal' || (!gateway.AvailabilityMode && !!gateway.SubnetId);
