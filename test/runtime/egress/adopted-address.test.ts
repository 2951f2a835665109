// ADOPTED_ADDRESS with the real EC2 client: what is adopted, and every address that is refused.

import { ADOPTED, ALLOCATION, address, id, scriptAddress } from '../support/answers';
import { fault, ok } from '../support/ec2-server';
import { lookUp, REGION, refusalOf } from '../support/lookups';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();

const NAME = `Elastic IP '${ALLOCATION}' for 'eu-west-1a'`;
const attached = address({ associationId: 'eipassoc-1', networkInterfaceId: 'eni-1' });
const gateway = (changes: object = {}, ofAddress: object = {}) => ({
  natGatewayId: id('nat', '1'),
  state: 'available',
  natGatewayAddressSet: [{ allocationId: ALLOCATION, status: 'succeeded', ...ofAddress }],
  ...changes,
});

describe('adopted', () => {
  const accepted = { PhysicalResourceId: ALLOCATION, Data: { AllocationId: ALLOCATION, PublicIp: '198.51.100.7' } };

  test('a free address, asked for by its id', async () => {
    scriptAddress(server.current);
    await expect(lookUp(ADOPTED)).resolves.toEqual(accepted);
    expect(server.current.calls[0]).toMatchObject({ Action: 'DescribeAddresses', 'AllocationId.1': ALLOCATION });
    expect(server.current.count('DescribeNatGateways')).toBe(0);
  });

  test.each([
    ['in use', gateway()],
    ['being made', gateway({ state: 'pending' }, { status: 'associating' })],
    ['being deleted', gateway({ state: 'deleting' }, { status: 'disassociating' })],
    ['from before addresses had a status', gateway({}, { status: undefined })],
  ])('an address of a NAT gateway %s', async (_, natGateway) => {
    scriptAddress(server.current, { addresses: [attached], gateways: [natGateway] });
    await expect(lookUp(ADOPTED)).resolves.toEqual(accepted);
  });

  test('an address of a regional NAT gateway, which shows no network interface', async () => {
    scriptAddress(server.current, { addresses: [address({ associationId: 'eipassoc-1' })], gateways: [gateway()] });
    await expect(lookUp(ADOPTED)).resolves.toEqual(accepted);
  });

  test.each(['accepted', 'disabled'])('an address whose transfer is over: %s', async (addressTransferStatus) => {
    scriptAddress(server.current, { transfers: [{ allocationId: ALLOCATION, addressTransferStatus }] });
    await expect(lookUp(ADOPTED)).resolves.toEqual(accepted);
  });

  test('an address when only another one is in transfer', async () => {
    const transfers = [{ allocationId: id('eipalloc', '9'), addressTransferStatus: 'pending' }];
    scriptAddress(server.current, { transfers });
    await expect(lookUp(ADOPTED)).resolves.toEqual(accepted);
  });
});

describe('not there', () => {
  const message = `${NAME} does not exist in '${REGION}'; check the id and the account, or let the library allocate a new one and allowlist that`;

  test('InvalidAllocationID.NotFound', async () => {
    server.current.on('DescribeAddresses', fault(400, 'InvalidAllocationID.NotFound'));
    expect(await refusalOf(lookUp(ADOPTED))).toMatchObject({ code: 'ADDRESS_NOT_FOUND', message });
  });

  test('an empty list', async () => {
    scriptAddress(server.current, { addresses: [] });
    expect(await refusalOf(lookUp(ADOPTED))).toMatchObject({ code: 'ADDRESS_NOT_FOUND', message });
  });
});

describe('refused', () => {
  const inUse = "which is no NAT gateway's; disassociate it first or adopt another address";
  test.each<[string, string, string, object]>([
    ['domain standard', 'ADDRESS_NOT_IN_VPC', "has domain 'standard'", { domain: 'standard' }],
    ['no domain', 'ADDRESS_NOT_IN_VPC', 'has domain nothing', { domain: undefined }],
    [
      'other border group',
      'ADDRESS_BORDER_GROUP',
      "border group 'us-west-2-lax-1'",
      { networkBorderGroup: 'us-west-2-lax-1' },
    ],
    ['no border group', 'ADDRESS_BORDER_GROUP', 'border group nothing', { networkBorderGroup: undefined }],
    ['managed by a service', 'ADDRESS_SERVICE_MANAGED', "by the service 'rnat'", { serviceManaged: 'rnat' }],
    ['instance', 'ADDRESS_IN_USE', "with the instance 'i-1'", { instanceId: 'i-1', associationId: 'eipassoc-1' }],
    ['network interface', 'ADDRESS_IN_USE', `with 'eni-1', ${inUse}`, { networkInterfaceId: 'eni-1' }],
    ['unknown holder', 'ADDRESS_IN_USE', `with 'eipassoc-1', ${inUse}`, { associationId: 'eipassoc-1' }],
  ])('%s', async (_, code, text, changes) => {
    scriptAddress(server.current, { addresses: [address(changes)] });
    const refusal = await refusalOf(lookUp(ADOPTED));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(NAME);
    expect(refusal.message).toContain(text);
  });

  test.each([
    ['is deleted', gateway({ state: 'deleted' })],
    ['failed', gateway({ state: 'failed' })],
    ['says no state', gateway({ state: undefined })],
    ['never got it', gateway({}, { status: 'failed' })],
    ['has another address', gateway({}, { allocationId: id('eipalloc', '9') })],
    ['has no addresses', gateway({ natGatewayAddressSet: undefined })],
  ])('an association when the only NAT gateway %s', async (_, natGateway) => {
    scriptAddress(server.current, { addresses: [attached], gateways: [natGateway] });
    expect((await refusalOf(lookUp(ADOPTED))).code).toBe('ADDRESS_IN_USE');
  });

  test.each([
    ['pending', 'pending'],
    ['in a state not known', undefined],
  ])('a transfer %s', async (_, addressTransferStatus) => {
    const transfers = [{ allocationId: ALLOCATION, addressTransferStatus, transferAccountId: '111122223333' }];
    scriptAddress(server.current, { transfers });
    expect(await refusalOf(lookUp(ADOPTED))).toMatchObject({
      code: 'ADDRESS_IN_TRANSFER',
      message: `${NAME} is offered to the account '111122223333'; disable the address transfer or adopt another address`,
    });
  });

  test('a transfer on the second page, to an account that is not named', async () => {
    scriptAddress(server.current);
    const offer = { allocationId: ALLOCATION, addressTransferStatus: 'pending' };
    server.current.on('DescribeAddressTransfers', (response, call) =>
      ok(call.NextToken === 'p2' ? { addressTransferSet: [offer] } : { addressTransferSet: [], nextToken: 'p2' })(
        response,
        call,
      ),
    );
    expect((await refusalOf(lookUp(ADOPTED))).message).toContain("the account 'unknown'");
  });
});

describe('an answer that is none', () => {
  test.each<[string, object[]]>([
    ['another id', [address({ allocationId: id('eipalloc', '9') })]],
    ['no id', [address({ allocationId: undefined })]],
    ['two addresses', [address(), address({ allocationId: id('eipalloc', '9') })]],
    ['no public ip', [address({ publicIp: undefined })]],
    ['an empty public ip', [address({ publicIp: '' })]],
    ['a public ip that is none', [address({ publicIp: '198.51.100' })]],
  ])('%s', async (_, addresses) => {
    scriptAddress(server.current, { addresses });
    const refusal = await refusalOf(lookUp(ADOPTED));
    expect(refusal.code).toBe('AWS_ANSWER_UNUSABLE');
    expect(refusal.message).toContain("'ec2:DescribeAddresses' in 'eu-west-1' gave ");
  });
});
