// The Secrets Store CSI driver mounts the key as a file in memory when a pod starts, without a Kubernetes Secret.
import { Yaml } from 'cdk8s';
import { type KubernetesWorkload, metadataOf, nameOf } from '../workload';
import type { Manifest } from './manifest';
import { deployment, KEY_FILE, placementNote } from './pod';
import { identityNote, serviceAccount } from './service-account';

export function secretProviderClass(workload: KubernetesWorkload, image: string): Manifest {
  const objects = [
    {
      objectName: workload.secretName,
      objectType: 'secretsmanager',
      objectVersionLabel: 'AWSCURRENT',
      objectAlias: KEY_FILE,
      filePermission: '0440',
    },
  ];
  return {
    notes: [
      `The Secrets Store CSI driver with the AWS provider (secrets-store.csi.x-k8s.io/v1) mounts key ${workload.key.text} into memory when a pod starts; no Kubernetes Secret is made as long as nobody adds secretObjects.`,
      `THE FILE OF A RUNNING POD IS NEVER RENEWED. To see whether it is current, the provider calls DescribeSecret, which the policy of the secret denies to workloads; so leave enableSecretRotation off, and restart the pods after every rotation, well within the overlap of ${workload.overlapHours} hours: kubectl -n ${workload.namespace} rollout restart deployment/${nameOf(workload)}. The key should say so: refresh: KeyRefresh.onRedeploy(...). Where nobody restarts, use 'exchange-keys kubernetes deployment'.`,
      'The driver writes files as root and ignores fsGroup: the file is of mode 0440, and the pod is in group 0 besides its own, by which it can read the file. 0400 could be read by nobody but root, the default 0644 is refused by the loader.',
      identityNote(workload),
      placementNote(workload),
    ],
    objects: [
      serviceAccount(workload),
      {
        apiVersion: 'secrets-store.csi.x-k8s.io/v1',
        kind: 'SecretProviderClass',
        metadata: metadataOf(workload),
        spec: {
          provider: 'aws',
          parameters: {
            region: workload.region,
            usePodIdentity: workload.roleArn ? 'false' : 'true',
            objects: Yaml.stringify(objects),
          },
        },
      },
      deployment(workload, image, {
        source: {
          csi: {
            driver: 'secrets-store.csi.k8s.io',
            readOnly: true,
            volumeAttributes: { secretProviderClass: nameOf(workload) },
          },
        },
        securityContext: { supplementalGroups: [0] },
      }),
    ],
  };
}
