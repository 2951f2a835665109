// Where the egress addresses of a region come from: allocated here, adopted, or taken from an address pool.
import { Fn } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { AvailabilityZone, pascalCaseZone } from '../../contract/availability-zone';
import { parseAllocationId, parseIpamPoolId } from '../../contract/aws-ids';
import { requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { EgressLookup } from './egress-lookup';
import { createElasticIp } from './elastic-ip';

/** What a source needs to know. @internal */
export interface AddressRequest {
  readonly environment: string;
  readonly zones: AvailabilityZone[];
  /** Names of the availability zones whose address may be lost. */
  readonly expendable: ReadonlySet<string>;
}

/** One address as the template refers to it; values are tokens. @internal */
export interface SourcedAddress {
  readonly zone: AvailabilityZone;
  readonly allocationId: string;
  readonly publicIp: string;
  /** The allocation id itself, where synth knows it. */
  readonly adopted?: string;
  /** The resource, where the library owns it. */
  readonly eip?: CfnEIP;
}

/** The addresses and what an exchange must be told to allow. @internal */
export interface SourcedAddresses {
  readonly addresses: SourcedAddress[];
  /** JSON array items, comma-separated: tokens cannot be listed before deployment. */
  readonly cidrs: { readonly list: string; readonly jsonItems: string };
}

/**
 * Where addresses come from. Exactly one source per region; there is no mixture and no fallback.
 *
 * Changing the source of a deployed construct changes the addresses, or how CloudFormation refers to them: it refuses while
 * a network uses them, so delete the network's stack first. The old ones stay allocated (they are retained).
 */
export abstract class AddressSource {
  /** New Elastic IPs out of Amazon's pool, one per availability zone. */
  public static allocate(): AddressSource {
    return new AllocatedAddresses();
  }

  /**
   * Elastic IPs that exist already, for example the ones a former stack retained. A look-up at deployment proves that
   * each exists in this region and reads its address; the deployment fails otherwise.
   *
   * @param allocationIds allocation id by availability zone name: exactly one for each zone of the construct, active
   *   and standby, e.g. `{ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }`
   */
  public static adopt(allocationIds: { [availabilityZone: string]: string }): AddressSource {
    return new AdoptedAddresses({ ...allocationIds });
  }

  /**
   * New Elastic IPs out of a pool of Amazon VPC IP Address Manager. With a pool that holds one contiguous block the
   * allowlist is that one CIDR, and an availability zone added later is on it already. A look-up at deployment reads
   * the block from the pool and proves that it contains every address.
   *
   * @param ipamPoolId id of a public IPv4 pool in this region, e.g. `ipam-pool-0123456789abcdef0`
   */
  public static ipamPool(ipamPoolId: string): AddressSource {
    return new PooledAddresses(ipamPoolId);
  }

  /** @internal */
  public abstract _bind(scope: Construct, request: AddressRequest): SourcedAddresses;
}

class AllocatedAddresses extends AddressSource {
  public _bind(scope: Construct, request: AddressRequest): SourcedAddresses {
    return withHostCidrs(request.zones.map((zone) => newAddress(scope, zone, request)));
  }
}

class PooledAddresses extends AddressSource {
  constructor(private readonly ipamPoolId: string) {
    super();
  }

  public _bind(scope: Construct, request: AddressRequest): SourcedAddresses {
    const prop = 'source.ipamPoolId';
    requireConcrete(scope, prop, this.ipamPoolId);
    const ipamPoolId = checked(scope, prop, () => parseIpamPoolId(this.ipamPoolId));
    const addresses = request.zones.map((zone) => newAddress(scope, zone, request, ipamPoolId));
    const block = new EgressLookup(scope, 'IpamBlock', 'IPAM_BLOCK', {
      IpamPoolId: ipamPoolId,
      Addresses: addresses.map((address) => address.publicIp),
    });
    return { addresses, cidrs: splitCidrs(block.getAttString('Cidrs')) };
  }
}

class AdoptedAddresses extends AddressSource {
  constructor(private readonly allocationIds: { [availabilityZone: string]: string }) {
    super();
  }

  public _bind(scope: Construct, request: AddressRequest): SourcedAddresses {
    this.check(scope, request.zones);
    return withHostCidrs(
      request.zones.map((zone) => {
        const lookup = new EgressLookup(scope, `Adopted${pascalCaseZone(zone.name)}`, 'ADOPTED_ADDRESS', {
          AvailabilityZone: zone.name,
          AllocationId: this.allocationIds[zone.name],
        });
        return {
          zone,
          allocationId: lookup.getAttString('AllocationId'),
          publicIp: lookup.getAttString('PublicIp'),
          adopted: this.allocationIds[zone.name],
        };
      }),
    );
  }

  private check(scope: Construct, zones: AvailabilityZone[]): void {
    const wanted = zones.map((zone) => zone.name);
    const given = Object.keys(this.allocationIds);
    const missing = wanted.filter((name) => !given.includes(name));
    const surplus = given.filter((name) => !wanted.includes(name));
    if (missing.length + surplus.length > 0) {
      throw new ConfigError(
        'ADOPTED_ADDRESSES_MISMATCH',
        `adopted addresses must match the availability zones one to one, got ${given.length} for ${wanted.length}` +
          `${missing.length ? `; no allocation id for '${missing.join("', '")}'` : ''}` +
          `${surplus.length ? `; no availability zone for '${surplus.join("', '")}'` : ''}` +
          `; name every zone of 'availabilityZones' and 'standbyAvailabilityZones' exactly once in AddressSource.adopt()`,
        scope,
      );
    }
    const owner = new Map<string, string>();
    for (const name of wanted) {
      const prop = `source.allocationIds['${name}']`;
      const id = requireConcrete(scope, prop, this.allocationIds[name]);
      checked(scope, prop, () => parseAllocationId(id));
      const other = owner.get(id);
      if (other !== undefined) {
        throw new ConfigError(
          'ALLOCATION_ID_DUPLICATE',
          `allocation id '${id}' is given for '${other}' and for '${name}'; each availability zone needs an address of its own`,
          scope,
        );
      }
      owner.set(id, name);
    }
  }
}

function newAddress(
  scope: Construct,
  zone: AvailabilityZone,
  { environment, expendable }: AddressRequest,
  ipamPoolId?: string,
): SourcedAddress {
  const eip = createElasticIp(scope, { environment, zone, ipamPoolId, kept: !expendable.has(zone.name) });
  return { zone, allocationId: eip.attrAllocationId, publicIp: eip.attrPublicIp, eip };
}

function withHostCidrs(addresses: SourcedAddress[]): SourcedAddresses {
  const cidrs = addresses.map((address) => `${address.publicIp}/32`);
  return { addresses, cidrs: { list: cidrs.join(','), jsonItems: cidrs.map((cidr) => `"${cidr}"`).join(',') } };
}

/** A comma-separated list that only exists at deployment, also as the items of a JSON array. */
function splitCidrs(list: string): SourcedAddresses['cidrs'] {
  return { list, jsonItems: `"${Fn.join('","', Fn.split(',', list))}"` };
}
