// What a workload's pods may reach, for any engine: DNS and TCP 443. Names are Cilium's part.
import { type KubernetesWorkload, labelsOf, metadataOf } from '../workload';
import type { Manifest } from './manifest';

/** Address of the agent that gives pods their role, on every node. */
const POD_IDENTITY_AGENT = '169.254.170.23';
/** Addresses of no exchange: instance metadata among them. */
const LINK_LOCAL = '169.254.0.0/16';

const DNS_PORTS = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/** @param cidrs ranges that TCP 443 is open to; undefined: all. */
export function networkPolicy(workload: KubernetesWorkload, cidrs: readonly string[] | undefined): Manifest {
  const to = cidrs?.map((cidr) => ({ ipBlock: { cidr } })) ?? [
    { ipBlock: { cidr: '0.0.0.0/0', except: [LINK_LOCAL] } },
  ];
  const agent = {
    to: [{ ipBlock: { cidr: `${POD_IDENTITY_AGENT}/32` } }],
    ports: [{ protocol: 'TCP', port: 80 }],
  };
  return {
    notes: [
      `NetworkPolicy of ${workload.key.text}: nothing in; out to the cluster's DNS and to TCP 443${cidrs ? ' of the ranges given' : ''}, nothing else.`,
      cidrs
        ? 'The ranges must hold the exchange and the endpoints of AWS that the workload calls (Secrets Manager, SSM, STS; interface endpoints have addresses of the VPC). Exchanges behind a content delivery network change addresses without notice: then leave the ranges out.'
        : "A NetworkPolicy cannot name hosts: TCP 443 is open to every address but link-local ones. To name the exchange use --engine cilium, or the network's dnsAllowlist; with --cidrs only ranges of yours are open.",
      'It decides what may be reached, not from which address: that is the node pool. It needs an engine that enforces policies (Amazon VPC CNI with enableNetworkPolicy, Cilium, Calico); without one it is accepted and does nothing. With the VPC CNI in its standard mode a new pod is open until its policies are applied.',
      'DNS is open to the pods labelled k8s-app: kube-dns in kube-system, as CoreDNS is. NodeLocal DNSCache answers from the node instead: add an egress rule for port 53, UDP and TCP, of 169.254.20.10/32, without which no name is found.',
      ...(workload.roleArn
        ? []
        : [
            `TCP 80 of ${POD_IDENTITY_AGENT} is the Pod Identity agent on each node. Cilium counts it as the host, which no ipBlock matches: with Cilium take --engine cilium.`,
          ]),
    ],
    objects: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: metadataOf(workload),
        spec: {
          podSelector: { matchLabels: labelsOf(workload) },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [],
          egress: [
            {
              to: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
                },
              ],
              ports: DNS_PORTS,
            },
            { to, ports: [{ protocol: 'TCP', port: 443 }] },
            ...(workload.roleArn ? [] : [agent]),
          ],
        },
      },
    ],
  };
}
