// The Secrets Store CSI driver mounts the key as a file in memory, without a Kubernetes Secret; and what renews the file.
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
      `The Secrets Store CSI driver with the AWS provider (secrets-store.csi.x-k8s.io/v1) mounts key ${workload.key.text} into memory; no Kubernetes Secret is made as long as nobody adds secretObjects.`,
      `THE FILE OF A RUNNING POD IS RENEWED ONLY WITH BOTH: 'mountedByCsiDriver: true' of attachToServiceAccount, deployed, and rotation switched on in the driver (enableSecretRotation; rotationPollInterval is 2 minutes by itself). To see whether the file is current, the provider calls DescribeSecret, which the policy of the secret otherwise denies: then every renewal fails. The loader sees a new file within seconds.`,
      `WITHOUT THE TWO leave enableSecretRotation off, let the key say refresh: KeyRefresh.onRedeploy(...), and restart the pods after every rotation, well within the overlap of ${workload.overlapHours} hours: kubectl -n ${workload.namespace} rollout restart deployment/${nameOf(workload)}. Where nobody restarts, use 'exchange-keys kubernetes deployment'.`,
      "Driver and provider must run on the workload's nodes, which have a taint: the provider's chart tolerates none by itself (tolerations: [{ operator: Exists }]). Without the provider there, pods wait for their volume for ever.",
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
