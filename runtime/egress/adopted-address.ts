// Lookup ADOPTED_ADDRESS: an Elastic IP that exists, belongs to this region and is free or held by a NAT gateway.
import { isIPv4 } from 'node:net';
import { type Address, DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import type { Ec2Reader } from '../shared/ec2-reader';
import { holdsAddress, readNatGateways, readOffers } from '../shared/egress-check/address-snapshot';
import { Refusal, shown } from '../shared/refusal';
import type { AdoptedAddressRequest } from './lookup-request';

/** Confirms the address; its public ip is what AWS says, never what the caller expects. */
export async function lookUpAdoptedAddress(request: AdoptedAddressRequest, ec2: Ec2Reader) {
  const address = await readAddress(request, ec2);
  const refuse = (code: string, problem: string) =>
    new Refusal(code, `Elastic IP '${request.AllocationId}' for '${request.AvailabilityZone}' ${problem}`);

  if (address.Domain !== 'vpc') {
    throw refuse('ADDRESS_NOT_IN_VPC', `has domain ${shown(address.Domain)}; adopt an address of domain 'vpc'`);
  }
  const publicIp = ec2.given('DescribeAddresses', `'PublicIp' for '${request.AllocationId}'`, address.PublicIp);
  if (!isIPv4(publicIp)) throw ec2.unusable('DescribeAddresses', `${shown(publicIp)} as 'PublicIp'`);
  if (address.NetworkBorderGroup !== request.Region) {
    throw refuse(
      'ADDRESS_BORDER_GROUP',
      `has network border group ${shown(address.NetworkBorderGroup)}; adopt an address of '${request.Region}'`,
    );
  }
  if (address.ServiceManaged) {
    throw refuse(
      'ADDRESS_SERVICE_MANAGED',
      `is managed by the service ${shown(address.ServiceManaged)}, which may release it; adopt an address of your own`,
    );
  }
  if (address.InstanceId) {
    throw refuse(
      'ADDRESS_IN_USE',
      `is associated with the instance '${address.InstanceId}'; disassociate it first or adopt another address`,
    );
  }
  if ((address.AssociationId || address.NetworkInterfaceId) && !(await heldByNatGateway(request.AllocationId, ec2))) {
    const holder = shown(address.NetworkInterfaceId ?? address.AssociationId);
    throw refuse(
      'ADDRESS_IN_USE',
      `is associated with ${holder}, which is no NAT gateway's; disassociate it first or adopt another address`,
    );
  }
  const recipient = (await readOffers(ec2)).get(request.AllocationId);
  if (recipient !== undefined) {
    throw refuse(
      'ADDRESS_IN_TRANSFER',
      `is offered to the account ${shown(recipient)}; disable the address transfer or adopt another address`,
    );
  }
  return { PhysicalResourceId: request.AllocationId, Data: { AllocationId: request.AllocationId, PublicIp: publicIp } };
}

async function readAddress(request: AdoptedAddressRequest, ec2: Ec2Reader): Promise<Address> {
  const { AllocationId: id, AvailabilityZone: zone, Region: region } = request;
  const missing = () =>
    new Refusal(
      'ADDRESS_NOT_FOUND',
      `Elastic IP '${id}' for '${zone}' does not exist in '${region}'; ` +
        'check the id and the account, or let the library allocate a new one and allowlist that',
    );
  const action = 'DescribeAddresses';
  const answer = await ec2
    .ask(action, (client, options) => client.send(new DescribeAddressesCommand({ AllocationIds: [id] }), options))
    .catch((error: unknown) => {
      throw error instanceof Refusal && error.awsError === 'InvalidAllocationID.NotFound' ? missing() : error;
    });
  const [address, ...others] = ec2.given(action, 'the list asked for', answer.Addresses);
  if (address === undefined) throw missing();
  if (others.length > 0 || address.AllocationId !== id) {
    throw ec2.unusable(action, `${shown((others[0] ?? address).AllocationId)} when asked for '${id}'`);
  }
  return address;
}

/**
 * Whether a live NAT gateway lists the address as its own. The gateways are asked rather than the network interface:
 * a regional gateway need not show one, and an interface does not say which gateway it serves.
 */
async function heldByNatGateway(id: string, ec2: Ec2Reader): Promise<boolean> {
  return (await readNatGateways(ec2)).some((gateway) => holdsAddress(gateway, id));
}
