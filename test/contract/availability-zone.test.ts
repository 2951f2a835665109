import { parseAvailabilityZone, parseRegion, pascalCaseZone } from '../../contract/availability-zone';
import { refusalOf } from './refusal';

const REGIONS = ['eu-west-1', 'us-gov-west-1', 'ap-southeast-5', 'eusc-de-east-1', 'us-isob-east-1', 'cn-northwest-1'];

test.each(REGIONS)('%s is a region and its zones are read', (region) => {
  expect(parseRegion(region)).toBe(region);
  expect(parseAvailabilityZone(`${region}a`, region)).toEqual({ name: `${region}a`, region, letter: 'a', index: 0 });
  expect(parseAvailabilityZone(`${region}z`, region)).toEqual({ name: `${region}z`, region, letter: 'z', index: 25 });
});

test.each(['', 'eu-west', 'eu-west-1a', 'EU-WEST-1', 'eu_west_1', 'eu-west-1 ', 'westeurope'])(
  '%j is not a region',
  (text) => {
    const refusal = {
      code: 'REGION_MALFORMED',
      message: `'${text}' is not a region name; write one such as 'eu-west-1'`,
    };
    expect(refusalOf(() => parseRegion(text))).toEqual(refusal);
    expect(refusalOf(() => parseAvailabilityZone('eu-west-1a', text))).toEqual(refusal);
  },
);

const otherRegion = (name: string, zoneRegion: string, region: string) =>
  `availability zone '${name}' is in region '${zoneRegion}', not in '${region}'; write a zone such as '${region}a'`;
const zoneId = (name: string) =>
  `'${name}' is an availability zone id, whose name differs between accounts; write the zone name, e.g. 'us-east-1a'`;
const local = (name: string) =>
  `'${name}' is a Local Zone or Wavelength Zone, whose addresses come from its own network border group; write the zone name, e.g. 'us-east-1a'`;
const malformed = (name: string) => `'${name}' is not an availability zone; write the zone name, e.g. 'us-east-1a'`;

const REFUSED: [name: string, code: string, message: string][] = [
  ['eu-west-1a', 'AVAILABILITY_ZONE_OF_OTHER_REGION', otherRegion('eu-west-1a', 'eu-west-1', 'us-east-1')],
  ['us-east-2a', 'AVAILABILITY_ZONE_OF_OTHER_REGION', otherRegion('us-east-2a', 'us-east-2', 'us-east-1')],
  ['us-east-11a', 'AVAILABILITY_ZONE_OF_OTHER_REGION', otherRegion('us-east-11a', 'us-east-11', 'us-east-1')],
  ['use1-az1', 'AVAILABILITY_ZONE_ID', zoneId('use1-az1')],
  ['usgw1-az3', 'AVAILABILITY_ZONE_ID', zoneId('usgw1-az3')],
  ['eusc-dee1-az2', 'AVAILABILITY_ZONE_ID', zoneId('eusc-dee1-az2')],
  ['use1-bos1-az1', 'AVAILABILITY_ZONE_ID', zoneId('use1-bos1-az1')],
  ['us-east-1-bos-1a', 'AVAILABILITY_ZONE_LOCAL', local('us-east-1-bos-1a')],
  ['us-east-1-wl1-bos-wlz-1', 'AVAILABILITY_ZONE_LOCAL', local('us-east-1-wl1-bos-wlz-1')],
  ['us-east-1', 'AVAILABILITY_ZONE_MALFORMED', malformed('us-east-1')],
  ['us-east-1A', 'AVAILABILITY_ZONE_MALFORMED', malformed('us-east-1A')],
  ['us-east-1aa', 'AVAILABILITY_ZONE_MALFORMED', malformed('us-east-1aa')],
  ['us-east-1a ', 'AVAILABILITY_ZONE_MALFORMED', malformed('us-east-1a ')],
  ['a', 'AVAILABILITY_ZONE_MALFORMED', malformed('a')],
  ['', 'AVAILABILITY_ZONE_MALFORMED', malformed('')],
];

test.each(REFUSED)('%j is refused in us-east-1 with %s', (name, code, message) => {
  expect(refusalOf(() => parseAvailabilityZone(name, 'us-east-1'))).toEqual({ code, message });
});

test.each([
  ['eu-west-1a', 'EuWest1a'],
  ['us-gov-west-1b', 'UsGovWest1b'],
  ['ap-southeast-5c', 'ApSoutheast5c'],
])('%s is %s in a construct id', (name, id) => {
  expect(pascalCaseZone(name)).toBe(id);
});

test('only a zone has a name in a construct id', () => {
  expect(refusalOf(() => pascalCaseZone('euw1-az1')).code).toBe('AVAILABILITY_ZONE_ID');
  expect(refusalOf(() => pascalCaseZone('../a')).code).toBe('AVAILABILITY_ZONE_MALFORMED');
});
