// The key as JSON: every wrong form is refused with the names of fields, and no value or unknown name is ever repeated.
import fc from 'fast-check';
import { parseKeyInput } from '../../../bin/cli/key/key-input';
import { InputError } from '../../../contract/errors';

const NOW = new Date('2026-11-22T10:00:00Z');

function refused(text: string): string {
  try {
    parseKeyInput(text, NOW);
  } catch (error) {
    if (error instanceof InputError && error.code === 'KEY_INPUT_MALFORMED') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const GOOD = { apiKey: 'k-12345678', apiSecret: 's-12345678' };
const withField = (more: object) => JSON.stringify({ ...GOOD, ...more });

test('the fields as they are', () => {
  const all = {
    ...GOOD,
    passphrase: 'p',
    keyId: 'i',
    createdAt: '2026-11-22T09:59:59Z',
    expiresAt: '2027-01-01T00:00:00.5Z',
  };
  expect(parseKeyInput(JSON.stringify(all), NOW)).toEqual(all);
  expect(parseKeyInput(`\n ${JSON.stringify(GOOD)}\n`, NOW)).toEqual(GOOD);
});

test.each([
  ['', 'it is empty'],
  [' \n', 'it is empty'],
  ['k-12345678', 'it is not JSON'],
  ['{"apiKey": "k-12345678"', 'it is not JSON'],
  ['["k-12345678"]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['"k-12345678"', 'it is not a JSON object'],
  ['{}', "'apiKey' is missing; 'apiSecret' is missing"],
  ['{"__proto__": {"apiKey": "k"}}', "'apiKey' is missing"],
  [withField({ apiKey: '' }), "'apiKey' is empty"],
  [withField({ apiKey: 7 }), "'apiKey' is not a string"],
  [withField({ apiSecret: null }), "'apiSecret' is not a string"],
  [withField({ apiSecret: 'a b' }), "'apiSecret' contains a blank or a line break"],
  [withField({ apiSecret: 'ab\n' }), "'apiSecret' contains a blank or a line break"],
  [withField({ passphrase: 'ü' }), "'passphrase' contains characters other than printable ASCII"],
  [withField({ keyId: 'x'.repeat(4097) }), "'keyId' is longer than 4096 characters"],
  [withField({ createdAt: 'yesterday' }), "'createdAt' is not a time such as 2026-11-22T10:00:00Z"],
  [withField({ createdAt: '2026-13-22T10:00:00Z' }), "'createdAt' is not a time"],
  [withField({ createdAt: '2026-11-22T10:06:00Z' }), "'createdAt' is in the future"],
  [withField({ expiresAt: '2026-11-22T10:00:00Z' }), "'expiresAt' has passed"],
  [withField({ api_key: 'x' }), "'api_key' has to be called 'apiKey'"],
  [withField({ SECRET: 'x' }), "'SECRET' has to be called 'apiSecret'"],
  [withField({ password: 'x' }), "'password' has to be called 'passphrase'"],
  [withField({ colour: 'x' }), 'it has a field that is not known'],
])('%s', (text, problem) => {
  const message = refused(text);
  expect(message).toContain(problem);
  expect(message).not.toContain('12345678');
  expect(message).toContain('write a JSON object with apiKey, apiSecret and');
});

test('no message repeats a value, wherever in the text it is', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9/+]{12,40}$/);
  const spot = fc.constantFrom<(value: string) => string>(
    (value) => value,
    (value) => JSON.stringify([value]),
    (value) => JSON.stringify({ [value]: 'x' }),
    (value) => JSON.stringify({ apiKey: `${value} `, apiSecret: 7 }),
    (value) => JSON.stringify({ apiKey: { [value]: value } }),
    (value) => JSON.stringify({ ...GOOD, createdAt: value }),
    (value) => `{"apiKey": "${value}`,
  );
  fc.assert(fc.property(secret, spot, (value, place) => !refused(place(value)).includes(value)));
});
