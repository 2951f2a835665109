// Takes a VPC that exists already, and proves what can be proved: that its NAT gateways hold the known addresses.
import { ISecurityGroup, ISubnet, IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { parseNatGatewayId, parseRouteTableId, parseSubnetId, parseVpcId } from '../../contract/aws-ids';
import { requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { EgressAddresses } from './egress-addresses';
import { EgressLookup } from './egress-lookup';
import { IEgressNetwork } from './i-egress-network';
import { bindNetworkStack } from './network-binding';
import { publishNetwork } from './network-parameter';
import { createWorkloadSecurityGroup } from './workload-security-group';

/** The parts of an existing network that belong to one zone; ids as EC2 shows them. */
export interface ExistingZone {
  /** Private subnet for workloads, `subnet-…`. */
  readonly subnetId: string;
  /** The subnet's route table, `rtb-…`. */
  readonly routeTableId: string;
  /** The NAT gateway its default route goes to, `nat-…`; a regional one is named in every zone. */
  readonly natGatewayId: string;
}

export interface ExistingEgressNetworkProps {
  /** The addresses of the NAT gateways, usually with `AddressSource.adopt()`. In another stack. */
  readonly addresses: EgressAddresses;
  /** `vpc-…` */
  readonly vpcId: string;
  /** One entry for each zone whose address is active, by zone name. */
  readonly zones: { [availabilityZone: string]: ExistingZone };
}

/**
 * An existing VPC as a network with one way out.
 *
 * At synth: ids are well-formed, zones and active addresses match one to one. At deployment a look-up reads VPC,
 * subnets, route tables and NAT gateways from EC2 and fails the deployment unless each subnet's only way out is the NAT
 * gateway named, holding exactly the zone's address, without IPv6 and without public addresses on launch. What changes
 * after the deployment is seen by the ring's egress check, which compares EC2 with the parameter `networkParameterName`.
 */
export class ExistingEgressNetwork extends Construct implements IEgressNetwork {
  public readonly addresses: EgressAddresses;
  public readonly vpc: IVpc;
  public readonly workloadSubnets: ISubnet[];
  public readonly workloadSecurityGroup: ISecurityGroup;
  public readonly natGatewayIds: { [availabilityZone: string]: string };
  public readonly exitZones: { [availabilityZone: string]: string };
  public readonly networkParameterName: string;

  constructor(scope: Construct, id: string, props: ExistingEgressNetworkProps) {
    super(scope, id);
    this.addresses = props.addresses;
    bindNetworkStack(this, props.addresses);
    const vpcId = this.checkId('vpcId', props.vpcId, parseVpcId);
    const names = this.matchZones(props);
    const zones = names.map((name) => this.checkZone(name, props.zones[name]));

    const check = new EgressLookup(this, 'Check', 'EXISTING_NETWORK', {
      VpcId: vpcId,
      Zones: zones.map((zone, i) => ({
        AvailabilityZone: names[i],
        SubnetId: zone.subnetId,
        RouteTableId: zone.routeTableId,
        NatGatewayId: zone.natGatewayId,
        AllocationId: props.addresses._importAllocationId(names[i]),
      })),
    });
    this.vpc = Vpc.fromVpcAttributes(this, 'WorkloadVpc', {
      vpcId: check.getAttString('VpcId'), // so that nothing is placed before the check has passed
      vpcCidrBlock: check.getAttString('VpcCidr'),
      region: props.addresses.region,
      availabilityZones: names,
      privateSubnetIds: zones.map((zone) => zone.subnetId),
      privateSubnetRouteTableIds: zones.map((zone) => zone.routeTableId),
    });
    this.workloadSubnets = this.vpc.privateSubnets;
    this.natGatewayIds = Object.fromEntries(zones.map(({ natGatewayId }, i) => [names[i], natGatewayId]));
    this.workloadSecurityGroup = createWorkloadSecurityGroup(this, this.vpc);
    this.exitZones = Object.fromEntries(names.map((name) => [name, name]));
    this.networkParameterName = publishNetwork(this, {
      addresses: props.addresses,
      vpcId: check.getAttString('VpcId'),
      zones: zones.map(({ subnetId, routeTableId, natGatewayId }, i) => ({
        availabilityZone: names[i],
        subnetId,
        routeTableId,
        natGatewayId,
      })),
      exitZones: this.exitZones,
    });
  }

  private matchZones(props: ExistingEgressNetworkProps): string[] {
    const active = props.addresses.activeAvailabilityZones;
    const given = Object.keys(props.zones);
    const missing = active.filter((name) => !given.includes(name));
    const surplus = given.filter((name) => !active.includes(name));
    if (active.length === 0 || missing.length + surplus.length > 0) {
      throw new ConfigError(
        'EXISTING_ZONES_MISMATCH',
        `'zones' must match the active addresses one to one, got ${given.length} for ${active.length}` +
          `${missing.length ? `; missing '${missing.join("', '")}'` : ''}${surplus.length ? `; without an active address '${surplus.join("', '")}'` : ''}` +
          '; name every zone whose address is active exactly once',
        this,
      );
    }
    return active;
  }

  private checkZone(name: string, zone: ExistingZone): ExistingZone {
    return {
      subnetId: this.checkId(`zones['${name}'].subnetId`, zone.subnetId, parseSubnetId),
      routeTableId: this.checkId(`zones['${name}'].routeTableId`, zone.routeTableId, parseRouteTableId),
      natGatewayId: this.checkId(`zones['${name}'].natGatewayId`, zone.natGatewayId, parseNatGatewayId),
    };
  }

  private checkId(prop: string, value: string, parse: (text: string) => string): string {
    requireConcrete(this, prop, value);
    return checked(this, prop, () => parse(value));
  }
}
