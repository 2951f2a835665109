// The edges of what an answer means: first and last status, rules of one part, and whether anything was known of it.
import { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeEnvelope, ExchangeErrorRule } from '../../contract/exchange/exchange-configuration';
import { classify } from '../../protocol/classify';

const CODED: ExchangeEnvelope = { codePath: 'code', messagePath: 'msg', successCodes: ['0'] };
const RULES: ExchangeErrorRule[] = [
  { code: '10', errorClass: ErrorClass.KEY_UNKNOWN },
  { messageContains: 'Unmatched IP', errorClass: ErrorClass.IP_NOT_ALLOWED },
];
const answer = (status: number, body: unknown, envelope = CODED, errors = RULES) =>
  classify({ envelope, errors }, { status, text: typeof body === 'string' ? body : JSON.stringify(body) });

test.each([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
])('%i with a success code: %s', (status, ok) => {
  expect(answer(status, { code: '0' }).ok).toBe(ok);
});

test.each([
  [400, ErrorClass.CONFIG],
  [401, ErrorClass.AMBIGUOUS_AUTH],
  [402, ErrorClass.CONFIG],
  [403, ErrorClass.AMBIGUOUS_AUTH],
  [404, ErrorClass.CONFIG],
  [407, ErrorClass.CONFIG],
  [408, ErrorClass.TRANSIENT],
  [409, ErrorClass.CONFIG],
  [429, ErrorClass.RATE_LIMIT],
  [499, ErrorClass.CONFIG],
  [500, ErrorClass.TRANSIENT],
  [599, ErrorClass.TRANSIENT],
])('%i with a code that no rule is about: %s, and not known', (status, errorClass) => {
  expect(answer(status, { code: 77 })).toEqual({ ok: false, errorClass, code: '77', known: false });
});

test.each([[''], [null], [[]], [['']]])('%j for a code is none', (code) => {
  expect(answer(400, { code })).toMatchObject({ ok: false, code: 'HTTP_400' });
  expect(answer(200, { code }, { codePath: 'code' }).ok).toBe(true);
  expect(answer(200, { code }).ok).toBe(false);
});

test('a rule says that the answer was known, a page of a proxy never was', () => {
  expect(answer(403, { code: 10 })).toEqual({
    ok: false,
    errorClass: ErrorClass.KEY_UNKNOWN,
    code: '10',
    known: true,
  });
  expect(answer(403, '<html>')).toEqual({
    ok: false,
    errorClass: ErrorClass.TRANSIENT,
    code: 'HTTP_403',
    known: false,
  });
});

test('a rule about a message alone serves whatever the code is', () => {
  expect(answer(400, { code: 77, msg: 'unmatched ip 203.0.113.7' })).toMatchObject({
    errorClass: ErrorClass.IP_NOT_ALLOWED,
    code: '77',
    known: true,
  });
});

test('a rule about a status alone is about nothing: a status has no one meaning', () => {
  const rules = [{ status: 403, errorClass: ErrorClass.IP_NOT_ALLOWED }];
  expect(answer(403, { code: 77 }, CODED, rules)).toMatchObject({
    errorClass: ErrorClass.AMBIGUOUS_AUTH,
    known: false,
  });
});

test('of several rules the first one counts', () => {
  const rules = [ErrorClass.SIGNATURE, ErrorClass.PERMISSION].map((errorClass) => ({ code: '10', errorClass }));
  expect(answer(400, { code: 10 }, CODED, rules)).toMatchObject({ errorClass: ErrorClass.SIGNATURE });
});

test('an exchange without a place for messages', () => {
  const envelope = { codePath: 'code', successCodes: ['0'] };
  expect(answer(400, { code: 77, msg: 'unmatched ip' }, envelope)).toMatchObject({ known: false });
  expect(answer(400, { code: 10, msg: 'unmatched ip' }, envelope)).toMatchObject({ known: true });
});

test('a success gives the answer back', () => {
  expect(answer(200, { code: '0', data: [1] })).toEqual({ ok: true, body: { code: '0', data: [1] } });
  const empty = classify({ envelope: { codePath: 'code' }, errors: [] }, { status: 204, text: '' }, true);
  expect(empty).toEqual({ ok: true, body: undefined });
});
