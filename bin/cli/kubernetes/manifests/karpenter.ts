// Nodes that Karpenter starts in the workload subnets and nowhere else, marked like those of an EgressNodeGroup.
import { egressMark } from '../../../../contract/workload/egress-mark';
import type { Manifest } from './manifest';

export interface KarpenterNodes {
  readonly environment: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Name of the nodes' IAM role. */
  readonly role: string;
  /** `al2023@v20261101`, `bottlerocket@1.50.0`. */
  readonly ami: string;
  readonly architecture: string;
}

/** Disks of the image; Bottlerocket has its system on one of its own. */
function disks(ami: string) {
  const disk = (deviceName: string, volumeSize: string) => ({
    deviceName,
    ebs: { encrypted: true, volumeType: 'gp3', volumeSize, deleteOnTermination: true },
  });
  return ami.startsWith('bottlerocket@')
    ? [disk('/dev/xvda', '4Gi'), disk('/dev/xvdb', '40Gi')]
    : [disk('/dev/xvda', '40Gi')];
}

export function karpenterNodes(nodes: KarpenterNodes): Manifest {
  const mark = egressMark(nodes.environment);
  const name = `egress-${nodes.environment}`;
  return {
    notes: [
      `Karpenter (karpenter.sh/v1, karpenter.k8s.aws/v1) starts nodes of ${nodes.environment} in the workload subnets of the egress network, named by id, so that pods on them leave by the static addresses; label and taint ${mark.key}=${mark.value} keep other pods out, and node selector and toleration bring these in.`,
      "Security groups, by id: the network's workloadSecurityGroup (TCP 443 out) and an EgressNodeSecurityGroup (control plane and DNS). Do not add the cluster security group, which lets everything out.",
      'The role is that of nodes: it joins the cluster and pulls images, and must not be given a key. Instance metadata answers one hop, out of the reach of pods.',
      'The subnets are those of now: print this again when zones are added to the network or taken from it. Nodes with pods on them are not packed together (WhenEmpty), but are replaced after 30 days or when the class changes: the pods are evicted then, so let them end in order when they are told to.',
    ],
    objects: [
      {
        apiVersion: 'karpenter.k8s.aws/v1',
        kind: 'EC2NodeClass',
        metadata: { name },
        spec: {
          amiSelectorTerms: [{ alias: nodes.ami }],
          role: nodes.role,
          subnetSelectorTerms: nodes.subnetIds.map((id) => ({ id })),
          securityGroupSelectorTerms: nodes.securityGroupIds.map((id) => ({ id })),
          associatePublicIPAddress: false,
          metadataOptions: {
            httpEndpoint: 'enabled',
            httpTokens: 'required',
            httpPutResponseHopLimit: 1,
            httpProtocolIPv6: 'disabled',
          },
          blockDeviceMappings: disks(nodes.ami),
        },
      },
      {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodePool',
        metadata: { name },
        spec: {
          template: {
            metadata: { labels: { [mark.key]: mark.value } },
            spec: {
              nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name },
              taints: [{ key: mark.key, value: mark.value, effect: 'NoSchedule' }],
              requirements: [
                { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
                { key: 'kubernetes.io/arch', operator: 'In', values: [nodes.architecture] },
                { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
              ],
              expireAfter: '720h',
            },
          },
          disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '10m' },
          limits: { cpu: '32' },
        },
      },
    ],
  };
}
