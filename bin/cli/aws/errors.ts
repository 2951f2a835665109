// What an AWS error means for the person at the terminal, and what to do about it.
import { shortened } from '../../../runtime/shared/refusal';
import { Failure, Interrupted } from '../failure';

export interface Call {
  /** `SecretsManager` */
  readonly service: string;
  /** `ListSecrets` */
  readonly operation: string;
  readonly region?: string;
}

interface Rule {
  readonly code: string;
  readonly when: (error: AwsError) => boolean;
  readonly message: (action: string, error: AwsError, call: Call) => string;
}

type AwsError = Error & { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };

const PREFIXES: Readonly<Record<string, string>> = { CloudWatchLogs: 'logs' };
/** Operations whose parameters hold a key: what AWS says about them may quote it. */
const SECRET_PARAMETERS = ['PutSecretValue'];

const named =
  (...names: string[]) =>
  ({ name }: AwsError) =>
    names.includes(name);

/** The first rule that holds decides. */
const RULES: readonly Rule[] = [
  {
    code: 'AWS_CREDENTIALS_EXPIRED',
    when: (error) =>
      named('ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenProviderError')(error) ||
      /(session|token|credentials?)\b.*\bexpired/i.test(error.name === 'CredentialsProviderError' ? error.message : ''),
    message: (action) =>
      `the AWS credentials have expired ('${action}'); sign in again, for example with 'aws sso login'`,
  },
  {
    code: 'AWS_CREDENTIALS_MISSING',
    when: named('CredentialsProviderError'),
    message: (_, { message }) =>
      `no usable AWS credentials were found (${shortened(message, 150)}); sign in, set AWS_PROFILE, or add --profile`,
  },
  {
    code: 'AWS_CREDENTIALS_REFUSED',
    when: named(
      ...['UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
      ...['IncompleteSignature', 'MissingAuthenticationTokenException', 'AuthFailure'],
    ),
    message: (action, { name }) =>
      `AWS does not accept the credentials ('${action}': ${name}); check the account they belong to and the machine's clock, or sign in again`,
  },
  {
    code: 'AWS_ACCESS_DENIED',
    when: named(
      ...['AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'KMSAccessDeniedException'],
      ...['UnauthorizedOperation'],
    ),
    message: (action, { message }) =>
      `'${action}' was denied (${shortened(message, 400)}); allow the action to that role, or use one that has it`,
  },
  {
    code: 'AWS_THROTTLED',
    when: (error) =>
      named('ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded')(error) ||
      error.$metadata?.httpStatusCode === 429,
    message: (action) => `AWS throttles '${action}', also after several attempts; run again in a minute`,
  },
  {
    code: 'AWS_UNREACHABLE',
    when: (error) =>
      named('TimeoutError', 'NetworkingError', 'RequestTimeout')(error) ||
      /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO|CERT_\w+|\w+_CERT\w*)$/.test(
        error.code ?? '',
      ),
    message: (action, { name, code }, { region }) =>
      `AWS gave no answer to '${action}' in ${region ?? 'its region'} (${code ?? name}); check network, proxy, region and AWS_ENDPOINT_URL`,
  },
];

/** The failure to show; what is a failure already stays as it is. */
export function translate(thrown: unknown, call: Call): Error {
  if (thrown instanceof Failure || thrown instanceof Interrupted) return thrown;
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as AwsError;
  const action = `${PREFIXES[call.service] ?? call.service.toLowerCase()}:${call.operation === 'Invoke' ? 'InvokeFunction' : call.operation}`;
  const rule = RULES.find(({ when }) => when(error));
  if (rule) return new Failure(rule.code, rule.message(action, error, call), { awsError: error.name });
  const said = SECRET_PARAMETERS.includes(call.operation) ? '' : `: ${shortened(error.message, 300)}`;
  return new Failure('AWS_CALL_FAILED', `'${action}' failed (${error.name}${said}); run again, or look the error up`, {
    awsError: error.name,
  });
}

/** What an answer must hold; one without it is a failure, never an empty result. */
export function required<T>(action: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Failure(
    'AWS_CALL_FAILED',
    `'${action}' gave an answer that cannot be used; run again, or look the error up`,
  );
}
