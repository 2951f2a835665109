// Messages fit into a CloudFormation reason whatever values and answers they quote.
import * as fc from 'fast-check';
import { listed, MAX_MESSAGE_BYTES, Refusal, shortened, shown } from '../../../runtime/shared/refusal';

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

test('a list counts its problems', () => {
  expect(listed('bad', ['one'])).toBe('bad, 1 problem: (1) one');
  expect(listed('bad', ['one', 'two'])).toBe('bad, 2 problems: (1) one (2) two');
});

test('any list of problems fits, ends with a whole problem or a count, and is never cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 60 }),
      (problems) => {
        const message = listed('bad', problems);
        expect(new Refusal('X', message).message).toBe(message);
        expect(
          message.endsWith(`(${problems.length}) ${problems.at(-1)}`) || message.endsWith('; change these first)'),
        ).toBe(true);
      },
    ),
  );
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
