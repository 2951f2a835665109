// Builds the VPC whose workload subnets have exactly one way out: the NAT gateway that holds their static address.
import {
  CfnVPC,
  FlowLog,
  FlowLogDestination,
  FlowLogResourceType,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  ISecurityGroup,
  ISubnet,
  IVpc,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { parseAvailabilityZone, pascalCaseZone } from '../../contract/availability-zone';
import { parseVpcCidr, zoneSubnets } from '../../contract/vpc-cidr';
import { requireConcrete } from '../core/checks';
import { checked } from '../core/config-error';
import { ClosedDefaultSecurityGroup } from './closed-default-security-group';
import { DnsFirewall } from './dns-firewall';
import { EgressAddresses } from './egress-addresses';
import { IEgressNetwork } from './i-egress-network';
import { addInterfaceEndpoints } from './interface-endpoints';
import { createNatGateways } from './nat-gateways';
import { NatLayout } from './nat-layout';
import { chooseNatZones, exitZones } from './nat-zones';
import { bindNetworkStack } from './network-binding';
import { publishNetwork } from './network-parameter';
import { guardOnlyWayOut } from './only-way-out';
import { refuseOverlap } from './peering';
import { createWorkloadSecurityGroup } from './workload-security-group';
import { createWorkloadSubnet } from './workload-subnet';
import { nameTag, PlacedZone } from './zone-subnet';

export interface EgressNetworkProps {
  /** The addresses traffic leaves from; their environment and region are the network's. In another stack. */
  readonly addresses: EgressAddresses;

  /**
   * How many NAT gateways, and of which kind. Between SINGLE and ZONAL a deployment changes it; from or to REGIONAL the
   * network's stack must be deleted first, because an address belongs to one NAT gateway at a time and CloudFormation
   * creates the new one before it deletes the old (`Resource.AlreadyAssociated`). The addresses stay.
   *
   * @default NatLayout.ZONAL
   */
  readonly layout?: NatLayout;

  /**
   * Names of the zones with workload subnets. With ZONAL and REGIONAL each needs an active address; with SINGLE any
   * zone of the region will do.
   *
   * @default - the zones whose address is active
   */
  readonly availabilityZones?: string[];

  /**
   * Why one zone's failure may stop all traffic: required with `NatLayout.SINGLE` in production, where it is written
   * into the template's metadata.
   *
   * @default - SINGLE is refused in production
   */
  readonly acknowledgeSingleNat?: string;

  /**
   * IPv4 range of the VPC: RFC 1918, /16 to /24, no host bits. An eighth of it belongs to each zone letter a to h, so a
   * zone's subnets never move. Changing it replaces the VPC, so delete the network's stack first: the new NAT gateways
   * need the addresses that the old ones hold.
   *
   * @default '10.0.0.0/16'
   */
  readonly vpcCidr?: string;

  /**
   * Networks this one is to be peered with; their ranges must not overlap. The peering itself is not created.
   *
   * @default - none
   */
  readonly peerableWith?: EgressNetwork[];

  /**
   * AWS services reached without the NAT gateway, e.g. `InterfaceVpcEndpointAwsService.SECRETS_MANAGER`. Each costs
   * about 7.30 USD per zone and month. S3 and DynamoDB have gateway endpoints in any case, free of charge.
   *
   * @default - none
   */
  readonly interfaceEndpoints?: InterfaceVpcEndpointAwsService[];

  /**
   * Domain names that resolve, `api.xxkk.example` or `*.xxkk.example`; everything else but the region's AWS endpoints
   * answers NXDOMAIN (a ring adds `ssm` of the other regions whose allowlists it reads). It filters names, not packets:
   * a connection to a literal address is not stopped.
   *
   * @default - every name resolves
   */
  readonly dnsAllowlist?: string[];

  /**
   * How long flow logs are kept. Their log group outlives the network's stack.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly flowLogRetention?: RetentionDays;
}

/**
 * VPC, NAT gateways and routes for a set of static addresses. Replaceable: delete it, build it again, the addresses and
 * the allowlists stay as they are.
 *
 * IPv4 only. Subnets, NAT gateways and their ranges are keyed by zone: adding or removing a zone touches no other.
 */
export class EgressNetwork extends Construct implements IEgressNetwork {
  public readonly addresses: EgressAddresses;
  public readonly vpc: IVpc;
  public readonly workloadSubnets: ISubnet[];
  public readonly workloadSecurityGroup: ISecurityGroup;
  /** IPv4 range of the VPC. */
  public readonly vpcCidr: string;
  /** Ids of the NAT gateways (tokens) by zone; under SINGLE and REGIONAL the one gateway stands for each zone. */
  public readonly natGatewayIds: { [availabilityZone: string]: string };
  public readonly exitZones: { [availabilityZone: string]: string };
  public readonly networkParameterName: string;
  private readonly dnsFirewall?: DnsFirewall;

  constructor(scope: Construct, id: string, props: EgressNetworkProps) {
    super(scope, id);
    this.addresses = props.addresses;
    bindNetworkStack(this, props.addresses);
    const vpcCidr = requireConcrete(this, 'vpcCidr', props.vpcCidr ?? '10.0.0.0/16');
    this.vpcCidr = checked(this, 'vpcCidr', () => parseVpcCidr(vpcCidr).text);
    refuseOverlap(this, props.peerableWith ?? []);
    const nat = chooseNatZones(this, props);
    const zones = nat.workloadZones.map((name) => this.placeZone(name));
    this.exitZones = exitZones(nat);

    const vpc = this.createVpc();
    this.natGatewayIds = createNatGateways(this, {
      vpcId: vpc.ref,
      nat,
      zones,
      natZones: nat.natZones.map((name) => this.placeZone(name)),
      addresses: props.addresses,
    });
    const subnets = zones.map((zone) => createWorkloadSubnet(this, vpc.ref, zone, this.natGatewayIds[zone.name]));

    this.vpc = Vpc.fromVpcAttributes(this, 'WorkloadVpc', {
      vpcId: vpc.ref,
      vpcCidrBlock: this.vpcCidr,
      region: props.addresses.region,
      availabilityZones: nat.workloadZones,
      privateSubnetIds: subnets.map(({ subnet }) => subnet.ref),
      privateSubnetRouteTableIds: subnets.map(({ routeTable }) => routeTable.ref),
      privateSubnetIpv4CidrBlocks: zones.map((zone) => zone.cidr.Workload),
    });
    this.workloadSubnets = this.vpc.privateSubnets;
    this.workloadSecurityGroup = createWorkloadSecurityGroup(this, this.vpc);
    this.createFlowLog(props.flowLogRetention ?? RetentionDays.THREE_MONTHS);
    this.createGatewayEndpoints();
    addInterfaceEndpoints(this, { vpc: this.vpc, vpcCidr: this.vpcCidr, services: props.interfaceEndpoints ?? [] });
    if (props.dnsAllowlist) {
      this.dnsFirewall = new DnsFirewall(this, 'DnsFirewall', { vpcId: vpc.ref, domains: props.dnsAllowlist });
    }
    guardOnlyWayOut(this, vpc, subnets);
    this.networkParameterName = publishNetwork(this, {
      addresses: props.addresses,
      vpcId: vpc.ref,
      zones: subnets.map(({ subnet, routeTable }, i) => ({
        availabilityZone: zones[i].name,
        subnetId: subnet.ref,
        routeTableId: routeTable.ref,
        natGatewayId: this.natGatewayIds[zones[i].name],
      })),
      exitZones: this.exitZones,
    });
  }

  /** True when `dnsAllowlist` decides which names resolve. @internal */
  public get _hasDnsAllowlist(): boolean {
    return this.dnsFirewall !== undefined;
  }

  /** False when `dnsAllowlist` keeps the host from resolving. @internal */
  public _resolves(host: string): boolean {
    return this.dnsFirewall?.resolves(host) ?? true;
  }

  /** A ring reads the allowlist documents of other regions from here; their names resolve as well. @internal */
  public _allowParametersOf(regions: () => readonly string[]): void {
    this.dnsFirewall?.allowParametersOf(regions);
  }

  private placeZone(name: string): PlacedZone {
    return checked(this, 'availabilityZones', () => {
      const { letter } = parseAvailabilityZone(name, this.addresses.region);
      const subnets = zoneSubnets(this.vpcCidr, letter);
      return { name, id: pascalCaseZone(name), cidr: { Workload: subnets.workload, Public: subnets.public } };
    });
  }

  /** Not `ec2.Vpc`: its subnets are keyed by position, and it asks AWS for the account's zones at synth. */
  private createVpc(): CfnVPC {
    const vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: this.vpcCidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: nameTag(this, 'Vpc'),
    });
    new ClosedDefaultSecurityGroup(this, 'DefaultSecurityGroup', vpc);
    return vpc;
  }

  private createFlowLog(retention: RetentionDays): void {
    new FlowLog(this, 'FlowLog', {
      resourceType: FlowLogResourceType.fromVpc(this.vpc),
      destination: FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogs', { retention })),
    });
  }

  private createGatewayEndpoints(): void {
    const subnets = [{ subnets: this.workloadSubnets }];
    new GatewayVpcEndpoint(this, 'S3Endpoint', { vpc: this.vpc, subnets, service: GatewayVpcEndpointAwsService.S3 });
    new GatewayVpcEndpoint(this, 'DynamoDbEndpoint', {
      vpc: this.vpc,
      subnets,
      service: GatewayVpcEndpointAwsService.DYNAMODB,
    });
  }
}
