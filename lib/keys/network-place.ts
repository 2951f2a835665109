// Where a ring's functions run: the workload subnets of the egress network, without tying the network to the ring.
import { ReferenceStrength, Stack, Token } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { FunctionPlace } from '../core/runtime-function';
import { IEgressNetwork } from '../egress';

/**
 * The network as the ring refers to it: by outputs, not by exports. An export in use can neither change nor go, and the
 * network must stay one that can be deleted and built again.
 */
export function placeInNetwork(scope: Construct, network: IEgressNetwork): FunctionPlace {
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: weak(network.vpc.vpcId),
    availabilityZones: network.workloadSubnets.map(({ availabilityZone }) => availabilityZone),
    privateSubnetIds: network.workloadSubnets.map(({ subnetId }) => weak(subnetId)),
  });
  const groupId = weak(network.workloadSecurityGroup.securityGroupId);
  return {
    vpc,
    subnets: vpc.privateSubnets,
    securityGroup: SecurityGroup.fromSecurityGroupId(scope, 'SecurityGroup', groupId, { mutable: false }),
  };
}

function weak(id: string): string {
  return Token.isUnresolved(id) ? Stack.consumeReference(id, ReferenceStrength.WEAK) : id;
}
