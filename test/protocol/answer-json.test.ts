// Answers as JSON: digits survive, nothing that is no JSON becomes one, and paths find only what is there.
import fc from 'fast-check';
import { parseAnswer, valueAt } from '../../protocol/answer-json';

test('long numbers keep their digits, everything else is as JSON says', () => {
  const text =
    '{"id":12345678901234567890,"neg":-98765432109876543,"a":[1234567890123456789],"s":"12345678901234567890","f":0.12345678901234567890,"e":1234567890123456e5,"q":"\\"1234567890123456789","n":7}';
  expect(parseAnswer(text)).toEqual({
    id: '12345678901234567890',
    neg: '-98765432109876543',
    a: ['1234567890123456789'],
    s: '12345678901234567890',
    f: 0.12345678901234568,
    e: 1234567890123456e5,
    q: '"1234567890123456789',
    n: 7,
  });
});

test.each([
  '',
  'null',
  '1',
  '"a"',
  'true',
  '<html>',
  '{',
  '{1234567890123456789:1}',
  '{"a":01234567890123456789}',
  'NaN',
])('%j is no answer', (text) => {
  expect(parseAnswer(text)).toBeUndefined();
});

test('an answer without long numbers is what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/(?<![\d.])\d{16}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '')));
      expect(parseAnswer(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('every whole number comes back with its digits', () => {
  const number = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
  fc.assert(
    fc.property(fc.array(number), fc.string(), (numbers, name) => {
      const answer = parseAnswer(`{${JSON.stringify(name)}:[${numbers.join(',')}]}`) as Record<string, unknown[]>;
      expect(answer[name].map(String)).toEqual(numbers.map(String));
    }),
  );
});

test('a deep answer is read, a path goes where it says', () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  expect(valueAt(parseAnswer(deep), Array(5000).fill('a').join('.'))).toBe(1);
});

test.each<[string, unknown]>([
  ['.', { data: [{ perm: 'read' }], a: null }],
  ['data.0.perm', 'read'],
  ['data.1.perm', undefined],
  ['data.length', undefined],
  ['a.b', undefined],
  ['a', null],
  ['__proto__', undefined],
  ['constructor.name', undefined],
  ['toString', undefined],
])('%s', (path, expected) => {
  const root = JSON.parse('{"data":[{"perm":"read"}],"a":null}');
  expect(valueAt(root, path)).toEqual(expected);
});
