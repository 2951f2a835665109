import fc from 'fast-check';
import { formatKeyDocument, type KeyDocument, PLACEHOLDER, parseKeyDocument } from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { codeOf, refusalOf } from '../refusal';
import { documents } from './arbitraries';

const DOCUMENT: KeyDocument = {
  schema: 1,
  exchange: 'xxkk',
  name: 'prod-trader-bot-a',
  keyId: 'id-1',
  apiKey: 'APIKEY0001',
  apiSecret: 'APISECRET0001',
  createdAt: '2026-11-22T10:00:00Z',
};

test('every document can be read back', () => {
  fc.assert(
    fc.property(documents, (document) => {
      expect(parseKeyDocument(formatKeyDocument(document))).toEqual(document);
    }),
  );
});

test('the placeholder is frozen: another value would overwrite every key at the next deployment', () => {
  expect(PLACEHOLDER).toBe('{"schema":1,"placeholder":true}');
  expect(parseKeyDocument(PLACEHOLDER)).toBe('placeholder');
  expect(parseKeyDocument('{ "placeholder": true, "schema": 1 }')).toBe('placeholder');
});

test.each([
  ['no text', ''],
  ['no JSON', 'APISECRET0001'],
  ['null', 'null'],
  ['an array', '[]'],
  ['a string', '"APISECRET0001"'],
  ['another schema', JSON.stringify({ ...DOCUMENT, schema: 2 })],
  ['no schema', JSON.stringify({ ...DOCUMENT, schema: undefined })],
  ['a schema in quotes', JSON.stringify({ ...DOCUMENT, schema: '1' })],
  ['a placeholder with a key', JSON.stringify({ ...DOCUMENT, placeholder: true })],
  ['a placeholder that is none', '{"schema":1,"placeholder":false}'],
  ['an unknown field', JSON.stringify({ ...DOCUMENT, secret: 'APISECRET0001' })],
  ['an own __proto__', `{"__proto__":{},${JSON.stringify(DOCUMENT).slice(1)}`],
  ...(['exchange', 'name', 'keyId', 'apiKey', 'apiSecret', 'createdAt'] as const).map((field) => [
    `no ${field}`,
    JSON.stringify({ ...DOCUMENT, [field]: undefined }),
  ]),
  ...[null, 1, '', ' ', 'a b', 'a\n', 'é', 'x'.repeat(4097)].map((apiSecret) => [
    `apiSecret ${JSON.stringify(apiSecret)?.slice(0, 20)}`,
    JSON.stringify({ ...DOCUMENT, apiSecret }),
  ]),
  ...['2026-11-22', '2026-11-22T10:00:00', '2026-11-22T24:00:00Z', '2026-02-30T10:00:00Z', '1793000000'].map((time) => [
    `createdAt ${time}`,
    JSON.stringify({ ...DOCUMENT, createdAt: time }),
  ]),
])('is refused: %s', (_, text) => {
  refusal('KEY_DOCUMENT_MALFORMED', () => parseKeyDocument(text));
});

test('a document is checked before it is written', () => {
  refusal('KEY_DOCUMENT_MALFORMED', () => formatKeyDocument({ ...DOCUMENT, apiSecret: 'two words' }));
});

/** What can go wrong with a document: fields that are not text, are cut, have blanks, or have another name. */
const damages = fc.constantFrom<(document: KeyDocument, field: keyof KeyDocument) => unknown>(
  (document, field) => ({ ...document, [field]: `${document[field]} ` }),
  (document, field) => ({ ...document, [field]: `${document[field]}\n` }),
  (document, field) => ({ ...document, [field]: [document[field]] }),
  (document, field) => ({ ...document, [field]: undefined, [`${field}x`]: document[field] }),
  (document, field) => ({ ...document, [String(document[field])]: document[field] }),
  (document) => ({ ...document, schema: 2 }),
  (document) => [document],
);

test('no message holds a value: not of a damaged document, nor of a text that was cut', () => {
  const FIELDS = ['keyId', 'apiKey', 'apiSecret', 'passphrase'] as const;
  const valuesOf = (document: KeyDocument) => FIELDS.flatMap((field) => document[field] ?? []);
  fc.assert(
    fc.property(documents, damages, fc.constantFrom(...FIELDS), fc.nat(), (document, damage, field, cut) => {
      const whole = JSON.stringify(document);
      const texts = [JSON.stringify(damage(document, field)), whole.slice(0, cut % whole.length)];
      for (const text of texts) {
        if (codeOf(() => parseKeyDocument(text)) === undefined) continue;
        const { code, message } = refusalOf(() => parseKeyDocument(text));
        expect(code).toBe('KEY_DOCUMENT_MALFORMED');
        for (const value of valuesOf(document)) expect(message).not.toContain(value);
      }
    }),
  );
});
