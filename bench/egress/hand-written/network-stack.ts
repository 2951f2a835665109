// Hand-written: the network, L2 where its ids do not depend on a zone's position, L1 where they would.
import { App, Stack } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnRouteTable,
  FlowLogDestination,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  IVpc,
  Peer,
  Port,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ENVIRONMENT, envOf, Layout, stackName, VPC_CIDR, zonesOf } from '../case';
import { AddressStack } from './address-stack';
import { natGateways } from './nat-gateways';
import { createSubnet, nameTag } from './subnet';

/** Written down by hand, as one would: a slot per zone, so that a zone added later moves no other. */
const WORKLOAD_CIDRS = ['10.0.0.0/20', '10.0.32.0/20', '10.0.64.0/20'];

export class NetworkStack extends Stack {
  /** For workloads. */
  public readonly vpc: IVpc;
  public readonly securityGroup: SecurityGroup;

  constructor(app: App, region: string, layout: Layout, addresses: AddressStack) {
    super(app, stackName('network', region), { env: envOf(region) });
    this.addStackDependency(addresses);
    const zones = zonesOf(region);
    const vpc = this.createVpc(zones);
    const gateways = natGateways(this, vpc.vpcId, zones, layout, addresses.allocationIds);
    const subnets = zones.map((zone, i) => this.workloadSubnet(vpc.vpcId, zone, WORKLOAD_CIDRS[i], gateways[zone]));
    this.vpc = Vpc.fromVpcAttributes(this, 'WorkloadVpc', {
      vpcId: vpc.vpcId,
      vpcCidrBlock: VPC_CIDR,
      availabilityZones: zones,
      privateSubnetIds: subnets.map(({ subnetId }) => subnetId),
      privateSubnetRouteTableIds: subnets.map(({ routeTableId }) => routeTableId),
    });
    new StringParameter(this, 'NetworkParameter', {
      parameterName: `/exchange-keys/${ENVIRONMENT}/egress/${region}/network/${this.stackName}`,
      description: `Subnets, routes, NAT gateways and addresses of a network of ${ENVIRONMENT} in ${region}`,
      stringValue: JSON.stringify({
        schema: 1,
        environment: ENVIRONMENT,
        region,
        vpcId: vpc.vpcId,
        zones: zones.map((zone, i) => ({
          availabilityZone: zone,
          ...subnets[i],
          natGatewayId: gateways[zone],
          allocationId: addresses.allocationIds[zone],
        })),
      }),
    });
    this.securityGroup = new SecurityGroup(this, 'WorkloadSecurityGroup', {
      vpc: this.vpc,
      description: 'Workloads that call an exchange: no ingress, egress TCP 443 only',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to exchanges and AWS endpoints');
    new GatewayVpcEndpoint(this, 'S3Endpoint', { vpc: this.vpc, service: GatewayVpcEndpointAwsService.S3 });
    new GatewayVpcEndpoint(this, 'DynamoDbEndpoint', { vpc: this.vpc, service: GatewayVpcEndpointAwsService.DYNAMODB });
  }

  private createVpc(zones: string[]): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(VPC_CIDR),
      availabilityZones: zones,
      subnetConfiguration: [],
      natGateways: 0,
      restrictDefaultSecurityGroup: true,
    });
    const logGroup = new LogGroup(this, 'FlowLogs', { retention: RetentionDays.THREE_MONTHS });
    vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
    return vpc;
  }

  private workloadSubnet(vpcId: string, zone: string, cidrBlock: string, natGatewayId: string) {
    const tags = nameTag(this, `Workload/${zone}`);
    const routeTableId = new CfnRouteTable(this, `WorkloadRouteTable${zone}`, { vpcId, tags }).ref;
    const { subnet } = createSubnet(this, 'Workload', { vpcId, zone, cidrBlock, routeTableId });
    new CfnRoute(this, `WorkloadRoute${zone}`, { routeTableId, destinationCidrBlock: '0.0.0.0/0', natGatewayId });
    return { subnetId: subnet.ref, routeTableId };
  }
}
