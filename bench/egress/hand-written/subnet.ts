// Hand-written: one subnet with its route table association.
import { CfnTag, Stack } from 'aws-cdk-lib';
import { CfnSubnet, CfnSubnetRouteTableAssociation } from 'aws-cdk-lib/aws-ec2';

export interface SubnetPlace {
  readonly vpcId: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly routeTableId: string;
}

export function createSubnet(
  stack: Stack,
  kind: 'Workload' | 'Public',
  { vpcId, zone, cidrBlock, routeTableId }: SubnetPlace,
): { subnet: CfnSubnet; association: CfnSubnetRouteTableAssociation } {
  const subnet = new CfnSubnet(stack, `${kind}Subnet${zone}`, {
    vpcId,
    cidrBlock,
    availabilityZone: zone,
    mapPublicIpOnLaunch: false,
    tags: nameTag(stack, `${kind}/${zone}`),
  });
  const association = new CfnSubnetRouteTableAssociation(stack, `${kind}Association${zone}`, {
    subnetId: subnet.ref,
    routeTableId,
  });
  return { subnet, association };
}

export const nameTag = (stack: Stack, name: string): CfnTag[] => [{ key: 'Name', value: `${stack.node.path}/${name}` }];
