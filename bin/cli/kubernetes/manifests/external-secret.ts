// External Secrets Operator copies the key into a Kubernetes Secret, which the pod mounts as a file.
import { type KubernetesWorkload, metadataOf, nameOf } from '../workload';
import type { Manifest } from './manifest';
import { deployment, KEY_FILE, placementNote, USER } from './pod';
import { identityNote, serviceAccount } from './service-account';

/** A tenth of the overlap, as for every reader of a key: hours × 60 / 10 minutes. */
const refreshMinutes = (overlapHours: number) => Math.floor(overlapHours * 6);

export function externalSecret(workload: KubernetesWorkload, image: string): Manifest {
  const metadata = metadataOf(workload);
  const name = nameOf(workload);
  return {
    notes: [
      `External Secrets Operator (external-secrets.io/v1) copies key ${workload.key.text} into the Kubernetes Secret ${name}, and the pod reads it from a mounted file. Whoever may read Secrets of namespace ${workload.namespace}, or etcd and its backups, has the key: encrypt Secrets with KMS, or use 'exchange-keys kubernetes deployment', which leaves no copy.`,
      identityNote(workload),
      'The operator asks as this service account, and for AWSCURRENT by name: the policy of the secret denies every other request. Neither dataFrom.find nor metadataPolicy: Fetch can work, because both ask for more than the value. Pod Identity does not do for the store: it would be the role of the operator, which is shared.',
      `A new key is in the file at most ${refreshMinutes(workload.overlapHours)} minutes and a sync of the kubelet (about a minute) after the rotation; the loader sees it within seconds. Never use subPath, which is not updated, nor variables (envFrom), which need a restart.`,
      placementNote(workload),
    ],
    objects: [
      serviceAccount(workload),
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata,
        spec: {
          provider: {
            aws: {
              service: 'SecretsManager',
              region: workload.region,
              auth: { jwt: { serviceAccountRef: { name: workload.serviceAccount } } },
            },
          },
        },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata,
        spec: {
          refreshPolicy: 'Periodic',
          refreshInterval: `${refreshMinutes(workload.overlapHours)}m`,
          secretStoreRef: { kind: 'SecretStore', name },
          // an operator that cannot read must not take the key from a running workload
          target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
          data: [{ secretKey: KEY_FILE, remoteRef: { key: workload.secretName, version: 'AWSCURRENT' } }],
        },
      },
      deployment(workload, image, {
        source: { secret: { secretName: name, defaultMode: 0o440, items: [{ key: KEY_FILE, path: KEY_FILE }] } },
        // files belong to root and to this group
        securityContext: { fsGroup: USER },
      }),
    ],
  };
}
