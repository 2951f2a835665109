// Makes Secrets Manager and SSM clients whose calls end before the Lambda function is stopped, and turns their failures into refusals.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Refusal, shortened } from './refusal';

/** 3 attempts of 5 s and the back-off between them: one call takes less than 20 s. */
const SETTINGS = {
  maxAttempts: 3,
  retryMode: 'standard',
  // without throwOnRequestTimeout the SDK only logs a warning and keeps waiting
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** The Secrets Manager API of one region. */
export function createSecretsClient(region: string): SecretsManagerClient {
  return new SecretsManagerClient({ region, ...SETTINGS });
}

/** The Parameter Store API of one region. */
export function createSsmClient(region: string): SSMClient {
  return new SSMClient({ region, ...SETTINGS });
}

const NOT_ALLOWED = [
  'AccessDeniedException',
  'AccessDenied',
  'UnrecognizedClientException',
  'KMSAccessDeniedException',
];

/**
 * What a failed call means for the caller. `action` is, e.g., `secretsmanager:PutSecretValue`. With `mayQuote` false the
 * service's own text is left out, because the request held a secret.
 */
export function awsRefusal(action: string, about: string, error: unknown, mayQuote = true): Refusal {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (NOT_ALLOWED.includes(name)) {
    return new Refusal(
      'AWS_NOT_ALLOWED',
      `'${action}' on '${about}' is not allowed (${name}); allow it in the role of this function`,
      name,
    );
  }
  const reason = mayQuote ? shortened(`${name}: ${message}`, 200) : name;
  return new Refusal('AWS_CALL_FAILED', `'${action}' on '${about}' failed (${reason}); try again`, name);
}

/**
 * True when AWS may have carried the call out: it gave no answer, or one that blames itself, or an earlier attempt of the
 * SDK did and the last one says nothing about that.
 */
export function outcomeUnknown(error: unknown): boolean {
  const { $metadata, $fault } = error as {
    $metadata?: { httpStatusCode?: number; attempts?: number };
    $fault?: string;
  };
  if (($metadata?.attempts ?? 1) > 1) return true;
  return $fault !== 'client' && !(($metadata?.httpStatusCode ?? 500) < 500);
}
