// The security group for workloads: nothing in, only TCP 443 out.
import { ISecurityGroup, IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export function createWorkloadSecurityGroup(scope: Construct, vpc: IVpc): ISecurityGroup {
  const group = new SecurityGroup(scope, 'WorkloadSecurityGroup', {
    vpc,
    description: 'Workloads that call an exchange: no ingress, egress TCP 443 only',
    allowAllOutbound: false,
  });
  // By address an exchange cannot be named: its front end moves. Names are the DNS firewall's part.
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to exchanges and AWS endpoints');
  return group;
}
