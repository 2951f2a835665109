// Values as exchanges write them: what cannot be read is undefined, and never something harmless.
import fc from 'fast-check';
import { AnswerListFormat, AnswerTimeFormat } from '../../../contract/exchange/exchange-configuration';
import { readAllowlist, readList, readText, readTime } from '../../../runtime/exchange/read-values';

const { LIST, COMMA } = AnswerListFormat;
const { UNIX_MILLISECONDS, UNIX_SECONDS, ISO_8601 } = AnswerTimeFormat;
const AT = Date.parse('2026-11-22T10:00:00.000Z');

test.each<[unknown, AnswerTimeFormat]>([
  [AT, UNIX_MILLISECONDS],
  [String(AT), UNIX_MILLISECONDS],
  [AT / 1000, UNIX_SECONDS],
  [`${AT / 1000}.0`, UNIX_SECONDS],
  ['2026-11-22T10:00:00Z', ISO_8601],
  ['2026-11-22T12:00:00.000+02:00', ISO_8601],
])('%j as %s is the time', (value, format) => {
  expect(readTime(value, format)).toEqual(new Date(AT));
});

test.each([undefined, null, '', 0, '0', -1, '-1'])('%j means: none', (value) => {
  for (const format of Object.values(AnswerTimeFormat)) expect(readTime(value, format)).toBeNull();
});

test.each<[unknown, AnswerTimeFormat]>([
  [AT / 1000, UNIX_MILLISECONDS],
  [AT, UNIX_SECONDS],
  ['2026-11-22T10:00:00', ISO_8601],
  ['2026-13-45T10:00:00Z', ISO_8601],
  ['tomorrow', ISO_8601],
  [AT, ISO_8601],
  ['abc', UNIX_MILLISECONDS],
  [{}, UNIX_MILLISECONDS],
  [[AT], UNIX_MILLISECONDS],
  [true, UNIX_MILLISECONDS],
  [Number.NaN, UNIX_MILLISECONDS],
])('%j as %s is no time', (value, format) => {
  expect(readTime(value, format)).toBeUndefined();
});

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
