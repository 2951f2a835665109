// What may be asked: the properties of the three lookups, and the reader that refuses everything else.
import { isIPv4 } from 'node:net';
import { parseAvailabilityZone, parseRegion } from '../../contract/availability-zone';
import {
  parseAllocationId,
  parseIpamPoolId,
  parseNatGatewayId,
  parseRouteTableId,
  parseSubnetId,
  parseVpcId,
} from '../../contract/aws-ids';
import { parseCidr } from '../../contract/cidr';
import { list, type Reader, record, refuseProperty, text } from '../shared/properties';

/** An Elastic IP made elsewhere that shall be one of the fixed addresses. */
export interface AdoptedAddressRequest {
  readonly Lookup: 'ADOPTED_ADDRESS';
  readonly Region: string;
  readonly AvailabilityZone: string;
  readonly AllocationId: string;
}

/** The IPAM pool the addresses were allocated from. */
export interface IpamBlockRequest {
  readonly Lookup: 'IPAM_BLOCK';
  readonly Region: string;
  readonly IpamPoolId: string;
  /** Public IPv4 addresses, without prefix length. */
  readonly Addresses: readonly string[];
}

/** One zone of an existing network and the way out it is expected to have. */
export interface ExistingZone {
  readonly AvailabilityZone: string;
  readonly SubnetId: string;
  readonly RouteTableId: string;
  readonly NatGatewayId: string;
  readonly AllocationId: string;
}

/** A network made elsewhere. */
export interface ExistingNetworkRequest {
  readonly Lookup: 'EXISTING_NETWORK';
  readonly Region: string;
  readonly VpcId: string;
  readonly Zones: readonly ExistingZone[];
}

/** Any of the three. */
export type LookupRequest = AdoptedAddressRequest | IpamBlockRequest | ExistingNetworkRequest;

/** CloudFormation's own properties of every custom resource. */
const CLOUDFORMATION_PROPERTIES = ['ServiceToken', 'ServiceTimeout'];

const MAX_ADDRESSES = 64;
const MAX_ZONES = 26;

const literal =
  <T extends string>(expected: T): Reader<T> =>
  (value, path) =>
    value === expected ? expected : refuseProperty(path, value, `'${expected}'`);

const region = text("a region, e.g. 'eu-west-1'", parseRegion);

/** A zone of the region asked about; a malformed region is refused before any zone is read. */
const zoneOf = (regionName: unknown) =>
  text("an availability zone, e.g. 'eu-west-1a'", (name) =>
    parseAvailabilityZone(name, typeof regionName === 'string' ? regionName : ''),
  );

/** A bare IPv4 address; that it is one of the pool's is what the lookup finds out. */
const ipv4Address: Reader<string> = (value, path) => {
  const address = text("an IPv4 address, e.g. '198.51.100.7'", parseCidr)(value, path);
  if (isIPv4(address)) return address;
  return refuseProperty(path, value, "an IPv4 address without prefix length, e.g. '198.51.100.7'");
};

const allocationId = text("an Elastic IP allocation id, 'eipalloc-…'", parseAllocationId);
const poolId = text("an IPAM pool id, 'ipam-pool-…'", parseIpamPoolId);
const vpcId = text("a VPC id, 'vpc-…'", parseVpcId);
const subnetId = text("a subnet id, 'subnet-…'", parseSubnetId);
const routeTableId = text("a route table id, 'rtb-…'", parseRouteTableId);
const natGatewayId = text("a NAT gateway id, 'nat-…'", parseNatGatewayId);

const readers: { readonly [K in LookupRequest['Lookup']]: (given: Record<string, unknown>) => LookupRequest } = {
  ADOPTED_ADDRESS: (given) =>
    record<AdoptedAddressRequest>({
      Lookup: literal('ADOPTED_ADDRESS'),
      Region: region,
      AvailabilityZone: zoneOf(given.Region),
      AllocationId: allocationId,
    })(given, ''),
  IPAM_BLOCK: (given) =>
    record<IpamBlockRequest>({
      Lookup: literal('IPAM_BLOCK'),
      Region: region,
      IpamPoolId: poolId,
      Addresses: list(ipv4Address, MAX_ADDRESSES),
    })(given, ''),
  EXISTING_NETWORK: (given) => {
    const request = record<ExistingNetworkRequest>({
      Lookup: literal('EXISTING_NETWORK'),
      Region: region,
      VpcId: vpcId,
      Zones: list(
        record<ExistingZone>({
          AvailabilityZone: zoneOf(given.Region),
          SubnetId: subnetId,
          RouteTableId: routeTableId,
          NatGatewayId: natGatewayId,
          AllocationId: allocationId,
        }),
        MAX_ZONES,
      ),
    })(given, '');
    refuseRepeated(request.Zones, 'AvailabilityZone');
    refuseRepeated(request.Zones, 'SubnetId');
    return request;
  },
};

/** The request in a custom resource's properties; refuses an unknown lookup and missing, malformed or extra properties. */
export function readLookup(properties: unknown): LookupRequest {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return refuseProperty('ResourceProperties', properties, 'an object');
  }
  const given = Object.fromEntries(
    Object.entries(properties).filter(([name]) => !CLOUDFORMATION_PROPERTIES.includes(name)),
  );
  const lookup = given.Lookup;
  if (typeof lookup !== 'string' || !Object.hasOwn(readers, lookup)) {
    return refuseProperty(
      'Lookup',
      lookup,
      `one of ${Object.keys(readers)
        .map((name) => `'${name}'`)
        .join(', ')}`,
    );
  }
  return readers[lookup as LookupRequest['Lookup']](given);
}

function refuseRepeated(zones: readonly ExistingZone[], field: 'AvailabilityZone' | 'SubnetId'): void {
  zones.forEach((zone, index) => {
    const first = zones.findIndex((other) => other[field] === zone[field]);
    if (first !== index) {
      refuseProperty(
        `Zones[${index}].${field}`,
        zone[field],
        `a value of its own, it is that of 'Zones[${first}]' too`,
      );
    }
  });
}
