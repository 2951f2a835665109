// The workload that a manifest is for: what its key says, and where in the cluster it runs.

import type { KeyName } from '../../../contract/keys';
import { egressMark } from '../../../contract/workload/egress-mark';

export interface KubernetesWorkload {
  readonly key: KeyName;
  readonly secretName: string;
  readonly exchange: string;
  readonly permissions: readonly string[];
  readonly overlapHours: number;
  /** Of secret and configuration. */
  readonly region: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the loader's variables begin with, `XXKK`. */
  readonly prefix: string;
  /** With it, the service account is bound to its role by IRSA; without, by EKS Pod Identity. */
  readonly roleArn?: string;
}

/** Name of all objects of a workload, `trader-bot-a`: a label cannot hold the whole name of every key. */
export const nameOf = ({ key }: Pick<KubernetesWorkload, 'key'>) => `${key.purpose}-${key.instance}`;

/** By what policies select the workload's pods. */
export const labelsOf = (workload: Pick<KubernetesWorkload, 'key'>) => ({
  'app.kubernetes.io/name': nameOf(workload),
  'exchange-keys.io/environment': workload.key.environment,
});

export const metadataOf = (workload: KubernetesWorkload) => ({
  name: nameOf(workload),
  namespace: workload.namespace,
  labels: labelsOf(workload),
});

/** Label of the nodes that leave by the static addresses, as a selector. */
export function egressNodes({ key }: Pick<KubernetesWorkload, 'key'>): Readonly<Record<string, string>> {
  const { key: label, value } = egressMark(key.environment);
  return { [label]: value };
}
