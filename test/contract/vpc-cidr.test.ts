import fc from 'fast-check';
import { cidrAround, containsCidr, overlaps, parseCidr } from '../../contract/cidr';
import { checkNoOverlap, parseVpcCidr, zoneSubnets } from '../../contract/vpc-cidr';
import { refusalOf } from './refusal';

/** All eight slots, `a` first. */
const subnetLayout = (vpcCidr: string) => [...'abcdefgh'].map((letter) => zoneSubnets(vpcCidr, letter));

describe('the subnets of a zone', () => {
  test.each([
    ['10.0.0.0/16', 'a', '10.0.0.0/20', '10.0.31.240/28'],
    ['10.0.0.0/16', 'b', '10.0.32.0/20', '10.0.63.240/28'],
    ['10.0.0.0/16', 'h', '10.0.224.0/20', '10.0.255.240/28'],
    ['172.31.128.0/17', 'c', '172.31.160.0/21', '172.31.175.240/28'],
    ['192.168.4.0/22', 'a', '192.168.4.0/26', '192.168.4.112/28'],
    ['10.0.0.0/24', 'a', '10.0.0.0/28', '10.0.0.16/28'],
    ['10.0.0.0/24', 'h', '10.0.0.224/28', '10.0.0.240/28'],
  ])('%s, %s: %s and %s', (vpc, letter, workload, publicSubnet) => {
    expect(zoneSubnets(vpc, letter)).toEqual({ letter, workload, public: publicSubnet });
  });
});

const vpcRange = fc
  .tuple(fc.constantFrom('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'), fc.nat(), fc.integer({ min: 16, max: 24 }))
  .map(([range, offset, prefixLength]) => {
    const { first, prefixLength: outer } = parseCidr(range);
    return cidrAround(4, first + (BigInt(offset) % (1n << BigInt(32 - outer))), prefixLength);
  });

describe('for any VPC', () => {
  test('all subnets lie in it, none overlaps another, and none is smaller than AWS allows', () => {
    fc.assert(
      fc.property(vpcRange, (vpc) => {
        const subnets = subnetLayout(vpc.text).flatMap((zone) => [zone.workload, zone.public].map(parseCidr));
        expect(subnets).toHaveLength(16);
        subnets.forEach((subnet, index) => {
          expect(containsCidr(vpc, subnet)).toBe(true);
          expect(subnet.prefixLength).toBeLessThanOrEqual(28);
          expect(subnets.slice(0, index).some((other) => overlaps(other, subnet))).toBe(false);
        });
      }),
    );
  });

  test('the subnets of a letter depend on that letter alone', () => {
    fc.assert(
      fc.property(vpcRange, fc.shuffledSubarray([...'abcdefgh']), (vpc, letters) => {
        const all = new Map(subnetLayout(vpc.text).map((zone) => [zone.letter, zone]));
        for (const letter of letters) expect(zoneSubnets(vpc.text, letter)).toEqual(all.get(letter));
      }),
    );
  });
});

describe('refused is', () => {
  const notPrivate = 'is not private; write a range in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16';
  const tooSmall =
    'is too small, eight zones with two subnets each of at least /28 need a /24; write a range from /16 to /24';
  test.each([
    ['52.210.0.0/16', 'VPC_CIDR_NOT_PRIVATE', `VPC range '52.210.0.0/16' ${notPrivate}`],
    ['100.64.0.0/16', 'VPC_CIDR_NOT_PRIVATE', `VPC range '100.64.0.0/16' ${notPrivate}`],
    ['172.32.0.0/16', 'VPC_CIDR_NOT_PRIVATE', `VPC range '172.32.0.0/16' ${notPrivate}`],
    ['0.0.0.0/0', 'VPC_CIDR_NOT_PRIVATE', `VPC range '0.0.0.0/0' ${notPrivate}`],
    ['fd00::/16', 'VPC_CIDR_NOT_PRIVATE', `VPC range 'fd00::/16' ${notPrivate}`],
    [
      '10.0.0.0/15',
      'VPC_CIDR_TOO_LARGE',
      "VPC range '10.0.0.0/15' is larger than AWS allows, /16; write a range from /16 to /24",
    ],
    ['10.0.0.0/25', 'VPC_CIDR_TOO_SMALL', `VPC range '10.0.0.0/25' ${tooSmall}`],
    ['10.0.0.0', 'VPC_CIDR_TOO_SMALL', `VPC range '10.0.0.0' ${tooSmall}`],
    [
      '10.0.1.0/16',
      'CIDR_HOST_BITS_SET',
      "'10.0.1.0/16' has host bits set; write '10.0.0.0/16' for the range or '10.0.1.0/32' for the address",
    ],
  ])('a VPC of %s, with %s', (vpc, code, message) => {
    for (const call of [() => parseVpcCidr(vpc), () => subnetLayout(vpc), () => zoneSubnets(vpc, 'a')]) {
      expect(refusalOf(call)).toEqual({ code, message });
    }
  });

  test.each(['i', 'z', 'A', '', 'ab', '0'])('the zone letter %j', (letter) => {
    expect(refusalOf(() => zoneSubnets('10.0.0.0/16', letter))).toEqual({
      code: 'ZONE_LETTER_OUT_OF_RANGE',
      message: `zone letter '${letter}' has no subnets, allowed are a to h; choose zones with one of these letters`,
    });
  });
});

describe('the ranges of several regions', () => {
  const region = (name: string, cidr: string) => ({ name, cidr });

  test('may lie next to each other', () => {
    expect(() => checkNoOverlap([])).not.toThrow();
    expect(() =>
      checkNoOverlap([region('eu-west-1', '10.0.0.0/16'), region('us-east-1', '10.1.0.0/16')]),
    ).not.toThrow();
  });

  test.each([
    ['10.1.0.0/16', '10.1.0.0/16'],
    ['10.1.0.0/16', '10.1.4.0/24'],
    ['10.1.4.0/24', '10.1.0.0/16'],
  ])('are refused when they overlap: %s and %s', (first, second) => {
    const vpcs = [region('eu-west-1', first), region('eu-west-2', '10.9.0.0/16'), region('us-east-1', second)];
    expect(refusalOf(() => checkNoOverlap(vpcs))).toEqual({
      code: 'VPC_CIDR_OVERLAP',
      message: `VPC range '${second}' of us-east-1 overlaps '${first}' of eu-west-1; give each region a range of its own`,
    });
  });
});
