// Makes EC2 clients whose calls end, well or badly, before the Lambda function itself is stopped.
import { EC2Client } from '@aws-sdk/client-ec2';

/** How long a client waits, in milliseconds, and how often it tries. */
export interface Patience {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly maxAttempts: number;
  /** Everything one event may take, whatever the number of calls and pages. */
  readonly total: number;
}

/** For a Lambda function with a timeout of 60 s: 15 s remain to answer the provider framework. */
export const PATIENCE: Patience = { connectionTimeout: 2_000, requestTimeout: 6_000, maxAttempts: 3, total: 45_000 };

/** A client of one region. */
export function createEc2Client(region: string, patience: Patience): EC2Client {
  const { connectionTimeout, requestTimeout, maxAttempts } = patience;
  return new EC2Client({
    region,
    maxAttempts,
    retryMode: 'standard',
    // without throwOnRequestTimeout the SDK only logs a warning and keeps waiting
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
}
