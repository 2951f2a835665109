// IPAM_BLOCK with the real EC2 client: only provisioned ranges of the pool that hold an address are returned.
import { BLOCK, POOL, range, scriptPool } from '../support/answers';
import { fault, ok } from '../support/ec2-server';
import { lookUp, refusalOf } from '../support/lookups';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();
const ask = (...Addresses: string[]) => lookUp({ ...BLOCK, Addresses });

describe('the ranges', () => {
  test.each<[string, string[], string[], string]>([
    ['one range', ['198.51.100.0/28'], ['198.51.100.3', '198.51.100.4'], '198.51.100.0/28'],
    [
      'ranges without an address are left out',
      ['198.51.100.0/28', '203.0.113.0/28'],
      ['198.51.100.3'],
      '198.51.100.0/28',
    ],
    [
      'sorted',
      ['203.0.113.0/28', '198.51.100.0/28'],
      ['203.0.113.1', '198.51.100.1'],
      '198.51.100.0/28,203.0.113.0/28',
    ],
    [
      'halves become one',
      ['198.51.100.16/28', '198.51.100.0/28'],
      ['198.51.100.1', '198.51.100.17'],
      '198.51.100.0/27',
    ],
    [
      'neighbours that are no halves stay two',
      ['198.51.100.16/28', '198.51.100.32/28'],
      ['198.51.100.17', '198.51.100.33'],
      '198.51.100.16/28,198.51.100.32/28',
    ],
    ['an unused half is not added', ['198.51.100.0/28', '198.51.100.16/28'], ['198.51.100.17'], '198.51.100.16/28'],
    ['the first and the last address', ['198.51.100.0/28'], ['198.51.100.0', '198.51.100.15'], '198.51.100.0/28'],
  ])('%s', async (_, ranges, addresses, Cidrs) => {
    scriptPool(
      server.current,
      ranges.map((cidr) => range(cidr)),
    );
    await expect(ask(...addresses)).resolves.toEqual({ PhysicalResourceId: POOL, Data: { Cidrs } });
    expect(server.current.calls[0]).toMatchObject({ Action: 'GetIpamPoolCidrs', IpamPoolId: POOL });
  });

  test('on any page', async () => {
    server.current.on('GetIpamPoolCidrs', (response, call) =>
      ok(
        call.NextToken === 'p2'
          ? { ipamPoolCidrSet: [range('203.0.113.0/28')] }
          : { ipamPoolCidrSet: [range('198.51.100.0/28')], nextToken: 'p2' },
      )(response, call),
    );
    const answer = await ask('203.0.113.1', '198.51.100.1');
    expect(answer.Data.Cidrs).toBe('198.51.100.0/28,203.0.113.0/28');
  });
});

describe('refused', () => {
  test('an address outside, with the ranges there are', async () => {
    scriptPool(server.current, [range('198.51.100.0/28')]);
    expect(await refusalOf(ask('198.51.100.3', '198.51.100.16'))).toMatchObject({
      code: 'ADDRESS_NOT_IN_POOL',
      message:
        `IPAM pool '${POOL}' does not hold every address, 1 problem: (1) '198.51.100.16/32' is in no provisioned range ` +
        "('198.51.100.0/28'); give the pool it was allocated from",
    });
  });

  test('an empty pool, naming every address', async () => {
    scriptPool(server.current, []);
    const { message } = await refusalOf(ask('198.51.100.3', '198.51.100.4'));
    expect(message).toContain('2 problems: ');
    expect(message).toContain("'198.51.100.4/32' is in no provisioned range ('none')");
  });

  test.each(['pending-provision', 'pending-deprovision', 'deprovisioned', 'failed-provision', undefined])(
    'a range in state %s',
    async (state) => {
      scriptPool(server.current, [{ cidr: '198.51.100.0/28', state }]);
      expect((await refusalOf(ask('198.51.100.3'))).code).toBe('ADDRESS_NOT_IN_POOL');
    },
  );

  test('a pool that does not exist', async () => {
    server.current.on('GetIpamPoolCidrs', fault(400, 'InvalidIpamPoolId.NotFound'));
    expect(await refusalOf(ask('198.51.100.3'))).toMatchObject({
      code: 'IPAM_POOL_NOT_FOUND',
      message: `IPAM pool '${POOL}' does not exist in 'eu-west-1'; check the id, the account and the region of the pool`,
    });
  });

  test.each([undefined, '', '198.51.100.1/28', 'all'])('an answer with the range %p', async (cidr) => {
    scriptPool(server.current, [{ cidr, state: 'provisioned' }]);
    expect((await refusalOf(ask('198.51.100.1'))).code).toBe('AWS_ANSWER_UNUSABLE');
  });
});
