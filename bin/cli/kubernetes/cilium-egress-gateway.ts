// `kubernetes cilium-egress-gateway`: pods elsewhere leave through a node with a static address.
import { ciliumEgressGateway as manifest } from './manifests/cilium-egress-gateway';
import { workloadCommand } from './workload-command';

export const ciliumEgressGateway = workloadCommand({
  name: 'cilium-egress-gateway',
  summary: 'let pods on any node leave through a node of the egress network, with Cilium',
  description: 'Read the limits at the top of what is printed: pods on the nodes themselves have none of them.',
  examples: ['cilium-egress-gateway prod-trader-bot-a -e prod --namespace trading'],
  prepare: () => manifest,
});
