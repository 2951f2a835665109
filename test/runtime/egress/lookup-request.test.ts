// The properties of the three lookups: which are read, and which are refused before AWS is asked.
import { readLookup } from '../../../runtime/egress/lookup-request';
import { Refusal } from '../../../runtime/shared/refusal';
import { ADOPTED, BLOCK, id } from '../support/answers';
import { zonalNetwork } from '../support/network';

const NETWORK = zonalNetwork().properties;
const [FIRST, SECOND] = NETWORK.Zones;

const messageFor = (properties: unknown) => {
  try {
    readLookup(properties);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error('not refused');
};

test.each([ADOPTED, BLOCK, NETWORK])('$Lookup is read as given, without what CloudFormation adds', (properties) => {
  const given = { ServiceToken: 'arn:aws:lambda:x', ServiceTimeout: '60', ...properties };
  expect(readLookup(given)).toEqual(properties);
});

test.each([undefined, null, 'text', 7, []])('properties %p are refused', (properties) => {
  expect(messageFor(properties)).toMatch(/^property 'ResourceProperties' is .*; expected an object|is missing/);
});

test.each([undefined, null, '', 'adopted_address', 'toString', 7, ['IPAM_BLOCK']])('lookup %p is refused', (Lookup) => {
  const message = messageFor({ ...ADOPTED, Lookup });
  expect(message).toMatch(/^property 'Lookup' is /);
  expect(message).toContain("; expected one of 'ADOPTED_ADDRESS', 'IPAM_BLOCK', 'EXISTING_NETWORK'");
});

const cases = [ADOPTED, BLOCK, NETWORK].flatMap((properties) =>
  Object.keys(properties)
    .filter((name) => name !== 'Lookup')
    .map((name) => ({ properties: properties as Record<string, unknown>, name })),
);

describe.each(cases)('$properties.Lookup, $name', ({ properties, name }) => {
  test.each([undefined, null, '', 'x', 7, true, {}, [], [''], [null]])('%p is refused', (value) => {
    expect(messageFor({ ...properties, [name]: value })).toContain(`property '${name}`);
  });
});

describe.each(Object.keys(FIRST))('EXISTING_NETWORK, Zones[1].%s', (name) => {
  test.each([undefined, null, '', 'x', 7, ' ', {}, []])('%p is refused', (value) => {
    const properties = { ...NETWORK, Zones: [FIRST, { ...SECOND, [name]: value }] };
    expect(messageFor(properties)).toContain(`property 'Zones[1].${name}' is `);
  });
});

test.each<[string, unknown, string]>([
  [
    'zone of another region',
    { ...ADOPTED, AvailabilityZone: 'us-east-1a' },
    "'us-east-1a' is in region 'us-east-1', not in 'eu-west-1'",
  ],
  ['zone id', { ...ADOPTED, AvailabilityZone: 'euw1-az1' }, "'euw1-az1' is an availability zone id"],
  ['local zone', { ...ADOPTED, AvailabilityZone: 'us-west-2-lax-1a' }, "'us-west-2-lax-1a' is a Local Zone"],
  ['id of another kind', { ...ADOPTED, AllocationId: id('eni', 'a') }, 'is not an Elastic IP allocation id'],
  [
    'ipv6 address',
    { ...BLOCK, Addresses: ['2001:db8::1'] },
    "property 'Addresses[0]' is '2001:db8::1'; expected an IPv4 address",
  ],
  [
    'range',
    { ...BLOCK, Addresses: ['198.51.100.0/28'] },
    "property 'Addresses[0]' is '198.51.100.0/28'; expected an IPv4 address",
  ],
  [
    'octal address',
    { ...BLOCK, Addresses: ['198.51.100.3', '198.51.100.010'] },
    "property 'Addresses[1]' is malformed: ",
  ],
  ['65 addresses', { ...BLOCK, Addresses: Array(65).fill('198.51.100.3') }, 'expected a list of 1 to 64 items'],
  ['extra property', { ...BLOCK, PublicIp: '198.51.100.3' }, "property 'PublicIp' is '198.51.100.3' but is not known"],
  ['property of another lookup', { ...ADOPTED, VpcId: id('vpc', 'a') }, "property 'VpcId' is"],
  [
    'extra property of a zone',
    { ...NETWORK, Zones: [{ ...FIRST, Role: 'x' }] },
    "property 'Zones[0].Role' is 'x' but is not known",
  ],
  [
    'zone twice',
    { ...NETWORK, Zones: [FIRST, { ...SECOND, AvailabilityZone: FIRST.AvailabilityZone }] },
    "property 'Zones[1].AvailabilityZone' is 'eu-west-1a'; expected a value of its own, it is that of 'Zones[0]' too",
  ],
  [
    'subnet twice',
    { ...NETWORK, Zones: [FIRST, { ...SECOND, SubnetId: FIRST.SubnetId }] },
    `property 'Zones[1].SubnetId' is '${FIRST.SubnetId}'; expected a value of its own`,
  ],
])('%s is refused', (_, properties, text) => {
  expect(messageFor(properties)).toContain(text);
});
