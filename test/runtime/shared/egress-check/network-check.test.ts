// Which code each defect of a network has: alone, in either zone, and with the real EC2 client.
import { egressReader } from '../../../../runtime/shared/egress-check';
import { networkDifferences } from '../../../../runtime/shared/egress-check/network-check';
import { readNetwork } from '../../../../runtime/shared/egress-check/network-snapshot';
import { EGRESS_PROBLEM_CODES } from '../../../../runtime/shared/egress-check/problem';
import { IMPATIENT, REGION } from '../../support/lookups';
import { type Network, regionalNetwork, scriptNetwork, zonalNetwork } from '../../support/network';
import { DEFECTS, REGIONAL_DEFECTS } from '../../support/network-defects';
import { useEc2Server } from '../../support/scripted';

const server = useEc2Server();

/** Names of defects by their codes; a defect that is not here is a route past the NAT gateway. */
const DEFECTS_OF: Record<string, readonly string[]> = {
  VPC_GONE: ['no vpc'],
  SUBNET_GONE: ['no subnet'],
  SUBNET_ELSEWHERE: [
    'subnet of another vpc',
    'subnet that names no vpc',
    'subnet of another zone',
    'subnet that names no zone',
  ],
  SUBNET_PUBLIC_ADDRESSES: ['public ip on launch', 'public ip on launch unknown'],
  SUBNET_IPV6: ['ipv6 unknown', 'ipv6 associated', 'ipv6 associating', 'ipv6 undefined'],
  ROUTE_TABLE_OTHER: [
    'associated with another table',
    'associated with two tables',
    'associated with none, and there is no main one',
    'association that is changing',
  ],
  'ROUTE_TABLE_OTHER ROUTE_MISSING': ['associated with none, so the main one is in force'],
  ROUTE_MISSING: ['no default route', 'no routes at all'],
  ROUTE_INACTIVE: ['default route in black hole', 'default route in no state'],
  'ROUTE_EXTRA ROUTE_MISSING': [
    'default route to another gateway',
    'default route to nothing',
    'default route to two targets',
    'default route that is narrower',
  ],
  ROUTE_PROPAGATED: ['propagated routes'],
  NAT_GATEWAY_GONE: ['no NAT gateway'],
  NAT_GATEWAY_KIND: [
    'NAT gateway of another vpc',
    'private NAT gateway',
    'NAT gateway of unknown connectivity',
    'a mode of a new kind',
    'no mode and no subnet',
  ],
  NAT_GATEWAY_NOT_AVAILABLE: [
    'NAT gateway pending',
    'NAT gateway failed',
    'NAT gateway deleting',
    'NAT gateway deleted',
    'NAT gateway undefined',
  ],
  NAT_GATEWAY_AUTOMATIC: ['automatic zones', 'automatic addresses'],
  NAT_GATEWAY_ADDRESS: [
    'no addresses',
    'another address',
    'an address without id',
    'a second address in the zone',
    'address of another zone',
  ],
  NAT_GATEWAY_ADDRESS_STATUS: [
    'address failed',
    'address associating',
    'address disassociating',
    'address unassigning',
  ],
  'NAT_GATEWAY_AUTOMATIC NAT_GATEWAY_AUTOMATIC': ['automatic zones unknown', 'automatic addresses unknown'],
  'NAT_GATEWAY_ADDRESS NAT_GATEWAY_ADDRESS': ['an address that could serve any zone'],
};

const OF_ROUTE = 'ROUTE_EXTRA';
const codesOf = (defect: string) =>
  Object.keys(DEFECTS_OF).find((codes) => DEFECTS_OF[codes].includes(defect)) ?? OF_ROUTE;

async function differences(network: Network) {
  scriptNetwork(server.current, network);
  const ids = {
    region: REGION,
    vpcId: network.properties.VpcId,
    zones: network.properties.Zones.map((zone) => ({
      availabilityZone: zone.AvailabilityZone,
      subnetId: zone.SubnetId,
      routeTableId: zone.RouteTableId,
      natGatewayId: zone.NatGatewayId,
      allocationId: zone.AllocationId,
    })),
  };
  const ec2 = egressReader(REGION, IMPATIENT);
  try {
    return networkDifferences(ids, await readNetwork(ids, ec2));
  } finally {
    ec2.close();
  }
}

const SUBJECTS: readonly [RegExp, RegExp][] = [
  [/^VPC_/, /^vpc-/],
  [/^(SUBNET_|ROUTE_TABLE_)/, /^subnet-/],
  [/^ROUTE_(EXTRA|MISSING|INACTIVE|PROPAGATED)/, /^rtb-/],
  [/^NAT_GATEWAY_/, /^nat-/],
];

const CASES = [
  ...DEFECTS.map((defect) => ({ kind: 'zonal', make: zonalNetwork, defect })),
  ...REGIONAL_DEFECTS.map((defect) => ({ kind: 'regional', make: regionalNetwork, defect })),
].flatMap(({ defect, ...rest }) => [0, 1].map((zone) => ({ ...rest, defect, zone, name: defect.name })));

test.each(CASES)('$kind network, zone $zone: $name', async ({ make, defect, zone }) => {
  const network = structuredClone(make());
  defect.apply(network, zone);
  const found = await differences(network);
  expect(found.map(({ code }) => code).join(' ')).toBe(codesOf(defect.name));
  for (const { code, subject } of found) {
    expect(subject).toMatch(SUBJECTS.find(([ofCode]) => ofCode.test(code))?.[1] ?? /^$/);
  }
});

test.each([zonalNetwork, regionalNetwork])('no defect, no difference: %o', async (make) => {
  expect(await differences(make())).toEqual([]);
});

test('every code of a network is one that some defect has', () => {
  const ofNetworks = EGRESS_PROBLEM_CODES.filter((code) => SUBJECTS.some(([ofCode]) => ofCode.test(code)));
  const tested = new Set(CASES.flatMap(({ name }) => codesOf(name).split(' ')));
  expect([...tested].sort()).toEqual([...ofNetworks].sort());
});
