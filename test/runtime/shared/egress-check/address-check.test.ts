// What EC2 may show of an address that the local AWS cannot be made to show; and chance against the rules.
import type { Address, NatGateway } from '@aws-sdk/client-ec2';
import * as fc from 'fast-check';
import type { AllowlistDocument, AllowlistRole } from '../../../../contract/allowlist';
import type { NetworkDocument } from '../../../../contract/egress';
import { addressDifferences } from '../../../../runtime/shared/egress-check/address-check';
import type { AddressSnapshot } from '../../../../runtime/shared/egress-check/address-snapshot';

const id = (prefix: string, letter: string) => `${prefix}-0123456${letter}`;
const LETTERS = ['a', 'b', 'c', 'd'] as const;
const ip = (letter: string) => `198.51.100.${letter.charCodeAt(0)}`;

const allowlist = (roles: Partial<Record<string, AllowlistRole>>): AllowlistDocument => ({
  schemaVersion: 1,
  environment: 'prod',
  region: 'eu-west-1',
  cidrs: Object.keys(roles).map((letter) => `${ip(letter)}/32`),
  entries: Object.entries(roles).map(([letter, role = 'active']) => ({
    availabilityZone: `eu-west-1${letter}`,
    allocationId: id('eipalloc', letter),
    address: ip(letter),
    cidr: `${ip(letter)}/32`,
    role,
  })),
});

const network = (...letters: string[]): NetworkDocument => ({
  schema: 1,
  environment: 'prod',
  region: 'eu-west-1',
  vpcId: 'vpc-01234567',
  zones: letters.map((letter) => ({
    availabilityZone: `eu-west-1${letter}`,
    subnetId: id('subnet', letter),
    routeTableId: id('rtb', letter),
    natGatewayId: id('nat', letter),
    allocationId: id('eipalloc', letter),
  })),
});

const attached = (letter: string): Address => ({
  AllocationId: id('eipalloc', letter),
  PublicIp: ip(letter),
  AssociationId: id('eipassoc', letter),
  NetworkInterfaceId: id('eni', letter),
});

const free = (letter: string): Address => ({ AllocationId: id('eipalloc', letter), PublicIp: ip(letter) });

const gateway = (letter: string, ofGateway: Partial<NatGateway> = {}, ofAddress: object = {}): NatGateway => ({
  NatGatewayId: id('nat', letter),
  State: 'available',
  AvailabilityMode: 'zonal',
  NatGatewayAddresses: [
    { AllocationId: id('eipalloc', letter), NetworkInterfaceId: id('eni', letter), Status: 'succeeded', ...ofAddress },
  ],
  ...ofGateway,
});

const snapshot = (
  addresses: Address[],
  natGateways: NatGateway[],
  offers: [string, string][] = [],
): AddressSnapshot => ({
  addresses: new Map(addresses.map((address) => [String(address.AllocationId), address])),
  natGateways,
  offers: new Map(offers),
});

const active = { allowlist: allowlist({ a: 'active' }), networks: [network('a')], networksComplete: true };
const told = (...given: Parameters<typeof addressDifferences>) =>
  addressDifferences(...given).map(({ code, subject }) => `${code} ${subject}`);

describe('a published range of more than the addresses', () => {
  const range = '198.51.100.96/28';
  const wide = { ...active, allowlist: { ...active.allowlist, cidrs: [range] } };
  const from = (PublicIpv4Pool?: string) => snapshot([{ ...attached('a'), PublicIpv4Pool }], [gateway('a')]);

  test.each([
    ['Amazon, who gives its other addresses to anybody', 'amazon', [`RANGE_NOT_OURS ${range}`]],
    ['nobody knows whom', undefined, [`RANGE_NOT_OURS ${range}`]],
    ['a pool of our own', 'ipam-pool-0123456789abcdef0', []],
  ])('whose address is from %s', (_, pool, expected) => {
    expect(told(wide, from(pool))).toEqual(expected);
  });

  test('says which range and address, and what to do', () => {
    const [{ message }] = addressDifferences(wide, from('amazon'));
    expect(message).toBe(
      `range '198.51.100.96/28' is published, but 'eipalloc-0123456a' in it is an address of Amazon's pool 'amazon', so that others have the rest; deploy the addresses again and compare the allowlist at every exchange`,
    );
  });

  test('of which one address is not ours to begin with', () => {
    const two = { ...wide, allowlist: { ...allowlist({ a: 'active', b: 'standby' }), cidrs: [range] } };
    const own = { PublicIpv4Pool: 'ipam-pool-1' };
    const live = (b: object) =>
      snapshot(
        [
          { ...attached('a'), ...own },
          { ...free('b'), ...b },
        ],
        [gateway('a')],
      );
    expect(told(two, live(own))).toEqual([]);
    expect(told(two, live({ PublicIpv4Pool: 'amazon' }))).toEqual([`RANGE_NOT_OURS ${range}`]);
  });

  test('one that is gone says so itself', () => {
    expect(told(wide, snapshot([], [gateway('a')]))).toContain(`ADDRESS_GONE ${id('eipalloc', 'a')}`);
  });
});

describe('one active address', () => {
  const A = id('eipalloc', 'a');

  test.each<[string, Address, NatGateway[], string[]]>([
    ['as it should be', attached('a'), [gateway('a')], []],
    ['the gateway shows no interface', attached('a'), [gateway('a', {}, { NetworkInterfaceId: undefined })], []],
    [
      'the gateway is still being made',
      attached('a'),
      [gateway('a', { State: 'pending' }, { Status: 'associating' })],
      [],
    ],
    [
      'a regional gateway, and no association to be seen',
      free('a'),
      [gateway('a', { AvailabilityMode: 'regional' }, { NetworkInterfaceId: undefined })],
      [],
    ],
    ['the gateway lists it, but it is associated with nothing', free('a'), [gateway('a')], [`ADDRESS_UNATTACHED ${A}`]],
    ['the gateway failed to get it', free('a'), [gateway('a', {}, { Status: 'failed' })], [`ADDRESS_UNATTACHED ${A}`]],
    ['a failed gateway lists it', free('a'), [gateway('a', { State: 'failed' })], [`ADDRESS_UNATTACHED ${A}`]],
    [
      'the gateway lists it, but another interface has it',
      { ...attached('a'), NetworkInterfaceId: 'eni-9' },
      [gateway('a')],
      [`ADDRESS_ELSEWHERE ${A}`],
    ],
    [
      'the gateway lists it, but an instance has it',
      { ...attached('a'), InstanceId: 'i-9' },
      [gateway('a')],
      [`ADDRESS_ELSEWHERE ${A}`],
    ],
    [
      'a gateway that is being deleted has it',
      attached('a'),
      [gateway('a', { NatGatewayId: 'nat-9', State: 'deleting' })],
      [`ADDRESS_ELSEWHERE ${A}`],
    ],
    [
      'two gateways list it',
      attached('a'),
      [gateway('a'), gateway('a', { NatGatewayId: 'nat-9' })],
      [`ADDRESS_ELSEWHERE ${A}`],
    ],
    [
      'two things are wrong',
      { ...free('a'), PublicIp: '198.51.100.1' },
      [],
      [`ADDRESS_CHANGED ${A}`, `ADDRESS_UNATTACHED ${A}`],
    ],
  ])('%s', (_, address, gateways, expected) => {
    expect(told(active, snapshot([address], gateways))).toEqual(expected);
  });

  test('is offered to another account', () => {
    const offered = snapshot([attached('a')], [gateway('a')], [[A, '999988887777']]);
    expect(addressDifferences(active, offered)).toEqual([
      {
        code: 'ADDRESS_IN_TRANSFER',
        subject: A,
        message: `Elastic IP '${A}' (${ip('a')}) of 'eu-west-1a' is offered to the account '999988887777'; disable the address transfer`,
      },
    ]);
  });

  test('an offer of another address is no concern', () => {
    expect(told(active, snapshot([attached('a')], [gateway('a')], [['eipalloc-99999999', '1']]))).toEqual([]);
  });
});

describe('chance', () => {
  const role = fc.constantFrom<AllowlistRole>('active', 'standby');
  const roles = fc.dictionary(fc.constantFrom(...LETTERS), role, { minKeys: 1 });
  /** What happens to an address. */
  const fate = fc.constantFrom('as published', 'gone', 'changed', 'taken', 'offered');
  const expectedOf: Record<string, string | undefined> = {
    'as published': undefined,
    gone: 'ADDRESS_GONE',
    changed: 'ADDRESS_CHANGED',
    offered: 'ADDRESS_IN_TRANSFER',
  };

  test('each address gets the one problem of its fate, and nothing of the others', () => {
    fc.assert(
      fc.property(roles, fc.array(fate, { minLength: 4, maxLength: 4 }), (given, fates) => {
        const fateOf = (letter: string) => fates[LETTERS.indexOf(letter as (typeof LETTERS)[number])];
        const letters = Object.keys(given);
        const used = letters.filter((letter) => given[letter] === 'active');
        const addresses = letters
          .filter((letter) => fateOf(letter) !== 'gone')
          .map((letter) => ({
            ...(used.includes(letter) || fateOf(letter) === 'taken' ? attached(letter) : free(letter)),
            ...(fateOf(letter) === 'changed' ? { PublicIp: '198.51.100.1' } : {}),
            ...(fateOf(letter) === 'taken' ? { InstanceId: 'i-9' } : {}),
          }));
        const offers = letters
          .filter((letter) => fateOf(letter) === 'offered')
          .map((letter): [string, string] => [id('eipalloc', letter), '999988887777']);
        const expected = letters.flatMap((letter) => {
          const taken = given[letter] === 'active' ? 'ADDRESS_ELSEWHERE' : 'STANDBY_IN_USE';
          const code = fateOf(letter) === 'taken' ? taken : expectedOf[fateOf(letter)];
          return code === undefined ? [] : [`${code} ${id('eipalloc', letter)}`];
        });
        const published = {
          allowlist: allowlist(given),
          networks: [network(...used)],
          networksComplete: used.length > 0,
        };
        const live = snapshot(
          addresses,
          used.map((letter) => gateway(letter)),
          offers,
        );
        expect(told(published, live).sort()).toEqual(expected.sort());
      }),
    );
  });
});
