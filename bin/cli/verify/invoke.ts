// Invokes a function of the ring and takes its answer, or says why there is none. What cannot get better by waiting is a failure.
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { withCode } from '../../../contract/errors';
import type { Session } from '../command';
import { Failure } from '../failure';
import { passes } from '../watch/passing';
import type { Unmet } from './unmet';

/** A JSON object, or what is wrong. */
export type Answer =
  | { readonly value: Readonly<Record<string, unknown>> }
  | { readonly problem: Pick<Unmet, 'code' | 'detail'> };

/** Longer than any of the functions may run. */
const LONGEST_MS = 120_000;

/** Lambda's own trouble, and a function that is being deployed. */
const PASSING: readonly (string | undefined)[] = [
  'ServiceException',
  'ResourceConflictException',
  'ResourceNotReadyException',
  'EC2ThrottledException',
  'EC2UnexpectedException',
  'ENILimitReachedException',
];

/** @throws Failure `VERIFY_INCOMPLETE`, and of AWS what does not pass by itself. */
export async function invoke(session: Session, FunctionName: string): Promise<Answer> {
  const limit = AbortSignal.timeout(LONGEST_MS);
  const command = new InvokeCommand({ FunctionName, Payload: '{}' });
  try {
    return read(FunctionName, await session.aws.lambda.send(command, { abortSignal: limit }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.awsError === 'ResourceNotFoundException') throw incomplete(session, FunctionName);
    if (limit.aborted) return problem('no-answer', `no answer from ${FunctionName} within ${LONGEST_MS / 1000} s`);
    if (PASSING.includes(error.awsError) || passes(error)) return problem('no-answer', withCode(error));
    throw error;
  }
}

function read(name: string, { FunctionError, Payload }: InvokeCommandOutput): Answer {
  const value = json(Payload);
  if (FunctionError !== undefined) {
    const { errorType = FunctionError, errorMessage = 'without a message' } = value ?? {};
    return problem('function-failed', `${name} failed: ${errorType}: ${errorMessage}`);
  }
  return value === undefined ? problem('answer-unusable', `${name} gave an answer that is none`) : { value };
}

function json(payload: Uint8Array | undefined): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
    return typeof value === 'object' && !Array.isArray(value) && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const problem = (code: string, detail: string): Answer => ({ problem: { code, detail } });

function incomplete({ environment }: Session, name: string): Failure {
  return new Failure(
    'VERIFY_INCOMPLETE',
    `function '${name}' of the ring of '${environment}' does not exist, although its SSM parameter names it; deploy the ring again`,
  );
}
