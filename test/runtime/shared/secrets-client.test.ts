// What a failed AWS call means: whether it may have happened, and what may be said about it.
import { awsRefusal, outcomeUnknown } from '../../../runtime/shared/secrets-client';

const failed = (name: string, fault?: string, httpStatusCode?: number, attempts = 1) =>
  Object.assign(new Error('value GEHEIM is wrong'), { name, $fault: fault, $metadata: { httpStatusCode, attempts } });

test.each([
  ['a refusal', failed('AccessDeniedException', 'client', 400), false],
  ['an error of the service', failed('InternalServiceError', 'server', 500), true],
  ['no answer', failed('TimeoutError'), true],
  ['an error that is not of the SDK', new Error('socket hang up'), true],
  ['a refusal after an attempt without an answer', failed('ThrottlingException', 'client', 400, 2), true],
])('whether the call may have happened: %s', (_, error, unknown) => {
  expect(outcomeUnknown(error)).toBe(unknown);
});

test('the refusal names call and target; the text of AWS only where no secret was sent', () => {
  const call = 'secretsmanager:PutSecretValue';
  expect(awsRefusal(call, 'arn', failed('AccessDeniedException'))).toMatchObject({ code: 'AWS_NOT_ALLOWED' });
  expect(awsRefusal(call, 'arn', failed('X')).message).toBe(
    "'secretsmanager:PutSecretValue' on 'arn' failed (X: value GEHEIM is wrong); try again",
  );
  expect(awsRefusal(call, 'arn', failed('X'), false).message).toBe(
    "'secretsmanager:PutSecretValue' on 'arn' failed (X); try again",
  );
});
