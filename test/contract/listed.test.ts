// Several problems in one message: counted, whole, and short enough for every reader.
import * as fc from 'fast-check';
import { listed } from '../../contract/listed';
import { Refusal } from '../../runtime/shared/refusal';

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
