// Where a ring's functions run: the workload subnets of the egress network, without tying the network to the ring.
import { CfnOutput, Fn, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { pascalCaseZone } from '../../contract/availability-zone';
import { FunctionPlace } from '../core/runtime-function';
import { IEgressNetwork } from '../egress';

/** Where in one zone a function runs. */
export interface ZonePlace {
  readonly zone: string;
  readonly place: FunctionPlace;
}

/**
 * The network's ids as the ring refers to them: by outputs (`Fn::GetStackOutput`), not by exports. An export in use can
 * neither change nor go, and the network must stay one that can be deleted and built again.
 */
export function placeInNetwork(ring: Construct, network: IEgressNetwork): FunctionPlace {
  const zones = zonePlaces(ring, network);
  return {
    subnetIds: zones.flatMap(({ place }) => place.subnetIds),
    securityGroupIds: workloadSecurityGroupIds(network),
  };
}

/** Each workload subnet by itself, in the order of zones. */
export function zonePlaces(ring: Construct, network: IEgressNetwork): ZonePlace[] {
  Stack.of(ring).addStackDependency(Stack.of(network));
  return network.workloadSubnets.map(({ subnetId, availabilityZone }) => {
    const subnet = throughOutput(network, `WorkloadSubnet${pascalCaseZone(availabilityZone)}Id`, subnetId);
    return {
      zone: availabilityZone,
      place: { subnetIds: [subnet], securityGroupIds: workloadSecurityGroupIds(network) },
    };
  });
}

function workloadSecurityGroupIds(network: IEgressNetwork): string[] {
  return [throughOutput(network, 'WorkloadSecurityGroupId', network.workloadSecurityGroup.securityGroupId)];
}

/** Ids of the network's NAT gateways, each once, in the order of zones. */
export function natGatewayIds(ring: Construct, network: IEgressNetwork): string[] {
  Stack.of(ring).addStackDependency(Stack.of(network));
  const byId = new Map(Object.entries(network.natGatewayIds).map(([zone, id]) => [id, zone]));
  return [...byId].map(([id, zone]) => throughOutput(network, `NatGateway${pascalCaseZone(zone)}Id`, id));
}

function throughOutput(network: IEgressNetwork, id: string, value: string): string {
  if (!Token.isUnresolved(value)) return value;
  const output = (network.node.tryFindChild(id) as CfnOutput | undefined) ?? new CfnOutput(network, id, { value });
  return Fn.getStackOutput(Stack.of(network).stackName, output.logicalId);
}
