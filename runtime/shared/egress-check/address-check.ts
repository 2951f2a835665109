// Whether every published address exists as published, and is used by nothing but the NAT gateways of the networks.
import type { Address, NatGateway } from '@aws-sdk/client-ec2';
import type { AllowlistDocument, AllowlistEntry } from '../../../contract/allowlist';
import { type Cidr, containsCidr, parseCidr } from '../../../contract/cidr';
import type { NetworkDocument } from '../../../contract/egress';
import { shown } from '../refusal';
import { type AddressSnapshot, holdsAddress } from './address-snapshot';
import { isRegional } from './nat-gateway-check';
import type { Difference, EgressProblemCode } from './problem';

export interface PublishedAddresses {
  readonly allowlist: AllowlistDocument;
  readonly networks: readonly NetworkDocument[];
  /**
   * False while no network is published, or one that should be is not: which NAT gateway may hold an address, and
   * whether one must, is not known then.
   */
  readonly networksComplete: boolean;
}

/** What EC2 calls the pool that everybody's addresses come from. */
const AMAZONS_POOL = 'amazon';

type Describe = (code: EgressProblemCode, text: string) => Difference;

export function addressDifferences(published: PublishedAddresses, snapshot: AddressSnapshot): Difference[] {
  const { allowlist, networks } = published;
  const listed = new Set(allowlist.entries.map(({ allocationId }) => allocationId));
  return [
    ...allowlist.entries.flatMap((entry) => entryDifferences(entry, published, snapshot)),
    ...[...new Set(networks.flatMap(exitsOf))].filter((id) => !listed.has(id)).map(notListed),
    ...allowlist.cidrs.map(parseCidr).flatMap((range) => rangeDifferences(range, allowlist, snapshot)),
  ];
}

/** New keys are bound to what is published. A range is ours alone only if its addresses come from a pool of ours. */
function rangeDifferences(range: Cidr, { entries }: AllowlistDocument, { addresses }: AddressSnapshot): Difference[] {
  const inside = entries.filter(({ cidr }) => containsCidr(range, parseCidr(cidr)));
  if (inside.some(({ cidr }) => cidr === range.text)) return [];
  const foreign = inside.find(({ allocationId }) => {
    const address = addresses.get(allocationId);
    return address !== undefined && (address.PublicIpv4Pool ?? AMAZONS_POOL) === AMAZONS_POOL;
  });
  if (foreign === undefined) return [];
  const message = `range '${range.text}' is published, but '${foreign.allocationId}' in it is an address of Amazon's pool '${AMAZONS_POOL}', so that others have the rest; deploy the addresses again and compare the allowlist at every exchange`;
  return [{ code: 'RANGE_NOT_OURS', subject: range.text, message }];
}

const exitsOf = ({ zones }: NetworkDocument) => zones.map(({ allocationId }) => allocationId);

const notListed = (id: string): Difference => ({
  code: 'ADDRESS_NOT_LISTED',
  subject: id,
  message: `Elastic IP '${id}' is what a network leaves by, but the allowlist does not have it; deploy addresses and network again`,
});

function entryDifferences(
  entry: AllowlistEntry,
  published: PublishedAddresses,
  { addresses, natGateways, offers }: AddressSnapshot,
): Difference[] {
  const id = entry.allocationId;
  const problem: Describe = (code, text) => ({
    code,
    subject: id,
    message: `Elastic IP '${id}' (${entry.address}) of '${entry.availabilityZone}' ${text}`,
  });
  const address = addresses.get(id);
  if (address === undefined) {
    const advice = 'allocate a new one, have it allowlisted, and remove this one at every exchange';
    return [problem('ADDRESS_GONE', `does not exist; ${advice}`)];
  }
  const found: Difference[] = [];
  if (address.PublicIp !== entry.address) {
    const advice = 'deploy the addresses again and compare the allowlist at every exchange';
    found.push(problem('ADDRESS_CHANGED', `has the public address ${shown(address.PublicIp)}; ${advice}`));
  }
  const recipient = offers.get(id);
  if (recipient !== undefined) {
    const text = `is offered to the account ${shown(recipient)}; disable the address transfer`;
    found.push(problem('ADDRESS_IN_TRANSFER', text));
  }
  const holders = natGateways.filter((gateway) => holdsAddress(gateway, id));
  const use = entry.role === 'standby' ? standbyUse : activeUse;
  return [...found, ...use(problem, { entry, address, holders, published })];
}

interface Use {
  readonly entry: AllowlistEntry;
  readonly address: Address;
  /** Live NAT gateways that list the address. */
  readonly holders: readonly NatGateway[];
  readonly published: PublishedAddresses;
}

function standbyUse(problem: Describe, { entry, address, holders, published }: Use): Difference[] {
  const user = holders[0]?.NatGatewayId ?? holderShown(address);
  if (user !== undefined) {
    return [problem('STANDBY_IN_USE', `is standby, but ${shown(user)} uses it; take it away there, or make it active`)];
  }
  if (published.networks.some((network) => exitsOf(network).includes(entry.allocationId))) {
    return [problem('STANDBY_IN_USE', 'is standby, but a network leaves by it; deploy addresses and network again')];
  }
  return [];
}

function activeUse(problem: Describe, { entry, address, holders, published }: Use): Difference[] {
  const elsewhere = (what: string) =>
    problem('ADDRESS_ELSEWHERE', `is used by ${what}; give it back to the NAT gateway of its zone`);
  if (address.InstanceId) return [elsewhere(`the instance '${address.InstanceId}'`)];
  const foreign = holderShown(address);
  if (foreign !== undefined && !holders.some((gateway) => isInterfaceOf(gateway, address))) {
    return [elsewhere(`${shown(foreign)}, which is no NAT gateway's`)];
  }
  if (!published.networksComplete) return [];

  const own = published.networks.flatMap(({ zones }) =>
    zones.filter(({ allocationId }) => allocationId === entry.allocationId).map(({ natGatewayId }) => natGatewayId),
  );
  const others = holders.filter(({ NatGatewayId }) => !own.includes(NatGatewayId ?? ''));
  if (others.length > 0) return others.map(({ NatGatewayId }) => elsewhere(`the NAT gateway ${shown(NatGatewayId)}`));
  // what a regional gateway's addresses show of an association is not documented
  const attached = foreign !== undefined || holders.some(isRegional);
  if (holders.length > 0 && attached) return [];
  const advice = own.length > 0 ? 'deploy the network again' : 'make it standby, or deploy a network that leaves by it';
  return [problem('ADDRESS_UNATTACHED', `is active, but no NAT gateway uses it; ${advice}`)];
}

/** What EC2 says the address is associated with. */
const holderShown = ({ InstanceId, NetworkInterfaceId, AssociationId }: Address) =>
  InstanceId || NetworkInterfaceId || AssociationId || undefined;

/** A gateway that shows no interface for the address is believed; one that shows another has lost it. */
function isInterfaceOf({ NatGatewayAddresses = [] }: NatGateway, { AllocationId, NetworkInterfaceId }: Address) {
  return NatGatewayAddresses.some(
    (own) =>
      own.AllocationId === AllocationId &&
      (!own.NetworkInterfaceId || !NetworkInterfaceId || own.NetworkInterfaceId === NetworkInterfaceId),
  );
}
