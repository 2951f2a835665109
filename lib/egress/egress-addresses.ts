// Owns the static egress addresses of one environment and region, and publishes what exchanges must allow.
import { Annotations, Stack } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { allowlistParameterName } from '../../contract/allowlist';
import { AvailabilityZone, parseAvailabilityZone } from '../../contract/availability-zone';
import type { LockEntry } from '../../contract/lock';
import {
  extraEnvironments,
  isProductionEnvironment,
  requireConcrete,
  requireEnvironment,
  requireRegion,
  requireTopLevelStack,
} from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { claimStack } from '../core/environment-claim';
import { protectAddresses } from './address-protection';
import { AddressSource, SourcedAddress } from './address-source';
import { publishAllowlist } from './allowlist-outputs';
import { AddressRole, EgressAddress } from './egress-address';
import { EgressLock } from './egress-lock';
import { guardWithLock } from './lock-guard';

export interface EgressAddressesProps {
  /**
   * The environment these addresses belong to: `dev`, `test`, `staging`, `prod`, or one that the project adds in the
   * context key `cdk-exchange-keys:environments`. Part of tags and of the parameter's name: changing it changes tags of
   * addresses in use and replaces the parameter.
   */
  readonly environment: string;

  /**
   * Names of the availability zones that send traffic; each gets one address. Order and number do not matter to the
   * others: every address is keyed by its zone's name. May be empty when `standbyAvailabilityZones` is not.
   */
  readonly availabilityZones: string[];

  /**
   * Zones whose address is allocated and on the allowlist, but carries no traffic yet: a zone to grow into, or a whole
   * region to fail over to. Moving a name from here to `availabilityZones` keeps the address.
   *
   * @default - no standby addresses
   */
  readonly standbyAvailabilityZones?: string[];

  /**
   * Where the addresses come from.
   *
   * @default AddressSource.allocate()
   */
  readonly source?: AddressSource;

  /**
   * Zones whose address is released when it leaves the template or the stack is deleted. The address is then gone for
   * good and every counterparty's entry for it is a hole. Deploy once with the zone named here, then remove the zone.
   * Not for adopted addresses: those are never released by this construct.
   *
   * @default - every address is kept, on update and on deletion
   */
  readonly acknowledgeAddressLoss?: string[];

  /**
   * The reviewed list of the environment's addresses, from the file `egress.lock.json`; the same for every region of the
   * app. A template that loses an address of it, or lets traffic out of one that an exchange of a ring has not confirmed,
   * is refused.
   *
   * @default - none: nothing is guarded, and an annotation says how to get one
   */
  readonly lock?: EgressLock;

  /**
   * The one block that the addresses come from, in CIDR notation, e.g. `203.0.113.0/28`: addresses of your own, or an IPAM
   * pool's. The lock must not have an active or standby address outside it; without a lock it is not used.
   *
   * @default - any block
   */
  readonly declaredPool?: string;
}

/**
 * Static egress addresses: one Elastic IP per availability zone, kept through anything but a named acknowledgement.
 *
 * Put it into a stack of its own, apart from the network: the network can then be deleted and rebuilt while the
 * addresses, and the entries at every exchange, stay.
 *
 * Publishes the stack output `AllowlistCidrs` (`203.0.113.10/32,…`) and the SSM parameter
 * `/exchange-keys/<environment>/egress/<region>/allowlist` (a JSON document, see `allowlist-document.schema.json`).
 */
export class EgressAddresses extends Construct {
  /** The environment of the addresses. */
  public readonly environment: string;
  /** The region of the addresses. */
  public readonly region: string;
  /** All addresses, sorted by zone. */
  public readonly addresses: EgressAddress[];
  /** What to allow at the exchange, comma-separated (token): `203.0.113.10/32,203.0.113.11/32`. */
  public readonly cidrs: string;
  /** Name of the SSM parameter with the allowlist document. */
  public readonly allowlistParameterName: string;

  /** What the lock has of the region, active, standby and draining; undefined without a lock. @internal */
  public readonly _lockedEntries: readonly LockEntry[] | undefined;

  private readonly imports = new Map<string, string>();

  constructor(scope: Construct, id: string, props: EgressAddressesProps) {
    super(scope, id);
    requireTopLevelStack(this);
    this.region = requireRegion(this);
    this.environment = requireEnvironment(this, props.environment);
    claimStack(this, this.environment);
    const { zones, standby } = this.readZones(props);
    const expendable = this.readAcknowledgements(props, zones);

    const source = props.source ?? AddressSource.allocate();
    const { addresses, cidrs } = source._bind(this, { environment: this.environment, zones, expendable });
    this._lockedEntries = guardWithLock(this, props, {
      region: this.region,
      zones: zones.map(({ name }) => ({ name, role: standby.has(name) ? 'standby' : 'active' })),
      allocationIds: Object.fromEntries(
        addresses.flatMap(({ zone, adopted }) => (adopted ? [[zone.name, adopted]] : [])),
      ),
    });
    this.addresses = addresses.map((address) => this.publish(address, standby.has(address.zone.name)));
    this.cidrs = cidrs.list;
    this.allowlistParameterName = allowlistParameterName(this.environment, this.region, extraEnvironments(this));
    publishAllowlist(this, cidrs);

    protectAddresses(this, {
      production: isProductionEnvironment(this, this.environment),
      kept: addresses.flatMap(({ eip, zone }) => (eip && !expendable.has(zone.name) ? [eip] : [])),
    });
    this.warnAboutQuota();
  }

  /** The address of a zone; refuses a zone that has none. */
  public addressOf(availabilityZone: string): EgressAddress {
    const found = this.addresses.find((address) => address.availabilityZone === availabilityZone);
    if (!found) {
      throw new ConfigError(
        'AVAILABILITY_ZONE_WITHOUT_ADDRESS',
        `'${availabilityZone}' has no egress address; the addresses cover '${this.addresses.map((a) => a.availabilityZone).join("', '")}'`,
        this,
      );
    }
    return found;
  }

  /** The zone's allocation id as another stack sees it: an import, by which CloudFormation guards it. @internal */
  public _importAllocationId(availabilityZone: string): string {
    return this.imports.get(this.addressOf(availabilityZone).availabilityZone) as string;
  }

  /** Names of the zones whose address carries traffic, sorted. */
  public get activeAvailabilityZones(): string[] {
    return this.addresses.filter((a) => a.role === AddressRole.ACTIVE).map((a) => a.availabilityZone);
  }

  private readZones(props: EgressAddressesProps): { zones: AvailabilityZone[]; standby: Set<string> } {
    const active = requireConcrete(this, 'availabilityZones', props.availabilityZones);
    const standby = requireConcrete(this, 'standbyAvailabilityZones', props.standbyAvailabilityZones ?? []);
    if (active.length + standby.length === 0) {
      throw new ConfigError(
        'NO_AVAILABILITY_ZONE',
        `'availabilityZones' and 'standbyAvailabilityZones' are both empty; name at least one zone, for example '${this.region}a'`,
        this,
      );
    }
    const parse = (prop: string) => (name: string) => {
      requireConcrete(this, prop, name);
      return checked(this, prop, () => parseAvailabilityZone(name, this.region));
    };
    const zones = [...active.map(parse('availabilityZones')), ...standby.map(parse('standbyAvailabilityZones'))].sort(
      (a, b) => a.index - b.index,
    );
    const twice = zones.find((zone, i) => zones[i + 1]?.name === zone.name);
    if (twice) {
      throw new ConfigError(
        'AVAILABILITY_ZONE_DUPLICATE',
        `availability zone '${twice.name}' is named twice; a zone has one address, active or standby`,
        this,
      );
    }
    return { zones, standby: new Set(standby) };
  }

  private readAcknowledgements(props: EgressAddressesProps, zones: AvailabilityZone[]): Set<string> {
    const names = requireConcrete(this, 'acknowledgeAddressLoss', props.acknowledgeAddressLoss ?? []);
    const unknown = names.find((name) => !zones.some((zone) => zone.name === name));
    if (unknown !== undefined) {
      throw new ConfigError(
        'ACKNOWLEDGEMENT_NAMES_NO_ADDRESS',
        `'acknowledgeAddressLoss' names '${unknown}', which has no address here; name one of '${zones.map((z) => z.name).join("', '")}' or drop it`,
        this,
      );
    }
    return new Set(names);
  }

  private publish(address: SourcedAddress, standby: boolean): EgressAddress {
    // An explicit export, there even while no network uses it: CloudFormation then refuses to drop or change an address
    // as long as some network stack imports it, and the export does not vanish before the network has let go.
    this.imports.set(address.zone.name, Stack.of(this).exportValue(address.allocationId));
    return {
      availabilityZone: address.zone.name,
      role: standby ? AddressRole.STANDBY : AddressRole.ACTIVE,
      allocationId: address.allocationId,
      publicIp: address.publicIp,
      cidr: `${address.publicIp}/32`,
    };
  }

  private warnAboutQuota(): void {
    const count = countElasticIps(this.node.root, Stack.of(this).environment);
    if (count > DEFAULT_EIP_QUOTA) {
      Annotations.of(this).addWarningV2(
        'cdk-exchange-keys:eip-quota',
        `this app holds ${count} Elastic IPs in ${this.region}; the default quota is ${DEFAULT_EIP_QUOTA} ` +
          "per region ('EC2-VPC Elastic IPs', L-0263D0A3): raise it before deploying",
      );
    }
  }
}

/** Elastic IPs below the construct, leaving out stacks of other accounts and regions. */
function countElasticIps(construct: IConstruct, environment: string): number {
  if (Stack.isStack(construct) && construct.environment !== environment) return 0;
  if (CfnEIP.isCfnEIP(construct)) return 1;
  return construct.node.children.reduce((count, child) => count + countElasticIps(child, environment), 0);
}

/** Elastic IPs per region and account before a quota increase (Amazon VPC quotas, L-0263D0A3). */
const DEFAULT_EIP_QUOTA = 5;
