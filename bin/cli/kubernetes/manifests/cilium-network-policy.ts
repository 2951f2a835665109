// What a workload's pods may reach, by name: the exchange and the AWS endpoints of the loader. For Cilium only.
import { type KubernetesWorkload, labelsOf, metadataOf } from '../workload';
import type { Manifest } from './manifest';

/** Endpoints of AWS that a workload calls; STS is where IRSA changes tokens. */
function awsHosts({ region, roleArn }: KubernetesWorkload): string[] {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const services = ['secretsmanager', 'ssm', ...(roleArn ? ['sts'] : [])];
  return services.map((service) => `${service}.${region}.${domain}`);
}

const DNS_PORTS = [
  { port: '53', protocol: 'UDP' },
  { port: '53', protocol: 'TCP' },
];

/** @param hosts names of the exchange. */
export function ciliumNetworkPolicy(workload: KubernetesWorkload, hosts: readonly string[]): Manifest {
  const names = [...new Set([...hosts, ...awsHosts(workload)])].map((matchName) => ({ matchName }));
  const agent = { toEntities: ['host'], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] };
  return {
    notes: [
      `CiliumNetworkPolicy of ${workload.key.text}: nothing in; out to the cluster's DNS for these names only, and to TCP 443 of the addresses that DNS gave for them (${names.map(({ matchName }) => matchName).join(', ')}).`,
      'Cilium learns addresses from the answers that pass its DNS proxy: the proxy must run (l7Proxy), names asked for elsewhere open nothing, and an address is open to whatever else is behind it, such as other sites of a content delivery network. Other names are refused; images whose resolver gives up at a refusal (musl) need the agent option --tofqdns-dns-reject-response-code=nameError.',
      workload.roleArn
        ? 'With IRSA the AWS SDK asks STS of the region.'
        : "TCP 80 of the pod's own node is open for the Pod Identity agent, which listens there.",
      'It decides what may be reached, not from which address: that is the node pool, or exchange-keys kubernetes cilium-egress-gateway.',
    ],
    objects: [
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: metadataOf(workload),
        spec: {
          endpointSelector: { matchLabels: labelsOf(workload) },
          // a rule that allows nothing: what is selected is closed
          ingress: [{}],
          egress: [
            {
              toEndpoints: [
                { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } },
              ],
              toPorts: [{ ports: DNS_PORTS, rules: { dns: names } }],
            },
            { toFQDNs: names, toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
            ...(workload.roleArn ? [] : [agent]),
          ],
        },
      },
    ],
  };
}
