// Any error becomes a refusal with a code, a short text, and no line break.
import { refusalOf } from '../../../runtime/shared/aws-refusal';
import { Refusal } from '../../../runtime/shared/refusal';

test('a refusal stays what it is', () => {
  const refusal = new Refusal('ANY_CODE', 'no');
  expect(refusalOf(refusal)).toBe(refusal);
});

test.each([
  [new TypeError('x is\nnot iterable'), '(TypeError: x is not iterable)'],
  ['only text', '(Error: only text)'],
  [undefined, '(Error: undefined)'],
  [new Error('y'.repeat(9_000)), '…)'],
])('%p is an answer that cannot be used', (error, told) => {
  const { code, message } = refusalOf(error);
  expect(code).toBe('AWS_ANSWER_UNUSABLE');
  expect(message).toContain(told);
  expect(message.length).toBeLessThan(400);
});
