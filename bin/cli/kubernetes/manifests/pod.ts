// The Deployment of a workload: on nodes with static addresses, without rights, and with its key from one source.

import { exchangeParameterName } from '../../../../contract/keys';
import { loaderVariables } from '../../../../contract/workload';
import { egressMark } from '../../../../contract/workload/egress-mark';
import { egressNodes, type KubernetesWorkload, labelsOf, metadataOf, nameOf } from '../workload';
import type { KubernetesObject } from './manifest';

/** Any user that is not root, and its group. */
export const USER = 10001;
/** Where the key document is mounted; a folder of its own, because a volume hides what is in one. */
const FOLDER = '/var/run/exchange-keys';
/** Name of the file with the key document. */
export const KEY_FILE = 'key.json';

/** How a file with the key comes into the pod. */
export interface KeyVolume {
  /** Kind of the volume: `{ secret: … }`, `{ csi: … }`. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Of the pod, so that the file can be read by the user and its group and by nobody else. */
  readonly securityContext: Readonly<Record<string, unknown>>;
}

/** @param volume without it, the workload reads the secret itself. */
export function deployment(workload: KubernetesWorkload, image: string, volume?: KeyVolume): KubernetesObject {
  const labels = labelsOf(workload);
  const mark = egressMark(workload.key.environment);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(workload),
    spec: {
      replicas: 1,
      // the old pod ends before the new one starts: two would trade twice
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: workload.serviceAccount,
          automountServiceAccountToken: false,
          // a Service called like the exchange would set variables that begin like the loader's
          enableServiceLinks: false,
          nodeSelector: egressNodes(workload),
          tolerations: [{ key: mark.key, operator: 'Equal', value: mark.value, effect: 'NoSchedule' }],
          // names with a dot are asked for as they are, without the cluster's search domains
          dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            seccompProfile: { type: 'RuntimeDefault' },
            ...volume?.securityContext,
          },
          containers: [
            {
              name: nameOf(workload),
              image,
              env: variables(workload, volume !== undefined),
              resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              ...(volume && { volumeMounts: [{ name: 'exchange-key', mountPath: FOLDER, readOnly: true }] }),
            },
          ],
          ...(volume && { volumes: [{ name: 'exchange-key', ...volume.source }] }),
        },
      },
    },
  };
}

function variables(workload: KubernetesWorkload, fromFile: boolean): { name: string; value: string }[] {
  const { key, exchange, permissions, overlapHours, prefix, region, secretName } = workload;
  const names = loaderVariables(prefix);
  const values = {
    AWS_REGION: region,
    ...(fromFile ? { [names.secretFile]: `${FOLDER}/${KEY_FILE}` } : { [names.secretId]: secretName }),
    [names.keyName]: key.text,
    [names.keyPermissions]: permissions.join(','),
    [names.keyOverlapHours]: String(overlapHours),
    [names.exchangeParameter]: exchangeParameterName(key.environment, exchange),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** What all Deployments have to say at the top. */
export function placementNote(workload: KubernetesWorkload): string {
  const [[label, value]] = Object.entries(egressNodes(workload));
  return `Pods run on nodes labelled ${label}=${value} only (EgressNodeGroup, or Karpenter: exchange-keys kubernetes karpenter), whose subnets leave by the static addresses. Without such a node they wait, and do not run elsewhere. Do not set hostNetwork, and do not give these pods a SecurityGroupPolicy or an ENIConfig.`;
}
