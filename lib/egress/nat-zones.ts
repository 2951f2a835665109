// Decides which zones get workload subnets and which get a NAT gateway, and refuses what would strand one of them.
import { Construct } from 'constructs';
import { parseAvailabilityZone } from '../../contract/availability-zone';
import { isProductionEnvironment, requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { EgressAddresses } from './egress-addresses';
import { NatLayout } from './nat-layout';

export interface NatZoneProps {
  readonly addresses: EgressAddresses;
  readonly layout?: NatLayout;
  readonly availabilityZones?: string[];
  readonly acknowledgeSingleNat?: string;
}

export interface NatZones {
  readonly layout: NatLayout;
  /** Sorted. */
  readonly workloadZones: string[];
  /** Zones whose address carries traffic; sorted. One under SINGLE. */
  readonly natZones: string[];
  /** Why a single NAT gateway is accepted in production. */
  readonly singleNatReason?: string;
}

export function chooseNatZones(scope: Construct, props: NatZoneProps): NatZones {
  const active = props.addresses.activeAvailabilityZones;
  if (active.length === 0) {
    throw new ConfigError(
      'NO_ACTIVE_ADDRESS',
      `all egress addresses are standby, so no traffic could leave; move at least one zone from 'standbyAvailabilityZones' to 'availabilityZones', or leave out the network until then`,
      scope,
    );
  }
  const layout = props.layout ?? NatLayout.ZONAL;
  const workloadZones = readZones(scope, props.availabilityZones ?? active, props.addresses.region);
  if (layout === NatLayout.SINGLE) {
    return { layout, workloadZones, natZones: active, singleNatReason: acceptSingle(scope, props, active) };
  }
  if (props.acknowledgeSingleNat !== undefined) {
    throw new ConfigError(
      'ACKNOWLEDGEMENT_WITHOUT_SINGLE_NAT',
      `'acknowledgeSingleNat' is given, but the layout is '${layout}'; drop it or choose NatLayout.SINGLE`,
      scope,
    );
  }
  for (const zone of workloadZones) requireActiveAddress(scope, zone, active);
  return { layout, workloadZones, natZones: workloadZones };
}

/** Workload zone to the zone whose address its traffic leaves from. */
export function exitZones({ layout, workloadZones, natZones }: NatZones): { [zone: string]: string } {
  return Object.fromEntries(workloadZones.map((zone) => [zone, layout === NatLayout.SINGLE ? natZones[0] : zone]));
}

function readZones(scope: Construct, names: string[], region: string): string[] {
  requireConcrete(scope, 'availabilityZones', names);
  if (names.length === 0) {
    throw new ConfigError(
      'NO_AVAILABILITY_ZONE',
      `'availabilityZones' is empty; name at least one zone, or leave it out for the zones with an active address`,
      scope,
    );
  }
  const zones = names.map((name) => {
    requireConcrete(scope, 'availabilityZones', name);
    return checked(scope, 'availabilityZones', () => parseAvailabilityZone(name, region)).name;
  });
  const twice = zones.find((name, i) => zones.indexOf(name) !== i);
  if (twice) {
    throw new ConfigError(
      'AVAILABILITY_ZONE_DUPLICATE',
      `availability zone '${twice}' is named twice; name each zone once`,
      scope,
    );
  }
  return zones.sort();
}

function requireActiveAddress(scope: Construct, zone: string, active: string[]): void {
  if (active.includes(zone)) return;
  throw new ConfigError(
    'AVAILABILITY_ZONE_WITHOUT_ADDRESS',
    `the network uses zone '${zone}', which has no active egress address; active are '${active.join("', '")}'; ` +
      "take the zone out of the network first and deploy that, or give it back its address in 'availabilityZones' of EgressAddresses",
    scope,
  );
}

function acceptSingle(scope: Construct, props: NatZoneProps, active: string[]): string | undefined {
  if (active.length !== 1) {
    throw new ConfigError(
      'SINGLE_NAT_NEEDS_ONE_ADDRESS',
      `NatLayout.SINGLE uses one address, but '${active.join("', '")}' are active; keep one of them in 'availabilityZones' of EgressAddresses and move the others to 'standbyAvailabilityZones'`,
      scope,
    );
  }
  const { environment } = props.addresses;
  const reason = props.acknowledgeSingleNat?.trim();
  if (isProductionEnvironment(scope, environment) && !reason) {
    throw new ConfigError(
      'SINGLE_NAT_IN_PRODUCTION',
      `NatLayout.SINGLE in '${environment}' lets the failure of zone '${active[0]}' stop all traffic; choose NatLayout.ZONAL or REGIONAL, or say in 'acknowledgeSingleNat' why that is accepted`,
      scope,
    );
  }
  return reason;
}
