// `kubernetes secret-provider-class`: the key as a file in memory, by the Secrets Store CSI driver.
import { secretProviderClass as manifest } from './manifests/secret-provider-class';
import { deploymentCommand } from './workload-command';

export const secretProviderClass = deploymentCommand(
  {
    name: 'secret-provider-class',
    summary: 'the key as a mounted file, by the Secrets Store CSI driver and its AWS provider',
    description:
      'The file is renewed with mountedByCsiDriver of attachToServiceAccount and rotation in the driver; otherwise pods are restarted.',
    examples: ['secret-provider-class prod-trader-bot-a -e prod --namespace trading --image bot:1.4.0'],
  },
  manifest,
);
