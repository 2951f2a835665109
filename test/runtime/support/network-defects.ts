// Every single thing that makes a valid network unusable, with the words the refusal must contain.
import { id } from './answers';
import { type Item, MAIN_TABLE, type Network } from './network';

/** Damages zone `zone` (0 or 1) of a network; returns what the message must name. */
export interface Defect {
  readonly name: string;
  readonly apply: (network: Network, zone: number) => readonly string[];
}

const tableOf = (network: Network, zone: number) => network.tables[zone + 1];
const gatewayOf = (network: Network, zone: number) => network.gateways[zone] ?? network.gateways[0];
const addressOf = (network: Network, zone: number) => {
  const { AllocationId } = network.properties.Zones[zone];
  const all = network.gateways.flatMap((gateway) => gateway.natGatewayAddressSet);
  return all.find((address) => address.allocationId === AllocationId) as Item;
};
const defaultRoute = (network: Network, zone: number) =>
  tableOf(network, zone).routeSet.find((route) => route.natGatewayId) as Item;
const without = <T>(items: T[], item: T) => items.filter((other) => other !== item);

const onSubnet = (name: string, changes: Item, word: string): Defect => ({
  name,
  apply: (network, zone) => {
    Object.assign(network.subnets[zone], changes);
    return [network.properties.Zones[zone].SubnetId, word];
  },
});

const onGateway = (name: string, changes: Item, word: string): Defect => ({
  name,
  apply: (network, zone) => {
    Object.assign(gatewayOf(network, zone), changes);
    return [network.properties.Zones[zone].NatGatewayId, word];
  },
});

const onAddress = (name: string, changes: Item, word: string): Defect => ({
  name,
  apply: (network, zone) => {
    const { NatGatewayId, AllocationId } = network.properties.Zones[zone];
    Object.assign(addressOf(network, zone), changes);
    return [NatGatewayId, AllocationId, word];
  },
});

const extraRoute = (name: string, route: Item, ...words: string[]): Defect => ({
  name,
  apply: (network, zone) => {
    tableOf(network, zone).routeSet.push({ state: 'active', ...route });
    return [network.properties.Zones[zone].RouteTableId, 'remove it, one way out is allowed', ...words];
  },
});

const onDefaultRoute = (name: string, changes: Item, word: string): Defect => ({
  name,
  apply: (network, zone) => {
    Object.assign(defaultRoute(network, zone), changes);
    return [network.properties.Zones[zone].RouteTableId, word];
  },
});

const v4 = (cidr: string) => ({ destinationCidrBlock: cidr });

export const DEFECTS: readonly Defect[] = [
  {
    name: 'no vpc',
    apply: (network) => {
      network.vpcs = [];
      return [network.properties.VpcId, 'does not exist'];
    },
  },
  {
    name: 'no subnet',
    apply: (network, zone) => {
      network.subnets.splice(zone, 1);
      return [network.properties.Zones[zone].SubnetId, 'does not exist'];
    },
  },
  onSubnet('subnet of another vpc', { vpcId: id('vpc', '9') }, id('vpc', '9')),
  onSubnet('subnet that names no vpc', { vpcId: undefined }, 'is in nothing'),
  onSubnet('subnet of another zone', { availabilityZone: 'eu-west-1c' }, "'eu-west-1c'"),
  onSubnet('subnet that names no zone', { availabilityZone: undefined }, 'is in nothing'),
  onSubnet('public ip on launch', { mapPublicIpOnLaunch: true }, "'MapPublicIpOnLaunch' 'true'"),
  onSubnet('public ip on launch unknown', { mapPublicIpOnLaunch: undefined }, "'MapPublicIpOnLaunch' nothing"),
  onSubnet('ipv6 unknown', { ipv6CidrBlockAssociationSet: undefined }, 'IPv6 CIDRs'),
  ...['associated', 'associating', undefined].map((state) =>
    onSubnet(
      `ipv6 ${state}`,
      { ipv6CidrBlockAssociationSet: [{ ipv6CidrBlock: '2001:db8::/64', ipv6CidrBlockState: { state } }] },
      "the IPv6 CIDR '2001:db8::/64'",
    ),
  ),
  {
    name: 'associated with another table',
    apply: (network, zone) => {
      const table = tableOf(network, zone);
      network.tables.push({ ...table, routeTableId: id('rtb', '9') });
      table.associationSet = [];
      return [network.properties.Zones[zone].SubnetId, `uses route table '${id('rtb', '9')}'`];
    },
  },
  {
    name: 'associated with two tables',
    apply: (network, zone) => {
      network.tables.push({ ...tableOf(network, zone), routeTableId: id('rtb', '9') });
      return [network.properties.Zones[zone].SubnetId, id('rtb', '9')];
    },
  },
  {
    name: 'associated with none, so the main one is in force',
    apply: (network, zone) => {
      tableOf(network, zone).associationSet = [];
      return [network.properties.Zones[zone].SubnetId, MAIN_TABLE];
    },
  },
  {
    name: 'associated with none, and there is no main one',
    apply: (network, zone) => {
      tableOf(network, zone).associationSet = [];
      network.tables.splice(0, 1);
      return [network.properties.Zones[zone].SubnetId, "has the route tables 'none'"];
    },
  },
  {
    name: 'association that is changing',
    apply: (network, zone) => {
      tableOf(network, zone).associationSet[0].associationState = { state: 'disassociating' };
      return [network.properties.Zones[zone].SubnetId, "in state 'disassociating'"];
    },
  },
  {
    name: 'no default route',
    apply: (network, zone) => {
      const table = tableOf(network, zone);
      table.routeSet = without(table.routeSet, defaultRoute(network, zone));
      return [network.properties.Zones[zone].RouteTableId, "has no route '0.0.0.0/0'"];
    },
  },
  {
    name: 'no routes at all',
    apply: (network, zone) => {
      Object.assign(tableOf(network, zone), { routeSet: undefined });
      return [network.properties.Zones[zone].RouteTableId, "has no route '0.0.0.0/0'"];
    },
  },
  onDefaultRoute('default route in black hole', { state: 'blackhole' }, "'blackhole'"),
  onDefaultRoute('default route in no state', { state: undefined }, 'in state nothing'),
  onDefaultRoute('default route to another gateway', { natGatewayId: id('nat', '9') }, id('nat', '9')),
  onDefaultRoute('default route to nothing', { natGatewayId: undefined }, "'an unknown target'"),
  onDefaultRoute('default route to two targets', { networkInterfaceId: 'eni-9' }, 'eni-9'),
  onDefaultRoute('default route that is narrower', { destinationCidrBlock: '0.0.0.0/1' }, "'0.0.0.0/1'"),
  extraRoute('ipv6 default', { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-9' }, '::/0'),
  extraRoute('ipv6 by NAT', { destinationIpv6CidrBlock: '64:ff9b::/96', natGatewayId: id('nat', 'a') }, '64:ff9b::/96'),
  extraRoute('internet gateway', { ...v4('203.0.113.0/24'), gatewayId: 'igw-9' }, '203.0.113.0/24', 'igw-9'),
  extraRoute('virtual private gateway', { ...v4('203.0.113.0/24'), gatewayId: 'vgw-9' }, 'vgw-9'),
  extraRoute('transit gateway', { ...v4('192.168.0.0/16'), transitGatewayId: 'tgw-9' }, 'tgw-9'),
  extraRoute('peering', { ...v4('203.0.113.0/24'), vpcPeeringConnectionId: 'pcx-9' }, 'pcx-9'),
  extraRoute(
    'peering in black hole',
    { ...v4('1.0.0.0/8'), vpcPeeringConnectionId: 'pcx-9', state: 'blackhole' },
    'pcx-9',
  ),
  extraRoute('other NAT', { ...v4('203.0.113.0/24'), natGatewayId: id('nat', '9') }, id('nat', '9')),
  extraRoute('instance', { ...v4('0.0.0.0/1'), instanceId: 'i-9', networkInterfaceId: 'eni-9' }, 'i-9'),
  extraRoute('network interface', { ...v4('128.0.0.0/1'), networkInterfaceId: 'eni-9' }, 'eni-9'),
  extraRoute('local gateway', { ...v4('203.0.113.0/24'), localGatewayId: 'lgw-9' }, 'lgw-9'),
  extraRoute('carrier gateway', { ...v4('203.0.113.0/24'), carrierGatewayId: 'cagw-9' }, 'cagw-9'),
  extraRoute('core network', { ...v4('203.0.113.0/24'), coreNetworkArn: 'arn:core' }, 'arn:core'),
  extraRoute('odb network', { ...v4('203.0.113.0/24'), odbNetworkArn: 'arn:odb' }, 'arn:odb'),
  extraRoute('target of a new kind', v4('203.0.113.0/24'), 'an unknown target'),
  extraRoute('endpoint for a range', { ...v4('203.0.113.0/24'), gatewayId: id('vpce', '3') }, id('vpce', '3')),
  extraRoute(
    'prefix list to another gateway',
    { destinationPrefixListId: 'pl-9', gatewayId: 'igw-9' },
    'pl-9',
    'igw-9',
  ),
  extraRoute('prefix list to NAT', { destinationPrefixListId: 'pl-9', natGatewayId: id('nat', '9') }, 'pl-9'),
  extraRoute('prefix list to an unknown endpoint', { destinationPrefixListId: 'pl-9', gatewayId: 'vpce-9' }, 'vpce-9'),
  {
    name: 'prefix list to an endpoint that forwards to appliances',
    apply: (network, zone) => {
      network.endpoints.push({ vpcEndpointId: 'vpce-9', vpcEndpointType: 'GatewayLoadBalancer' });
      tableOf(network, zone).routeSet.push({ destinationPrefixListId: 'pl-9', gatewayId: 'vpce-9' });
      return [network.properties.Zones[zone].RouteTableId, 'pl-9', 'vpce-9'];
    },
  },
  {
    name: 'propagated routes',
    apply: (network, zone) => {
      tableOf(network, zone).propagatingVgwSet = [{ gatewayId: 'vgw-9' }];
      return [network.properties.Zones[zone].RouteTableId, 'vgw-9', 'turn route propagation off'];
    },
  },
  {
    name: 'no NAT gateway',
    apply: (network, zone) => {
      network.gateways = without(network.gateways, gatewayOf(network, zone));
      return [network.properties.Zones[zone].NatGatewayId, 'does not exist'];
    },
  },
  onGateway('NAT gateway of another vpc', { vpcId: id('vpc', '9') }, id('vpc', '9')),
  ...['pending', 'failed', 'deleting', 'deleted', undefined].map((state) =>
    onGateway(`NAT gateway ${state}`, { state }, `in state ${state === undefined ? 'nothing' : `'${state}'`}`),
  ),
  onGateway('private NAT gateway', { connectivityType: 'private' }, "connectivity 'private'"),
  onGateway('NAT gateway of unknown connectivity', { connectivityType: undefined }, 'connectivity nothing'),
  onGateway('automatic zones', { autoProvisionZones: 'enabled' }, "'AutoProvisionZones' 'enabled'"),
  onGateway('automatic addresses', { autoScalingIps: 'enabled' }, "'AutoScalingIps' 'enabled'"),
  onGateway('a mode of a new kind', { availabilityMode: 'global' }, "availability mode 'global'"),
  onGateway('no mode and no subnet', { availabilityMode: undefined, subnetId: undefined }, 'availability mode nothing'),
  onGateway('no addresses', { natGatewayAddressSet: undefined }, "uses the addresses 'none'"),
  onAddress('another address', { allocationId: id('eipalloc', '9') }, id('eipalloc', '9')),
  onAddress('an address without id', { allocationId: undefined }, "'unknown'"),
  ...['failed', 'associating', 'disassociating', 'unassigning'].map((status) =>
    onAddress(`address ${status}`, { status }, `in status '${status}'`),
  ),
  {
    name: 'a second address in the zone',
    apply: (network, zone) => {
      const { AllocationId } = network.properties.Zones[zone];
      const second = { ...addressOf(network, zone), allocationId: id('eipalloc', '9') };
      gatewayOf(network, zone).natGatewayAddressSet.push(second);
      return [network.properties.Zones[zone].NatGatewayId, `'${AllocationId}, ${id('eipalloc', '9')}'`];
    },
  },
];

/** Defects only a regional gateway can have. */
export const REGIONAL_DEFECTS: readonly Defect[] = [
  onGateway('automatic zones unknown', { autoProvisionZones: undefined }, "'AutoProvisionZones' nothing"),
  onGateway('automatic addresses unknown', { autoScalingIps: undefined }, "'AutoScalingIps' nothing"),
  onAddress('address of another zone', { availabilityZone: 'eu-west-1c' }, "uses the addresses 'none'"),
  {
    name: 'an address that could serve any zone',
    apply: (network, zone) => {
      network.gateways[0].natGatewayAddressSet.push({ allocationId: id('eipalloc', '9') });
      return [network.properties.Zones[zone].NatGatewayId, id('eipalloc', '9')];
    },
  },
];
