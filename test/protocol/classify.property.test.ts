// Whatever comes, it has a class, and is a success only by the rule: thousands of answers, likely and unlikely.
import fc from 'fast-check';
import { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeEnvelope, ExchangeErrorRule } from '../../contract/exchange/exchange-configuration';
import { classify } from '../../protocol/classify';

const errors: ExchangeErrorRule[] = [
  { code: '10', messageContains: 'Request IP', errorClass: ErrorClass.IP_NOT_ALLOWED },
  { code: '10', errorClass: ErrorClass.KEY_UNKNOWN },
];
const WITH_CODES = { envelope: { codePath: 'code', messagePath: 'msg', successCodes: ['0', '200000'] }, errors };
const WITHOUT = { envelope: { codePath: 'error.code', messagePath: 'error.text' }, errors };

test('whatever comes, it has a class, and is a success only by the rule', () => {
  const code = fc.oneof(fc.constantFrom(0, '0', '10', 10, null, true, '', [], ['0']), fc.jsonValue());
  const body = fc.oneof(
    fc.record({ code, msg: fc.oneof(fc.constant('request ip'), fc.jsonValue()) }, { requiredKeys: [] }),
    fc.record({ error: fc.record({ code }, { requiredKeys: [] }) }),
    fc.jsonValue(),
  );
  const text = fc.oneof(
    body.map((value) => JSON.stringify(value)),
    fc.string(),
  );
  const status = fc.oneof(fc.constantFrom(200, 201, 204, 400, 401, 403, 429, 500), fc.integer({ min: 200, max: 599 }));
  fc.assert(
    fc.property(text, status, fc.boolean(), fc.constantFrom(WITH_CODES, WITHOUT), (given, http, empty, rules) => {
      const verdict = classify(rules, { status: http, text: given }, empty);
      if (!verdict.ok) {
        expect(Object.values(ErrorClass)).toContain(verdict.errorClass);
        expect(verdict.code).not.toBe('');
        return;
      }
      expect(http >= 200 && http < 300).toBe(true);
      const { successCodes }: ExchangeEnvelope = rules.envelope;
      if (given === '') {
        expect(empty && successCodes === undefined).toBe(true);
        return;
      }
      const answer = JSON.parse(given);
      expect(typeof answer === 'object' && answer !== null).toBe(true);
      const found = successCodes ? answer.code : answer.error?.code;
      if (successCodes) expect(successCodes).toContain(String(Array.isArray(found) ? found[0] : found));
      else expect([undefined, null, '']).toContain(Array.isArray(found) ? found[0] : found);
    }),
    { numRuns: 2000 },
  );
});
