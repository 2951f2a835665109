// Which failures of AWS pass by themselves, so that who waits for something goes on waiting.
import { Failure } from '../failure';

const CODES: readonly string[] = ['AWS_THROTTLED', 'AWS_UNREACHABLE'];
const AWS_ERRORS: readonly (string | undefined)[] = [
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
];

export function passes(error: unknown): error is Failure {
  return error instanceof Failure && (CODES.includes(error.code) || AWS_ERRORS.includes(error.awsError));
}
