// Makes Secrets Manager and SSM clients whose calls end before the Lambda function is stopped.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_SETTINGS } from './client-settings';

export { awsRefusal, outcomeUnknown } from './aws-refusal';

/** The Secrets Manager API of one region. */
export function createSecretsClient(region: string): SecretsManagerClient {
  return new SecretsManagerClient({ region, ...CLIENT_SETTINGS });
}

/** The Parameter Store API of one region. */
export function createSsmClient(region: string): SSMClient {
  return new SSMClient({ region, ...CLIENT_SETTINGS });
}
