// Pods anywhere in the cluster leave through a node with a static address: Cilium's egress gateway, and what it cannot do.
import { egressNodes, type KubernetesWorkload, labelsOf, nameOf } from '../workload';
import type { Manifest } from './manifest';

export function ciliumEgressGateway(workload: KubernetesWorkload): Manifest {
  const { namespace, key } = workload;
  return {
    notes: [
      `CiliumEgressGatewayPolicy of ${key.text}: its pods may run on any node, and leave through a node of the egress network, whose subnet leaves by the static addresses. The address is the NAT gateway's: losing a node loses no address. Prefer pods ON these nodes (exchange-keys kubernetes deployment), which has none of the limits below.`,
      'Needs egressGateway.enabled, bpf.masquerade and kubeProxyReplacement, and Cilium as the CNI: the documented installation beside the Amazon VPC CNI switches masquerading off. Identities must be in CRDs (identityAllocationMode: crd). It does not work with Cluster Mesh or CiliumEndpointSlice.',
      'SECURITY GROUPS: pods on other nodes reach the gateway through a tunnel, UDP 8472 (VXLAN) or 6081 (Geneve), and so do the answers; nodes check each other on TCP 4240 and ICMP. EgressNodeSecurityGroup has none of it: open what your tunnel needs, both ways, between its group and the group of the other nodes, and nothing else. Without it nothing arrives.',
      'RACE AT START: Cilium applies the policy some time after a pod has started. Until then its packets leave from the node it is on, by whatever address that has. So let the workload read the trading gate, or ask an echo service (XXKK_ECHO_URL), before its first request; an exchange that sees a foreign address may block the key.',
      'FAILURE: one node is the gateway, the first of those labelled, by name. If it fails, connections break, and until Cilium knows, traffic is lost; if no node carries the label, traffic is dropped (it fails closed). Connections do not move to another gateway: expect a reconnection whenever the set of labelled nodes changes.',
      'IPv4 only here: 0.0.0.0/0 says nothing of IPv6, and the egress network has none. Addresses inside the cluster (pods, nodes, API server) are never sent through the gateway. Pods with hostNetwork are not selected.',
      `The policy is of the whole cluster, which is why the namespace (${namespace}) is a label in the selector.`,
    ],
    objects: [
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumEgressGatewayPolicy',
        metadata: { name: `${namespace}-${nameOf(workload)}`, labels: labelsOf(workload) },
        spec: {
          selectors: [
            { podSelector: { matchLabels: { ...labelsOf(workload), 'io.kubernetes.pod.namespace': namespace } } },
          ],
          destinationCIDRs: ['0.0.0.0/0'],
          egressGateway: { nodeSelector: { matchLabels: egressNodes(workload) } },
        },
      },
    ],
  };
}
