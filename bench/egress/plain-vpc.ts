// For context, not the baseline: the network as one `ec2.Vpc`, whose subnets and NAT gateways are keyed by position.
import { App, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Case } from '../compose';
import { egressCase, envOf, Layout, stackName, VPC_CIDR, zonesOf } from './case';
import { AddressStack } from './hand-written/address-stack';

export function compose(app: App, benchCase: Case): void {
  const { layout, regions } = egressCase(benchCase);
  for (const region of regions) new PlainNetworkStack(app, region, layout, new AddressStack(app, region));
}

class PlainNetworkStack extends Stack {
  constructor(app: App, region: string, layout: Layout, { allocationIds }: AddressStack) {
    super(app, stackName('network', region), { env: envOf(region) });
    const logGroup = new LogGroup(this, 'FlowLogs', { retention: RetentionDays.THREE_MONTHS });
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(VPC_CIDR),
      availabilityZones: zonesOf(region),
      subnetConfiguration: [
        { name: 'Workload', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
      ],
      natGatewayProvider: natProvider(layout, allocationIds),
      restrictDefaultSecurityGroup: true,
      flowLogs: { FlowLog: { destination: FlowLogDestination.toCloudWatchLogs(logGroup) } },
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    const group = new SecurityGroup(this, 'WorkloadSecurityGroup', { vpc, allowAllOutbound: false });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to exchanges and AWS endpoints');
  }
}

function natProvider(layout: Layout, allocationIds: { [zone: string]: string }): NatProvider {
  if (layout === 'zonal') return NatProvider.gateway({ eipAllocationIds: Object.values(allocationIds) });
  return NatProvider.regionalGateway({
    availabilityZoneAddresses: Object.entries(allocationIds).map(([availabilityZone, allocationId]) => ({
      availabilityZone,
      allocationIds: [allocationId],
    })),
  });
}
