// EXISTING_NETWORK with the real EC2 client: valid networks, answers that are none, and several problems at once.
import { id, VPC } from '../support/answers';
import { ok } from '../support/ec2-server';
import { lookUp, refusalOf } from '../support/lookups';
import { type Network, REGIONAL_GATEWAY, regionalNetwork, scriptNetwork, zonalNetwork } from '../support/network';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();
const check = (network: Network) => {
  scriptNetwork(server.current, network);
  return lookUp(network.properties);
};
const changed = (network: Network, change: (network: Network) => void) => {
  change(network);
  return network;
};

describe('accepted', () => {
  test.each<[string, Network]>([
    ['zonal', zonalNetwork()],
    ['regional in manual mode', regionalNetwork()],
    [
      'zonal, described without a mode',
      changed(zonalNetwork(), ({ gateways }) => {
        for (const gateway of gateways) delete gateway.availabilityMode;
      }),
    ],
    [
      'regional, addresses keyed by zone id',
      changed(regionalNetwork(), ({ gateways: [{ natGatewayAddressSet }] }) => {
        for (const [index, address] of natGatewayAddressSet.entries()) {
          delete address.availabilityZone;
          address.availabilityZoneId = `euw1-az${index + 1}`;
        }
      }),
    ],
    [
      'regional, with an address in a zone that is not used',
      changed(regionalNetwork(), ({ gateways: [{ natGatewayAddressSet }] }) =>
        natGatewayAddressSet.push({ allocationId: id('eipalloc', '9'), availabilityZone: 'eu-west-1c' }),
      ),
    ],
    [
      'the main route table, when none is associated',
      changed(zonalNetwork(), ({ tables, properties }) => {
        const [main, first] = tables;
        main.routeSet = first.routeSet;
        first.associationSet = [];
        properties.Zones[0].RouteTableId = String(main.routeTableId);
      }),
    ],
    [
      'an IPv6 CIDR that was taken away',
      changed(zonalNetwork(), ({ subnets: [subnet] }) => {
        const ipv6CidrBlockState = { state: 'disassociated' };
        subnet.ipv6CidrBlockAssociationSet = [{ ipv6CidrBlock: '2001:db8::/64', ipv6CidrBlockState }];
      }),
    ],
    [
      'a local ipv6 route of the vpc',
      changed(zonalNetwork(), ({ tables }) =>
        tables[1].routeSet.push({ destinationIpv6CidrBlock: '2001:db8::/56', gatewayId: 'local' }),
      ),
    ],
  ])('%s', async (_, network) => {
    await expect(check(network)).resolves.toEqual({
      PhysicalResourceId: VPC,
      Data: { VpcId: VPC, VpcCidr: '10.0.0.0/16' },
    });
  });

  test('asks for the ids given, by filter', async () => {
    await check(regionalNetwork());
    const call = (action: string) => server.current.calls.find(({ Action }) => Action === action);
    expect(call('DescribeNatGateways')).toMatchObject({ 'Filter.1.Value.1': REGIONAL_GATEWAY });
    expect(call('DescribeNatGateways')).not.toHaveProperty(['Filter.1.Value.2']);
    expect(call('DescribeSubnets')).toMatchObject({
      'Filter.1.Name': 'subnet-id',
      'Filter.1.Value.2': id('subnet', 'b'),
    });
    expect(call('DescribeRouteTables')).toMatchObject({ 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': VPC });
  });
});

describe('route tables on the second page', () => {
  const paged = (network: Network) => {
    scriptNetwork(server.current, network);
    const [main, ...others] = network.tables;
    server.current.on('DescribeRouteTables', (response, call) =>
      ok(call.NextToken === 'p2' ? { routeTableSet: others } : { routeTableSet: [main], nextToken: 'p2' })(
        response,
        call,
      ),
    );
    return lookUp(network.properties);
  };

  test('are read', async () => {
    await expect(paged(zonalNetwork())).resolves.toMatchObject({ PhysicalResourceId: VPC });
  });

  test('are judged', async () => {
    const network = changed(zonalNetwork(), ({ tables }) =>
      tables[2].routeSet.push({ destinationCidrBlock: '203.0.113.0/24', gatewayId: 'igw-9' }),
    );
    expect((await refusalOf(paged(network))).message).toContain('igw-9');
  });
});

describe('an answer that is none', () => {
  test.each<[string, string, (network: Network) => void]>([
    ['another vpc', 'DescribeVpcs', ({ vpcs }) => Object.assign(vpcs[0], { vpcId: id('vpc', '9') })],
    ['a vpc without id', 'DescribeVpcs', ({ vpcs }) => delete vpcs[0].vpcId],
    ['a vpc without cidr', 'DescribeVpcs', ({ vpcs }) => delete vpcs[0].cidrBlock],
    ['another subnet', 'DescribeSubnets', ({ subnets }) => Object.assign(subnets[0], { subnetId: id('subnet', '9') })],
    ['a subnet twice', 'DescribeSubnets', ({ subnets }) => subnets.push(subnets[0])],
    [
      'tables of another vpc',
      'DescribeRouteTables',
      ({ tables }) => Object.assign(tables[1], { vpcId: id('vpc', '9') }),
    ],
    ['a table without id', 'DescribeRouteTables', ({ tables }) => delete tables[1].routeTableId],
    [
      'another gateway',
      'DescribeNatGateways',
      ({ gateways }) => Object.assign(gateways[0], { natGatewayId: id('nat', '9') }),
    ],
  ])('%s', async (_, action, change) => {
    const refusal = await refusalOf(check(changed(zonalNetwork(), change)));
    expect(refusal.code).toBe('AWS_ANSWER_UNUSABLE');
    expect(refusal.message).toContain(`'ec2:${action}' in 'eu-west-1' gave `);
  });
});

describe('several problems', () => {
  test('are reported together', async () => {
    const network = changed(zonalNetwork(), ({ subnets, gateways }) => {
      subnets[0].mapPublicIpOnLaunch = true;
      gateways[1].connectivityType = 'private';
    });
    expect(await refusalOf(check(network))).toMatchObject({
      code: 'NETWORK_REFUSED',
      message:
        `the network of '${VPC}' does not have exactly one way out per zone, 2 problems: ` +
        `(1) subnet '${id('subnet', 'a')}' for 'eu-west-1a' has 'MapPublicIpOnLaunch' 'true'; ` +
        'turn it off, or instances leave by their own address ' +
        `(2) NAT gateway '${id('nat', 'b')}' for 'eu-west-1b' has connectivity 'private'; it must be 'public'`,
    });
  });

  test('that do not fit are counted', async () => {
    const network = changed(zonalNetwork(), ({ tables }) => {
      for (let part = 0; part < 60; part++) {
        tables[1].routeSet.push({ destinationCidrBlock: `203.0.113.${part}/32`, gatewayId: 'igw-9' });
      }
    });
    const { message } = await refusalOf(check(network));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(3000);
    expect(message).toContain('60 problems: (1) ');
    expect(message).toMatch(/ \(and \d+ more; change these first\)$/);
  });
});
