// Variables of a workload: one prefix for each exchange, and the way back from it.
import fc from 'fast-check';
import { exchangeOfPrefix, loaderPrefix, loaderVariables } from '../../../contract/workload';
import { codeOf } from '../refusal';

const exchangeName = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,2}$/);

test('every exchange has a prefix that is taken, and the prefix tells the exchange', () => {
  fc.assert(
    fc.property(exchangeName, (exchange) => {
      const prefix = loaderPrefix(exchange);
      expect(exchangeOfPrefix(prefix)).toBe(exchange);
      expect(Object.values(loaderVariables(prefix)).every((name) => /^[A-Z][A-Z0-9_]*$/.test(name))).toBe(true);
    }),
  );
});

test('the names that the guide gives', () => {
  const { secretFile, apiKey, apiSecret, apiBaseUrl } = loaderVariables('XXKK');
  expect([secretFile, apiKey, apiSecret, apiBaseUrl]).toEqual([
    'XXKK_SECRET_FILE',
    'XXKK_API_KEY',
    'XXKK_API_SECRET',
    'XXKK_API_BASE_URL',
  ]);
});

test('no two variables have one name', () => {
  const names = Object.values(loaderVariables('XXKK'));
  expect(new Set(names).size).toBe(names.length);
});

test.each(['', 'xxkk', 'Xxkk', '9X', '_X', 'X_', 'X__K', 'X-K', 'X K', 'X\n', 'É', 'X'.repeat(32)])(
  '%j is no prefix',
  (prefix) => {
    expect(codeOf(() => loaderVariables(prefix))).toBe('LOADER_PREFIX_MALFORMED');
  },
);
