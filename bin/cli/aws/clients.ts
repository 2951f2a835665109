// AWS clients of one region: credentials from the SDK's default chain or of a role, every error told for people.
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { translate } from './errors';

export interface Connection {
  /** @default - what the environment or the profile says */
  readonly region?: string;
  readonly profile?: string;
  /** @default - the SDK's chain */
  readonly credentials?: SSMClientConfig['credentials'];
}

export interface AwsClients {
  readonly connection: Connection;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly ec2: EC2Client;
}

export type Connect = (connection: Connection) => AwsClients;

/** Whatever happens to a connection, a call ends; retries of throttled calls included in well below a minute. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };
/** The rotation function may wait for the exchange to activate a key, as long as a Lambda function can run. */
const FUNCTION_PATIENCE = { ...PATIENCE, requestTimeout: 900_000 };

/** Clients are made on first use: no command needs all of them. */
export const connect: Connect = (connection) => {
  const config = { maxAttempts: 5, retryMode: 'standard', requestHandler: PATIENCE, ...connection } as const;
  const made = new Map<string, unknown>();
  const once = <C extends Client>(name: string, make: () => C): C => {
    if (!made.has(name)) made.set(name, withErrorsForPeople(make()));
    return made.get(name) as C;
  };
  return {
    connection,
    get secrets() {
      return once('secrets', () => new SecretsManagerClient(config));
    },
    get ssm() {
      return once('ssm', () => new SSMClient(config));
    },
    get sts() {
      return once('sts', () => new STSClient(config));
    },
    get lambda() {
      return once('lambda', () => new LambdaClient({ ...config, requestHandler: FUNCTION_PATIENCE }));
    },
    get logs() {
      return once('logs', () => new CloudWatchLogsClient(config));
    },
    get cloudwatch() {
      return once('cloudwatch', () => new CloudWatchClient(config));
    },
    get dynamodb() {
      return once('dynamodb', () => new DynamoDBClient(config));
    },
    get ec2() {
      return once('ec2', () => new EC2Client(config));
    },
  };
};

type Client =
  | SSMClient
  | STSClient
  | LambdaClient
  | SecretsManagerClient
  | CloudWatchLogsClient
  | CloudWatchClient
  | DynamoDBClient
  | EC2Client;

/** The outermost step of every call, so that a failure to find credentials or a region passes here, too. */
function withErrorsForPeople<C extends Client>(client: C): C {
  (client as SSMClient).middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const region = await client.config.region().catch(() => undefined);
          throw translate(error, {
            service: clientName.replace(/Client$/, ''),
            operation: commandName.replace(/Command$/, ''),
            region,
          });
        }
      },
    { step: 'initialize', priority: 'high', name: 'errorsForPeople' },
  );
  return client;
}
