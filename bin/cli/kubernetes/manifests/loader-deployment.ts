// The recommended way: the workload reads its secret itself, by the loader; no copy of the key is in the cluster.
import type { KubernetesWorkload } from '../workload';
import type { Manifest } from './manifest';
import { deployment, placementNote } from './pod';
import { identityNote, serviceAccount } from './service-account';

export function loaderDeployment(workload: KubernetesWorkload, image: string): Manifest {
  return {
    notes: [
      `Deployment of ${workload.key.text}: the loader reads the key from Secrets Manager into memory, at start, in the background and after a refusal by the exchange. The cluster holds no Secret with it, and a rotation restarts nothing.`,
      identityNote(workload),
      placementNote(workload),
      `The variables are those of the ring's home region, ${workload.region}. For a cluster in a region with replicas take 'variables' of what attachToServiceAccount returns.`,
      'Resources and the number of replicas are a start: adapt them. With more than one replica each has the same key.',
    ],
    objects: [serviceAccount(workload), deployment(workload, image)],
  };
}
