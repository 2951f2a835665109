// Times as exchanges write them, and how far their clocks are from ours: what cannot be read is no time, and too far is no clock.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { AnswerTimeFormat, type ServerTimeOperation } from '../../contract/exchange/exchange-configuration';
import { clockOffset, readTime } from '../../protocol/server-time';

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

const OPERATION = { timePath: 'data.serverTime' };
const offset = (serverTime: unknown, before = AT, after = AT) =>
  clockOffset(OPERATION, { data: { serverTime } }, { before, after });

test.each<[string, unknown, number | undefined]>([
  ['the same', AT, 0],
  ['ahead', AT + 4_000, 4_000],
  ['behind', AT - 4_000, -4_000],
  ['five minutes ahead', AT + 300_000, 300_000],
  ['five minutes behind', AT - 300_000, -300_000],
  ['further ahead', AT + 300_001, undefined],
  ['further behind', AT - 300_001, undefined],
  ['none', null, undefined],
  ['no time', 'soon', undefined],
])('a clock that is %s', (_, serverTime, expected) => {
  expect(offset(serverTime)).toBe(expected);
});

interface Vector {
  readonly number: number;
  readonly name: string;
  readonly operation: Pick<ServerTimeOperation, 'timePath' | 'timeFormat'>;
  readonly answer: object;
  readonly asked: { readonly before: number; readonly after: number };
  /** Null: the answer tells none that can be taken over. */
  readonly offset: number | null;
}
const file = path.join(__dirname, '..', '..', 'contract', 'vectors', 'server-time.json');
const { vectors }: { vectors: Vector[] } = JSON.parse(readFileSync(file, 'utf8'));

test.each(vectors)('$number $name', ({ operation, answer, asked, offset: expected }) => {
  expect(clockOffset(operation, answer, asked) ?? null).toBe(expected);
});

test('the vectors are numbered and named apart', () => {
  expect(vectors.map(({ number }) => number)).toEqual(vectors.map((_, index) => index + 1));
  expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
});

test('the exchange answered half-way between question and answer', () => {
  expect(offset(AT + 1_000, AT, AT + 2_000)).toBe(0);
  expect(clockOffset(OPERATION, undefined, { before: AT, after: AT })).toBeUndefined();
});

test('whatever an answer says, the offset is small or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.integer({ min: AT - 1e6, max: AT + 1e6 })), (value) => {
      expect(Math.abs(offset(value) ?? 0)).toBeLessThanOrEqual(300_000);
    }),
  );
});
