// Every vector of contract/vectors/classify.json: what an answer means to a workload, and when it reads its key again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { Outcome } from '../../contract/watch';
import { refreshAfter } from '../../contract/workload';
import { requestOutcome, shownCode } from '../../protocol/request-outcome';

type Rules = Pick<ExchangeConfiguration, 'envelope' | 'errors'>;
interface Vector {
  readonly number: number;
  readonly name: string;
  readonly rules: string;
  readonly answer: { readonly status: number; readonly text: string };
  readonly credentials?: { readonly apiKey: string; readonly apiSecret: string; readonly passphrase?: string };
  readonly expected: {
    readonly outcome: Outcome;
    readonly errorClass: ErrorClass | null;
    readonly exchangeCode: string | null;
    readonly refresh: string;
  };
}

const file = path.join(__dirname, '..', '..', 'contract', 'vectors', 'classify.json');
const { rules, vectors }: { rules: Record<string, Rules>; vectors: Vector[] } = JSON.parse(readFileSync(file, 'utf8'));
const KEY = { apiKey: 'XkSomeKey4711', apiSecret: 'not-a-real-secret-4711' };

test.each(vectors)('$number $name', ({ rules: name, answer, credentials = KEY, expected }) => {
  const { outcome, errorClass, exchangeCode } = requestOutcome(rules[name], answer, credentials);
  const refresh = errorClass === undefined ? 'never' : refreshAfter(errorClass);
  expect({ outcome, errorClass: errorClass ?? null, exchangeCode: exchangeCode ?? null, refresh }).toEqual(expected);
});

test('the vectors are numbered, named apart, and have every outcome that an answer can have', () => {
  expect(vectors.map(({ number }) => number)).toEqual(vectors.map((_, index) => index + 1));
  expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  const seen = new Set(vectors.map(({ expected }) => expected.outcome));
  expect(Object.values(Outcome).filter((outcome) => !seen.has(outcome))).toEqual([Outcome.REFUSED_LOCAL]);
});

test('a code with anything of the key is never shown', () => {
  const secret = fc.stringMatching(/^[!-~]{6,40}$/);
  fc.assert(
    fc.property(fc.record({ apiKey: secret, apiSecret: secret, passphrase: secret }), fc.string(), (key, around) => {
      for (const value of Object.values(key)) {
        expect(shownCode(value, key)).toBe('WITHHELD');
        expect(shownCode(`${around}${value}`, key)).toBe('WITHHELD');
        expect(shownCode(value.slice(0, Math.max(8, value.length - 3)), key)).toBe('WITHHELD');
      }
    }),
  );
});
