import { quoted } from '../../contract/quoted';

test.each([
  ['prod', "'prod'"],
  ['', "''"],
  ['a\nb\u200b', "'a\\u000ab\\u200b'"],
  ['x'.repeat(80), `'${'x'.repeat(80)}'`],
  ['x'.repeat(81), `'${'x'.repeat(80)}...'`],
])('%j is shown as %s', (value, shown) => {
  expect(quoted(value)).toBe(shown);
});
