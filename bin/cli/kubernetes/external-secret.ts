// `kubernetes external-secret`: the key as a Kubernetes Secret, by External Secrets Operator.
import type { AccountCommand } from '../command';
import { externalSecret as manifest } from './manifests/external-secret';
import { required } from './options';
import { deploymentCommand } from './workload-command';

const command = deploymentCommand(
  {
    name: 'external-secret',
    summary: 'the key as a mounted Kubernetes Secret, by External Secrets Operator',
    description: 'The store reads as the service account of the workload, so that --role-arn is needed (IRSA).',
    examples: [
      'external-secret prod-trader-bot-a -e prod --namespace trading --image bot:1.4.0 --role-arn arn:aws:iam::111122223333:role/TraderBot',
    ],
  },
  manifest,
);

export const externalSecret: AccountCommand = {
  ...command,
  async run(session, values) {
    required(values.options, 'roleArn', '--role-arn', 'arn:aws:iam::111122223333:role/TraderBot');
    await command.run(session, values);
  },
};
