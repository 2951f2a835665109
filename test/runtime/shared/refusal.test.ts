// Messages fit into a CloudFormation reason whatever values and answers they quote.
import * as fc from 'fast-check';
import { MAX_MESSAGE_BYTES } from '../../../contract/listed';
import { Refusal, shortened, shown } from '../../../runtime/shared/refusal';

test.each([
  [undefined, 'nothing'],
  ['a', "'a'"],
  ['', "''"],
  ['a\nb', "'a\\u000ab'"],
  [true, "'true'"],
  [null, "'null'"],
  [{ a: 1 }, `'{"a":1}'`],
  ['x'.repeat(200), `'${'x'.repeat(80)}...'`],
])('%p is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('a text on several lines becomes one, shortened', () => {
  expect(shortened('a\r\n  b\u0000c', 10)).toBe('a b c');
  expect(shortened('abcdef', 4)).toBe('abc…');
});

test('any other message is cut between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 500, maxLength: 5_000 }), (text) => {
      const { message } = new Refusal('X', text);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      expect(text.startsWith(message.replace(/…$/, ''))).toBe(true);
    }),
  );
});
