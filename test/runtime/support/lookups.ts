// Runs the egress lookup as the provider framework does, and keeps the error it fails with.
import { onEvent } from '../../../runtime/egress/on-event';
import type { Patience } from '../../../runtime/shared/ec2-client';
import { Refusal } from '../../../runtime/shared/refusal';

export const REGION = 'eu-west-1';

/** Short enough for tests of servers that do not answer. */
export const IMPATIENT: Patience = { connectionTimeout: 500, requestTimeout: 1_000, maxAttempts: 2, total: 3_000 };

/** The answer to a Create with these properties. */
export const lookUp = (properties: object, patience = IMPATIENT) =>
  onEvent(
    { RequestType: 'Create', ResourceProperties: { ServiceToken: 'arn:aws:lambda:x', ...properties } },
    { region: REGION, patience },
  );

/** The refusal a lookup ends with; anything else fails the test. */
export async function refusalOf(lookup: Promise<unknown>): Promise<Refusal> {
  const outcome = await lookup.then(
    (answer) => new Error(`not refused: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(outcome instanceof Refusal)) throw outcome;
  return outcome;
}
