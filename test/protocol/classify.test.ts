// What an answer means: success only by the rule, refusals by the code in the body, the status only where no code helps.
import { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeErrorRule } from '../../contract/exchange/exchange-configuration';
import { classify } from '../../protocol/classify';

const errors: ExchangeErrorRule[] = [
  { code: '10', messageContains: 'Request IP', errorClass: ErrorClass.IP_NOT_ALLOWED },
  { code: '10', errorClass: ErrorClass.KEY_UNKNOWN },
  { code: '-2015', errorClass: ErrorClass.AMBIGUOUS_AUTH },
  { code: '20', status: 418, errorClass: ErrorClass.REGION },
  { messageContains: 'failed to find api-key', errorClass: ErrorClass.KEY_UNKNOWN },
];
const WITH_CODES = { envelope: { codePath: 'code', messagePath: 'msg', successCodes: ['0', '200000'] }, errors };
const WITHOUT = { envelope: { codePath: 'error.code', messagePath: 'error.text' }, errors };

const of = (rules: typeof WITH_CODES | typeof WITHOUT, status: number, body: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const verdict = classify(rules, { status, text });
  return verdict.ok ? 'OK' : `${verdict.errorClass} ${verdict.code}`;
};

test.each<[string, number, unknown, string]>([
  ['a success code', 200, { code: 0 }, 'OK'],
  ['a success code as text', 200, { code: '200000' }, 'OK'],
  ['a success code with a status that says otherwise', 401, { code: 0 }, 'AMBIGUOUS_AUTH 0'],
  ['a success code in an answer of a server that failed', 502, { code: 0 }, 'TRANSIENT 0'],
  ['no code at all', 200, { data: {} }, 'CONFIG HTTP_200'],
  ['null for a code', 200, { code: null }, 'CONFIG HTTP_200'],
  ['an object for a code', 200, { code: { 0: 0 } }, 'CONFIG UNREADABLE'],
  ['true for a code', 200, { code: true }, 'CONFIG true'],
  ['the code of an unknown key with HTTP 200', 200, { code: 10 }, 'KEY_UNKNOWN 10'],
  ['the same code with a message that says more', 200, { code: 10, msg: 'bad request ip: 1' }, 'IP_NOT_ALLOWED 10'],
  ['a negative code', 401, { code: -2015 }, 'AMBIGUOUS_AUTH -2015'],
  ['a code that means something with one status only', 418, { code: 20 }, 'REGION 20'],
  ['the same code with another status', 400, { code: 20 }, 'CONFIG 20'],
  ['a message without a code', 401, { msg: 'Failed to find API-key' }, 'KEY_UNKNOWN HTTP_401'],
  ['a message that is no text', 401, { msg: ['failed to find api-key'] }, 'AMBIGUOUS_AUTH HTTP_401'],
  ['401 with an unknown code', 401, { code: 99 }, 'AMBIGUOUS_AUTH 99'],
  ['403 with an unknown code', 403, { code: 99 }, 'AMBIGUOUS_AUTH 99'],
  ['429', 429, { code: 99 }, 'RATE_LIMIT 99'],
  ['500', 500, { code: 99 }, 'TRANSIENT 99'],
  ['408: it may have happened', 408, { code: 99 }, 'TRANSIENT 99'],
  ['400 with an unknown code', 400, { code: 99 }, 'CONFIG 99'],
  ['a page with HTTP 200', 200, '<html>', 'TRANSIENT HTTP_200'],
  ['a page of a firewall', 403, '<html>', 'TRANSIENT HTTP_403'],
  ['a page about too many requests', 429, '<html>', 'RATE_LIMIT HTTP_429'],
  ['nothing', 200, '', 'TRANSIENT HTTP_200'],
  ['a text as JSON', 200, '"ok"', 'TRANSIENT HTTP_200'],
  ['a list', 200, [{ code: 0 }], 'CONFIG HTTP_200'],
  ['an inherited name', 200, '{"__proto__":{"code":0}}', 'CONFIG HTTP_200'],
])('with success codes: %s', (_, status, body, expected) => {
  expect(of(WITH_CODES, status, body)).toBe(expected);
});

test.each<[string, number, unknown, string]>([
  ['a 2xx answer without a code', 200, { data: {} }, 'OK'],
  ['a list', 200, [], 'OK'],
  ['an empty list of codes', 200, { error: { code: [] } }, 'OK'],
  ['a list of codes', 200, { error: { code: ['10'] } }, 'KEY_UNKNOWN 10'],
  ['a code with 2xx', 200, { error: { code: 77 } }, 'CONFIG 77'],
  ['0 is a code', 200, { error: { code: 0 } }, 'CONFIG 0'],
  ['a 4xx answer without a code', 404, {}, 'CONFIG HTTP_404'],
  ['nothing', 204, '', 'TRANSIENT HTTP_204'],
])('without success codes: %s', (_, status, body, expected) => {
  expect(of(WITHOUT, status, body)).toBe(expected);
});

test('an empty answer is a success only where it may be, and where success needs no code', () => {
  const empty = { status: 204, text: '' };
  expect(classify(WITHOUT, empty, true).ok).toBe(true);
  expect(classify(WITHOUT, { status: 500, text: '' }, true).ok).toBe(false);
  expect(classify(WITHOUT, { status: 200, text: ' ' }, true).ok).toBe(false);
  expect(classify(WITH_CODES, empty, true).ok).toBe(false);
});
