// `kubernetes deployment`: the recommended way, without a Kubernetes Secret.
import { loaderDeployment } from './manifests/loader-deployment';
import { deploymentCommand } from './workload-command';

export const deployment = deploymentCommand(
  {
    name: 'deployment',
    summary: 'a Deployment whose loader reads the key itself (recommended)',
    description: 'No copy of the key is in the cluster, and a rotation restarts nothing.',
    examples: [
      'deployment prod-trader-bot-a -e prod --namespace trading --image 111122223333.dkr.ecr.eu-west-1.amazonaws.com/bot:1.4.0 > bot.yaml',
    ],
  },
  loaderDeployment,
);
