// The service account of a workload; what it may do in AWS is said there (Pod Identity) or in an annotation (IRSA).
import { type KubernetesWorkload, metadataOf } from '../workload';
import type { KubernetesObject } from './manifest';

export function serviceAccount(workload: KubernetesWorkload): KubernetesObject {
  const { roleArn } = workload;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...metadataOf(workload),
      name: workload.serviceAccount,
      ...(roleArn && { annotations: { 'eks.amazonaws.com/role-arn': roleArn } }),
    },
    // the workload has no business with the API server; tokens for AWS are mounted all the same
    automountServiceAccountToken: false,
  };
}

/** How the service account gets its role, for the head of a manifest. */
export function identityNote({ roleArn, namespace, serviceAccount }: KubernetesWorkload): string {
  return roleArn
    ? 'The annotation of the service account names its role (IRSA); the role comes from attachToServiceAccount with openIdConnectProvider, which trusts this one service account.'
    : `The role of service account ${namespace}/${serviceAccount} comes from attachToServiceAccount (EKS Pod Identity): nothing of it is in the cluster, which needs the add-on eks-pod-identity-agent.`;
}
