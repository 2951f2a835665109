import {
  isAllocationId,
  parseAllocationId,
  parseIpamPoolId,
  parseNatGatewayId,
  parseRouteTableId,
  parseSubnetId,
  parseVpcId,
} from '../../contract/aws-ids';
import { refusalOf } from './refusal';

const KINDS: [string, string, string, (text: string) => string][] = [
  ['eipalloc-', 'an Elastic IP allocation id', 'ALLOCATION_ID_MALFORMED', parseAllocationId],
  ['ipam-pool-', 'an IPAM pool id', 'IPAM_POOL_ID_MALFORMED', parseIpamPoolId],
  ['vpc-', 'a VPC id', 'VPC_ID_MALFORMED', parseVpcId],
  ['subnet-', 'a subnet id', 'SUBNET_ID_MALFORMED', parseSubnetId],
  ['nat-', 'a NAT gateway id', 'NAT_GATEWAY_ID_MALFORMED', parseNatGatewayId],
  ['rtb-', 'a route table id', 'ROUTE_TABLE_ID_MALFORMED', parseRouteTableId],
];
const DIGITS = [
  '',
  '0123456',
  '012345678',
  '0123456789abcdef',
  '0123456789abcdef01',
  '0123456G',
  '0123456A',
  ' 0123456',
];

describe.each(KINDS)('%s', (prefix, kind, code, parse) => {
  test.each(['01234567', '0123456789abcdef0'])('with %s is an id', (digits) => {
    expect(parse(prefix + digits)).toBe(prefix + digits);
  });

  test.each([...DIGITS.map((digits) => prefix + digits), `x${prefix}01234567`, 'i-01234567', ''])(
    '%j is refused',
    (id) => {
      expect(refusalOf(() => parse(id))).toEqual({
        code,
        message: `'${id}' is not ${kind}; write '${prefix}' and 8 or 17 lower-case hexadecimal digits, e.g. '${prefix}0123456789abcdef0'`,
      });
    },
  );
});

test('an allocation id can be told from another id', () => {
  expect(isAllocationId('eipalloc-0123456789abcdef0')).toBe(true);
  expect(isAllocationId('eipassoc-0123456789abcdef0')).toBe(false);
  expect(isAllocationId('eipalloc-01234567\n')).toBe(false);
});
