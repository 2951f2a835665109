// Values as exchanges write them: what cannot be read is undefined, and never something harmless.
import fc from 'fast-check';
import { AnswerListFormat } from '../../../contract/exchange/exchange-configuration';
import { readAllowlist, readList, readText } from '../../../runtime/exchange/read-values';

const { LIST, COMMA } = AnswerListFormat;
test.each<[unknown, AnswerListFormat, string[] | undefined]>([
  [['a', 'b', 'a'], LIST, ['a', 'b']],
  [[], LIST, []],
  ['a,b', LIST, undefined],
  [['a', 1], LIST, undefined],
  [null, LIST, undefined],
  [undefined, LIST, undefined],
  [{}, LIST, undefined],
  ['a, b ,', COMMA, ['a', 'b']],
  ['', COMMA, []],
  [['a'], COMMA, undefined],
  [null, COMMA, undefined],
  [7, COMMA, undefined],
])('%j as %s', (value, format, expected) => {
  expect(readList(value, format)).toEqual(expected);
});

test.each<[unknown, AnswerListFormat, string[] | undefined]>([
  [['203.0.113.1'], LIST, ['203.0.113.1']],
  [['*'], LIST, []],
  ['*', LIST, []],
  ['', LIST, []],
  [[''], LIST, []],
  [['203.0.113.1', '*'], LIST, []],
  [['203.0.113.1', '0.0.0.0/0'], LIST, []],
  ['203.0.113.1,::/0', COMMA, []],
  ['203.0.113.1,203.0.113.2', COMMA, ['203.0.113.1', '203.0.113.2']],
  [null, LIST, undefined],
  [undefined, LIST, undefined],
  [false, LIST, undefined],
  ['203.0.113.1', LIST, undefined],
])('allowlist %j as %s', (value, format, expected) => {
  expect(readAllowlist(value, format)).toEqual(expected);
});

test('an allowlist that is no list of texts is never bound', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(LIST, COMMA), (value, format) => {
      const entries = readAllowlist(value, format);
      if (entries === undefined || entries.length === 0) return;
      const given = typeof value === 'string' ? value.split(',') : (value as unknown[]);
      expect(given.every((entry) => typeof entry === 'string')).toBe(true);
      expect(given.map((entry) => String(entry).trim())).toEqual(expect.arrayContaining(entries));
    }),
  );
});

test.each<[unknown, string | undefined]>([
  ['abc', 'abc'],
  [7, '7'],
  [2 ** 60, undefined],
  ['', undefined],
  ['a b', undefined],
  ['a\n', undefined],
  [null, undefined],
  ['ä', undefined],
  ['x'.repeat(4097), undefined],
])('%j as part of a key', (value, expected) => {
  expect(readText(value)).toBe(expected);
});
