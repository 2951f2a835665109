// What nodes of an egress network may reach beside TCP 443: the cluster's control plane and its DNS, and nothing else.

import { CfnSecurityGroupIngress, ISecurityGroup, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ICluster } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { ConfigError } from '../core/config-error';
import { IEgressNetwork } from './i-egress-network';

/** What makes a security group for nodes; see `EgressNodeSecurityGroup`. */
export interface EgressNodeSecurityGroupProps {
  /** The cluster that the nodes join; its cluster security group must be known. */
  readonly cluster: ICluster;
  /** The network that the nodes are in. */
  readonly network: IEgressNetwork;
}

/** Ports of the cluster security group that nodes reach: the API server, and CoreDNS on the cluster's other nodes. */
const TO_CLUSTER = [
  { id: 'ApiServer', port: 443, protocol: 'tcp', what: 'API server' },
  { id: 'DnsUdp', port: 53, protocol: 'udp', what: 'DNS' },
  { id: 'DnsTcp', port: 53, protocol: 'tcp', what: 'DNS over TCP' },
] as const;

/**
 * The second security group of nodes in an egress network, beside the network's `workloadSecurityGroup` (TCP 443 to
 * anywhere). `EgressNodeGroup` makes its own; make one for nodes that Karpenter starts.
 *
 * It stands in for the cluster security group, which nodes get by default and which lets everything out: with that one on
 * a node, the 443 of the workload security group would mean nothing. Security groups apply to the node and to all its pods.
 *
 * - In: the kubelet's port, from the cluster security group. For admission webhooks served by these pods add a rule.
 * - Out: the API server and the cluster's DNS, at the cluster security group, which is opened for these nodes.
 * - Neither AWS's DNS server, nor time, nor instance metadata pass through security groups.
 */
export class EgressNodeSecurityGroup extends Construct {
  public readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, props: EgressNodeSecurityGroupProps) {
    super(scope, id);
    const clusterGroupId = clusterSecurityGroupId(this, props.cluster);
    const clusterGroup = Peer.securityGroupId(clusterGroupId);
    const group = new SecurityGroup(this, 'Resource', {
      vpc: props.network.vpc,
      description: 'Nodes of an egress network: control plane and DNS of their cluster',
      allowAllOutbound: false,
    });
    group.addIngressRule(clusterGroup, Port.tcp(10250), 'kubelet, from the control plane');
    for (const { id: child, port, protocol, what } of TO_CLUSTER) {
      group.addEgressRule(clusterGroup, protocol === 'tcp' ? Port.tcp(port) : Port.udp(port), `${what} of the cluster`);
      new CfnSecurityGroupIngress(this, `Cluster${child}`, {
        groupId: clusterGroupId,
        sourceSecurityGroupId: group.securityGroupId,
        ipProtocol: protocol,
        fromPort: port,
        toPort: port,
        description: `${what}, from nodes of an egress network`,
      });
    }
    this.securityGroup = group;
  }
}

/** An imported cluster throws a plain error where it was not told its group. */
function clusterSecurityGroupId(scope: Construct, cluster: ICluster): string {
  try {
    return cluster.clusterSecurityGroupId;
  } catch {
    throw new ConfigError(
      'NODE_CLUSTER_INCOMPLETE',
      `the cluster has no 'clusterSecurityGroupId', which nodes need to reach the control plane; pass it to Cluster.fromClusterAttributes (aws eks describe-cluster, resourcesVpcConfig.clusterSecurityGroupId)`,
      scope,
    );
  }
}
