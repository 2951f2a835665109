// A configuration as it is read at run time: problems name their place, and no value is repeated.
import { validateExchangeConfiguration } from '../../../runtime/exchange/validate-configuration';
import { Refusal } from '../../../runtime/shared/refusal';
import { xxkkConfiguration } from '../../support/exchange-configuration';

const SOURCE = '/exchange-keys/prod/exchange/xxkk';
const RIGHT = JSON.parse(JSON.stringify(xxkkConfiguration('https://api.xxkk.example')));

function message(value: unknown): string {
  try {
    validateExchangeConfiguration(value, SOURCE);
  } catch (error) {
    expect(error).toMatchObject({ code: 'EXCHANGE_CONFIGURATION_INVALID' });
    expect(error).toBeInstanceOf(Refusal);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

test('a right one comes back as it is', () => {
  expect(validateExchangeConfiguration(RIGHT, SOURCE)).toBe(RIGHT);
});

test.each<[unknown, string]>([
  [null, 'must be object'],
  [[], 'must be object'],
  ['text', 'must be object'],
  [{ ...RIGHT, name: undefined }, "must have required property 'name'"],
  [{ ...RIGHT, name: 'X' }, "'name': must be at most 31 lower-case letters"],
  [{ ...RIGHT, limits: { activationSeconds: 781 } }, "'limits.activationSeconds': must be <= 780"],
  [
    { ...RIGHT, operations: { ...RIGHT.operations, probe: undefined } },
    "'operations': must have required property 'probe'",
  ],
  [{ ...RIGHT, errors: [{ code: '1', errorClass: 'NOPE' }] }, "'errors.0.errorClass': must be one of KEY_UNKNOWN"],
  [{ ...RIGHT, extra: 1 }, "key 'extra' is not known; remove it"],
  [
    { ...RIGHT, baseUrl: 'http://api.xxkk.example' },
    'without TLS, which only loopback addresses may be; write https:// [EXCHANGE_BASE_URL]',
  ],
])('%#', (value, expected) => {
  const said = message(JSON.parse(JSON.stringify(value)));
  expect(said).toContain(`the configuration in '${SOURCE}' cannot be used, 1 problem: (1) `);
  expect(said).toContain(expected);
});

test('all problems at once', () => {
  expect(message({ ...RIGHT, name: 'X', baseUrl: 5 })).toContain('2 problems');
});

test('what looks like a key is not repeated, wherever it was pasted', () => {
  const key = 'Kx93jfJJ29dkDKQ00aLLp2';
  const values = [
    { ...RIGHT, [key]: 1 },
    { ...RIGHT, baseUrl: key },
    { ...RIGHT, baseUrl: `https://user:${key}@api.xxkk.example` },
    { ...RIGHT, name: key },
    { ...RIGHT, permissions: { read: [`${key} ${key}`] } },
    { ...RIGHT, envelope: { codePath: `${key} ` } },
    { ...RIGHT, signing: undefined, headers: { 'X-API-KEY': key } },
    key,
  ];
  for (const value of values) expect(message(JSON.parse(JSON.stringify(value)))).not.toContain(key);
});
