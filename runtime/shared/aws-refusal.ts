// What a failed call of AWS means for whoever made it.
import { Refusal, shortened } from './refusal';

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

/** Any error as a refusal: one that nobody foresaw means that an answer was not what AWS says it gives. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new Refusal(
    'AWS_ANSWER_UNUSABLE',
    `an answer of AWS could not be read (${shortened(`${name}: ${message}`, 200)}); try again and report it if it stays`,
  );
}
