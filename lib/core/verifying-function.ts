// Marks the functions that a pipeline may run to have the way out proven: by tags, because their names are CloudFormation's.
import { Tags } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ENVIRONMENT_TAG } from './environment-claim';

/** The tag's value says what the function is for. */
export const PURPOSE_TAG = 'exchange-keys:purpose';
export const VERIFY_PURPOSE = 'verify';

/** Above the priority of `Tags.of(app).add`, which must not open another function to a pipeline, nor close this one. */
const PRIORITY = 1000;

export function markVerifying(target: IFunction, environment: string): void {
  Tags.of(target).add(ENVIRONMENT_TAG, environment, { priority: PRIORITY });
  Tags.of(target).add(PURPOSE_TAG, VERIFY_PURPOSE, { priority: PRIORITY });
}
