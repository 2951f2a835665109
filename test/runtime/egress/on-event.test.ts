// Create, Update and Delete as the provider framework sends them.
import { type LookupEvent, onEvent } from '../../../runtime/egress/on-event';
import { ADOPTED, ALLOCATION, address, id, scriptAddress } from '../support/answers';
import { IMPATIENT, REGION, refusalOf } from '../support/lookups';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();
const send = (event: LookupEvent, region = REGION) => onEvent(event, { region, patience: IMPATIENT });

describe('Delete', () => {
  test.each<[string, object]>([
    ['of a lookup', { ResourceProperties: ADOPTED }],
    ['with malformed properties', { ResourceProperties: { Lookup: 7, Region: [] } }],
    ['with properties that are none', { ResourceProperties: 'x' }],
    ['without properties', {}],
    ['of another region', { ResourceProperties: { ...ADOPTED, Region: 'us-east-1' } }],
  ])('%s succeeds without a call', async (_, rest) => {
    const event = { RequestType: 'Delete', PhysicalResourceId: ALLOCATION, ...rest };
    await expect(onEvent(event, { region: undefined, patience: IMPATIENT })).resolves.toEqual({
      PhysicalResourceId: ALLOCATION,
      Data: {},
    });
    expect(server.current.calls).toEqual([]);
  });

  test.each([undefined, null, 7])(
    'with the physical id %p leaves the id to the framework',
    async (PhysicalResourceId) => {
      const answer = await send({ RequestType: 'Delete', PhysicalResourceId });
      expect(answer).toEqual({ PhysicalResourceId: undefined, Data: {} });
    },
  );
});

describe('Update', () => {
  test('to another id gives a new physical id', async () => {
    const other = id('eipalloc', '9');
    scriptAddress(server.current, { addresses: [address({ allocationId: other, publicIp: '198.51.100.9' })] });
    const event = {
      RequestType: 'Update',
      PhysicalResourceId: ALLOCATION,
      ResourceProperties: { ...ADOPTED, AllocationId: other },
      OldResourceProperties: ADOPTED,
    };
    await expect(send(event)).resolves.toEqual({
      PhysicalResourceId: other,
      Data: { AllocationId: other, PublicIp: '198.51.100.9' },
    });
  });

  test('of the same id asks again and keeps the physical id', async () => {
    scriptAddress(server.current);
    const event = { RequestType: 'Update', PhysicalResourceId: ALLOCATION, ResourceProperties: ADOPTED };
    await expect(send(event)).resolves.toMatchObject({ PhysicalResourceId: ALLOCATION });
    expect(server.current.count('DescribeAddresses')).toBe(1);
  });
});

describe('refused without a call', () => {
  test.each([undefined, null, 'create', 'Rollback', 7])('request type %p', async (RequestType) => {
    const refusal = await refusalOf(send({ RequestType, ResourceProperties: ADOPTED }));
    expect(refusal.code).toBe('REQUEST_TYPE_UNKNOWN');
    expect(refusal.message).toMatch(/^request type is .*; expected 'Create', 'Update' or 'Delete'$/);
    expect(server.current.calls).toEqual([]);
  });

  test('another region than the function runs in', async () => {
    const refusal = await refusalOf(send({ RequestType: 'Create', ResourceProperties: ADOPTED }, 'us-east-1'));
    expect(refusal).toMatchObject({
      code: 'REGION_MISMATCH',
      message:
        "property 'Region' is 'eu-west-1' but this function runs in 'us-east-1'; " +
        'deploy the lookup in the region it is about',
    });
    expect(server.current.calls).toEqual([]);
  });

  test('a function that does not know its region', async () => {
    const event = { RequestType: 'Create', ResourceProperties: ADOPTED };
    const refusal = await refusalOf(onEvent(event, { region: undefined, patience: IMPATIENT }));
    expect(refusal.message).toContain('but this function runs in nothing; ');
  });
});
