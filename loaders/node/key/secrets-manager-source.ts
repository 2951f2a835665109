// A key in Secrets Manager: always the version that is AWSCURRENT, since the secret's policy lets workloads read no other.
import { KeySource } from '../../../contract/watch/key-report';
import { errorName, plainWord } from '../shared/error-name';
import { LoaderError } from '../shared/loader-error';
import type { ExpectedKey } from './expected-key';
import type { HeldKey } from './held-key';
import { keyFromDocument } from './key-from-document';
import { type KeyReader, Unreachable } from './key-source';

/** What is used of a `SecretsManagerClient`. */
export interface SecretsClient {
  // biome-ignore lint/suspicious/noExplicitAny: a type of the SDK would oblige users of files and variables to install it
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
}

/** The part of the SDK that is loaded when a secret is to be read, and not before. */
type Sdk = Pick<typeof import('@aws-sdk/client-secrets-manager'), 'SecretsManagerClient' | 'GetSecretValueCommand'>;

/** 3 attempts of 5 s and the back-off between them: one read takes less than 20 s. */
const CLIENT_SETTINGS = {
  maxAttempts: 3,
  retryMode: 'adaptive',
  // without throwOnRequestTimeout the SDK only logs a warning and keeps waiting
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** Refusals that another try can lift, besides those that the SDK marks and every 5xx. */
const PASSING = ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestTimeoutException'];
/** No answer at all: the network, a time limit, credentials whose own service does not answer. */
const NO_ANSWER = ['TimeoutError', 'AbortError', 'CredentialsProviderError', 'ProviderError', 'TokenProviderError'];

const ADVICE: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "check that the workload's role is the one that was attached to the key, that it asks from the network of the ring, and that it may decrypt with the key's KMS key",
  ResourceNotFoundException: 'check name, region and account of the secret',
  InvalidRequestException: 'the secret is marked for deletion, or has no current value',
  DecryptionFailure: "check that the workload's role may decrypt with the key's KMS key",
};
const USUAL_ADVICE = 'check region, credentials and the network of the workload';

export interface SecretsManagerSettings {
  /** Name or ARN. */
  readonly id: string;
  /** How messages name it. */
  readonly label: string;
  readonly expected: ExpectedKey;
  /** Instead of a client of its own. */
  readonly client: SecretsClient | undefined;
}

export class SecretsManagerSource implements KeyReader {
  readonly kind = KeySource.SECRETS_MANAGER;
  readonly label: string;
  readonly #sdk: Sdk;
  readonly #client: SecretsClient;

  /** @throws LoaderError `LOADER_SDK_MISSING`. */
  constructor(private readonly settings: SecretsManagerSettings) {
    this.label = settings.label;
    this.#sdk = loadSdk(settings.label);
    this.#client = settings.client ?? ownClient(this.#sdk, settings.id);
  }

  async read(abortSignal: AbortSignal): Promise<HeldKey> {
    const { SecretString: text, VersionId: version } = await this.answer(abortSignal);
    if (typeof text !== 'string' || typeof version !== 'string') {
      throw new LoaderError(
        'KEY_DOCUMENT_MALFORMED',
        `${this.label}: its value is not text; put the key again with 'exchange-keys key put'`,
      );
    }
    return keyFromDocument(text, { source: this.kind, label: this.label, version }, this.settings.expected);
  }

  private async answer(abortSignal: AbortSignal): Promise<{ SecretString?: unknown; VersionId?: unknown }> {
    const command = new this.#sdk.GetSecretValueCommand({ SecretId: this.settings.id, VersionStage: 'AWSCURRENT' });
    try {
      return await this.#client.send(command, { abortSignal });
    } catch (error) {
      throw unreadable(this.label, error);
    }
  }
}

function loadSdk(label: string): Sdk {
  try {
    // require, not import: it also finds the SDK of the Lambda runtime, and only those need it who have a secret to read
    return require('@aws-sdk/client-secrets-manager');
  } catch {
    throw new LoaderError(
      'LOADER_SDK_MISSING',
      `${label}: reading it needs the package @aws-sdk/client-secrets-manager, which cannot be loaded; install it beside cdk-exchange-keys`,
    );
  }
}

/** An ARN says its region; a name is one of the region that the workload runs in. */
function ownClient({ SecretsManagerClient }: Sdk, id: string): SecretsClient {
  const region = id.startsWith('arn:') ? id.split(':')[3] : undefined;
  return new SecretsManagerClient({ ...CLIENT_SETTINGS, ...(region && { region }) });
}

function unreadable(label: string, error: unknown): LoaderError {
  const { name, code, passing } = kindOf(error);
  const reason = code === undefined || code === name ? name : `${name}, ${code}`;
  const message = `${label}: Secrets Manager does not give it (${reason}); ${ADVICE[name] ?? USUAL_ADVICE}`;
  return passing ? new Unreachable('SECRET_UNREADABLE', message) : new LoaderError('SECRET_UNREADABLE', message);
}

/** Names and codes only: messages of the SDK can quote what was sent and received. */
function kindOf(error: unknown): { name: string; code: string | undefined; passing: boolean } {
  const { code, $metadata, $retryable } = (error ?? {}) as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
  };
  const name = errorName(error);
  const word = plainWord(code);
  // Where the SDK has sent a request, it says so; without a status, or with one of success, no whole answer came back.
  const { httpStatusCode: status = 0 } = $metadata ?? { httpStatusCode: 400 };
  const isAnswered = status >= 400 && status < 500 && status !== 429;
  const isSystem = /^E[A-Z_]+$/.test(word ?? '');
  const passing = !isAnswered || $retryable !== undefined || isSystem || [...PASSING, ...NO_ANSWER].includes(name);
  return { name, code: word, passing };
}
