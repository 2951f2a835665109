// Whether a NAT gateway sends the traffic of one zone from exactly one, given, address.
import type { NatGateway, NatGatewayAddress } from '@aws-sdk/client-ec2';
import { shown } from '../shared/refusal';
import type { ExistingZone } from './lookup-request';

/** Problems of the gateway given for a zone; `zoneId` is the id AWS gives that zone, e.g. `euw1-az1`. */
export function natGatewayProblems(
  zone: ExistingZone,
  vpcId: string,
  zoneId: string | undefined,
  gateway: NatGateway | undefined,
): string[] {
  const name = `NAT gateway '${zone.NatGatewayId}' for '${zone.AvailabilityZone}'`;
  if (gateway === undefined) return [`${name} does not exist; check the id and the account`];
  const problems: string[] = [];
  if (gateway.VpcId !== vpcId) {
    problems.push(`${name} is in ${shown(gateway.VpcId)}; give a NAT gateway of '${vpcId}'`);
  }
  if (gateway.State !== 'available') {
    problems.push(`${name} is in state ${shown(gateway.State)}; it must be 'available'`);
  }
  if (gateway.ConnectivityType !== 'public') {
    problems.push(`${name} has connectivity ${shown(gateway.ConnectivityType)}; it must be 'public'`);
  }
  return [...problems, ...modeProblems(name, gateway), ...addressProblems(name, zone, zoneId, gateway)];
}

/** In automatic mode AWS adds addresses that are on no allowlist. */
function modeProblems(name: string, gateway: NatGateway): string[] {
  const automatic = (['AutoProvisionZones', 'AutoScalingIps'] as const).filter((setting) =>
    isRegional(gateway) ? gateway[setting] !== 'disabled' : gateway[setting] === 'enabled',
  );
  const problems = automatic.map(
    (setting) => `${name} has '${setting}' ${shown(gateway[setting])}; use a regional gateway in manual mode`,
  );
  if (!isRegional(gateway) && !isZonal(gateway)) {
    problems.push(`${name} has availability mode ${shown(gateway.AvailabilityMode)}; expected 'zonal' or 'regional'`);
  }
  return problems;
}

function addressProblems(name: string, zone: ExistingZone, zoneId: string | undefined, gateway: NatGateway): string[] {
  const all = gateway.NatGatewayAddresses ?? [];
  const used = isRegional(gateway) ? all.filter((address) => servesZone(address, zone, zoneId)) : all;
  const ids = used.map((address) => address.AllocationId ?? 'unknown');
  if (ids.length !== 1 || ids[0] !== zone.AllocationId) {
    const list = shown(ids.join(', ') || 'none');
    return [`${name} uses the addresses ${list}; it must use exactly '${zone.AllocationId}'`];
  }
  // gateways from before addresses had a status do not show one
  const status = used[0]?.Status ?? 'succeeded';
  if (status !== 'succeeded') {
    return [`${name} has '${zone.AllocationId}' in status ${shown(status)}; wait until it is 'succeeded'`];
  }
  return [];
}

/** An address that names neither zone nor zone id could serve any zone. */
const servesZone = (address: NatGatewayAddress, zone: ExistingZone, zoneId: string | undefined) =>
  (!address.AvailabilityZone && !address.AvailabilityZoneId) ||
  address.AvailabilityZone === zone.AvailabilityZone ||
  (zoneId !== undefined && address.AvailabilityZoneId === zoneId);

const isRegional = (gateway: NatGateway) => gateway.AvailabilityMode === 'regional';

/** A gateway without a mode is zonal if it is in a subnet: regional ones are in none. */
const isZonal = (gateway: NatGateway) =>
  gateway.AvailabilityMode === 'zonal' || (!gateway.AvailabilityMode && !!gateway.SubnetId);
