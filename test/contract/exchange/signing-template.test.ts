// The schema of signing templates and what it cannot say: each problem at its place, with its code and its advice.
import Ajv from 'ajv';
import fc from 'fast-check';
import { checkSigningTemplate } from '../../../contract/exchange/check-signing-template';
import {
  DigestEncoding,
  NonceFormat,
  ParameterPlace,
  PassphraseMode,
  SigningEncoding,
  SigningHash,
  type SigningTemplate,
  SigningToken,
  TimestampFormat,
} from '../../../contract/exchange/signing-template';
import { signingTemplateSchema } from '../../../contract/exchange/signing-template-schema';
import { parseEntry, parseText } from '../../../contract/exchange/signing-text';
import { EXCHANGES, templateOf } from '../../protocol/signing/templates';

const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
  .addKeyword('patternErrorMessage')
  .compile(signingTemplateSchema);

const GOOD: SigningTemplate = {
  tokens: ['timestamp', 'method', 'path', '?query', 'body'],
  hash: SigningHash.SHA256,
  encoding: SigningEncoding.HEX,
  timestamp: { format: TimestampFormat.UNIX_MILLISECONDS },
  headers: { 'X-API-KEY': '{key}', 'X-SIGNATURE': '{signature}' },
};

const SIGNED =
  'timestamp, key, recvWindow, nonce, passphrase, method, host, path, query, ?query, pathAndQuery, rawQuery, ?rawQuery, body, payloadHash';
const BEFORE = 'timestamp, key, recvWindow, nonce, passphrase, method, host, path';

const check = (changes: Partial<SigningTemplate>) => checkSigningTemplate({ ...GOOD, ...changes });

test.each(EXCHANGES)('the template of %s is valid', (exchange) => {
  const template = templateOf(exchange);
  expect(validate(template)).toBe(true);
  expect(validate.errors).toBeNull();
  expect(checkSigningTemplate(template)).toEqual([]);
});

test('a template has nothing that the schema does not know', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EXCHANGES), fc.string(), fc.jsonValue(), (exchange, key, value) => {
      const template = templateOf(exchange);
      fc.pre(!(key in signingTemplateSchema.properties) && key !== '__proto__');
      expect(validate({ ...template, [key]: value })).toBe(false);
    }),
  );
});

test.each<[string, object]>([
  ['no tokens', { tokens: undefined }],
  ['empty tokens', { tokens: [] }],
  ['MD5', { hash: 'md5' }],
  ['raw signature', { encoding: 'raw' }],
  ['timestamp as text', { timestamp: 'unix-ms' }],
  ['negative offset', { timestamp: { format: 'unix-ms', offsetMilliseconds: -1 } }],
  ['offset above an hour', { timestamp: { format: 'unix-ms', offsetMilliseconds: 3_600_001 } }],
  ['no window', { recvWindowMilliseconds: 0 }],
  ['a window above a minute', { recvWindowMilliseconds: 60_001 }],
  ['half a millisecond', { recvWindowMilliseconds: 0.5 }],
  ['line break in a header', { headers: { A: '{key}\r\nB: 1' } }],
  ['umlaut in a header', { headers: { A: 'ä' } }],
  ['empty header', { headers: { A: '' } }],
  ['parameter with a bracket', { signatureParameter: { name: 'a[0]', place: 'query' } }],
  ['parameter in a header', { signatureParameter: { name: 'a', place: 'header' } }],
  ['a secret', { secret: 'x' }],
])('the schema refuses: %s', (_, changes) => {
  expect(validate(JSON.parse(JSON.stringify({ ...GOOD, ...changes })))).toBe(false);
});

test('every property is described', () => {
  const undescribed: string[] = [];
  const walk = (schema: { properties?: object; items?: object; description?: string }, path: string): void => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (typeof property.description !== 'string') undescribed.push(`${path}/${name}`);
      walk(property, `${path}/${name}`);
    }
    if (schema.items !== undefined) walk(schema.items, `${path}/items`);
  };
  walk(signingTemplateSchema, '');
  expect(undescribed).toEqual([]);
});

test.each<[string, Partial<SigningTemplate>, { path: string; code: string; message: string }]>([
  [
    'unknown token',
    { tokens: [...GOOD.tokens, 'tiemstamp'] },
    {
      path: '/tokens/5',
      code: 'SIGNING_TOKEN_UNKNOWN',
      message: `'tiemstamp' is no token here; allowed are ${SIGNED}; did you mean 'timestamp'?`,
    },
  ],
  [
    'signature that signs itself',
    { tokens: [...GOOD.tokens, 'signature'] },
    {
      path: '/tokens/5',
      code: 'SIGNING_TOKEN_UNKNOWN',
      message: `'signature' is no token here; allowed are ${SIGNED}`,
    },
  ],
  [
    'body in a header',
    { headers: { ...GOOD.headers, 'X~Z': '{body}' } },
    {
      path: '/headers/X~0Z',
      code: 'SIGNING_TOKEN_UNKNOWN',
      message: `'body' is no token here; allowed are ${BEFORE}, payloadHash, signature`,
    },
  ],
  [
    'signature in a parameter',
    { parameters: [{ name: 'a', value: 'x{sign}', place: ParameterPlace.QUERY }] },
    {
      path: '/parameters/0/value',
      code: 'SIGNING_TOKEN_UNKNOWN',
      message: `'sign' is no token here; allowed are ${BEFORE}`,
    },
  ],
  [
    'secret',
    { headers: { ...GOOD.headers, S: '{api_Secret}' } },
    {
      path: '/headers/S',
      code: 'SIGNING_SECRET_TOKEN',
      message: "'api_Secret' would put the API secret into a request; the secret only makes the signature, remove it",
    },
  ],
  [
    'stray brace',
    { headers: { ...GOOD.headers, S: '{key' } },
    {
      path: '/headers/S',
      code: 'SIGNING_BRACE_STRAY',
      message: "'{key' has a brace without its partner; write tokens as {name}, braces of their own cannot be sent",
    },
  ],
  [
    'recvWindow without its value',
    { tokens: [...GOOD.tokens, 'recvWindow'] },
    {
      path: '/tokens/5',
      code: 'SIGNING_TOKEN_UNDEFINED',
      message: "token 'recvWindow' is used, and nothing says what it stands for; add 'recvWindowMilliseconds'",
    },
  ],
  [
    'payloadHash without its definition',
    { tokens: [...GOOD.tokens, 'payloadHash'] },
    {
      path: '/tokens/5',
      code: 'SIGNING_TOKEN_UNDEFINED',
      message: "token 'payloadHash' is used, and nothing says what it stands for; add 'payloadHash'",
    },
  ],
  [
    'passphrase where keys have none',
    { passphrase: PassphraseMode.NONE, headers: { ...GOOD.headers, P: '{passphrase}' } },
    {
      path: '/headers/P',
      code: 'SIGNING_TOKEN_UNDEFINED',
      message: "token 'passphrase' is used, and nothing says what it stands for; add 'passphrase' with plain or hmac",
    },
  ],
  [
    'nonce that is not sent',
    { nonce: { format: NonceFormat.UUID } },
    {
      path: '/nonce',
      code: 'SIGNING_DEFINITION_UNUSED',
      message: "'nonce' is given, and no token, header or parameter uses 'nonce'; use it or remove it",
    },
  ],
  [
    'signature that is not sent',
    { headers: { 'X-API-KEY': '{key}' } },
    {
      path: '',
      code: 'SIGNING_SIGNATURE_UNUSED',
      message: "the signature is sent nowhere; add a header with {signature}, or 'signatureParameter'",
    },
  ],
  [
    'key that is signed and not sent',
    { tokens: [...GOOD.tokens, 'key'], headers: { S: '{signature}' } },
    {
      path: '',
      code: 'SIGNING_KEY_UNUSED',
      message: 'the API key is sent nowhere; add a header or a parameter with {key}',
    },
  ],
  [
    'bytes in a header',
    {
      payloadHash: { tokens: ['body'], hash: SigningHash.SHA256, encoding: DigestEncoding.RAW },
      headers: { ...GOOD.headers, H: '{payloadHash}' },
    },
    {
      path: '/headers/H',
      code: 'SIGNING_DIGEST_RAW',
      message: "the bytes of a raw 'payloadHash' cannot be sent in a header; encode it as hex or base64",
    },
  ],
  [
    'illegal header',
    { headers: { ...GOOD.headers, 'X SIGN': '1' } },
    {
      path: '/headers/X SIGN',
      code: 'SIGNING_HEADER_NAME',
      message: "'X SIGN' is no name for a header; use letters, digits and hyphens",
    },
  ],
  [
    'header of the HTTP client',
    { headers: { ...GOOD.headers, 'content-Length': '1' } },
    {
      path: '/headers/content-Length',
      code: 'SIGNING_HEADER_NAME',
      message: "header 'content-Length' is set by the HTTP client; remove it",
    },
  ],
  [
    'header twice',
    { headers: { ...GOOD.headers, 'x-api-key': '1' } },
    {
      path: '/headers/x-api-key',
      code: 'SIGNING_HEADER_NAME',
      message: "headers 'X-API-KEY' and 'x-api-key' are one header; remove one",
    },
  ],
  [
    'parameter twice',
    {
      parameters: [{ name: 'a', value: '{key}', place: ParameterPlace.QUERY }],
      signatureParameter: { name: 'a', place: ParameterPlace.BODY },
    },
    {
      path: '/signatureParameter/name',
      code: 'SIGNING_PARAMETER_TWICE',
      message: "parameter 'a' is added twice; remove one",
    },
  ],
])('%s', (_, changes, problem) => {
  expect(check(changes)).toEqual([problem]);
});

test('tokens of the digest are checked, and it cannot contain itself', () => {
  const payloadHash = {
    tokens: ['text:x', 'payloadHash', 'nonce'],
    hash: SigningHash.SHA256,
    encoding: DigestEncoding.HEX,
  };
  expect(check({ payloadHash, tokens: ['payloadHash', 'timestamp'] }).map(({ path, code }) => [path, code])).toEqual([
    ['/payloadHash/tokens/1', 'SIGNING_TOKEN_UNKNOWN'],
    ['/payloadHash/tokens/2', 'SIGNING_TOKEN_UNDEFINED'],
  ]);
});

test.each([
  ['Timestamp', 'timestamp'],
  ['time', 'timestamp'],
  ['timestmap', 'timestamp'],
  ['ts', 'timestamp'],
  ['apiKey', 'key'],
  ['recv_window', 'recvWindow'],
  ['verb', 'method'],
  ['boddy', 'body'],
  ['hots', 'host'],
  ['requestPath', 'pathAndQuery'],
  ['queryString', 'query'],
  ['payload', 'body'],
  ['bodyHash', 'payloadHash'],
])('%s is probably %s', (given, meant) => {
  expect(check({ tokens: [...GOOD.tokens, given] })[0].message).toMatch(`; did you mean '${meant}'?`);
});

test.each(['x', 'zzz', '', 'constructor', '__proto__', 'order'])('%s is nothing', (given) => {
  expect(check({ tokens: [...GOOD.tokens, given] })[0].message).not.toContain('did you mean');
});

test('a name that is given is shown on one line, and never a page long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
      fc.pre(!given.startsWith('text:') && !(Object.values(SigningToken) as string[]).includes(given));
      for (const { message } of check({ tokens: [...GOOD.tokens, given] })) {
        expect(message).toMatch(/^[ -~]+$/);
        expect(message.length).toBeLessThan(900);
      }
    }),
  );
});

test('texts are read without loss', () => {
  const name = fc.stringMatching(/^[a-zA-Z?]{0,8}$/);
  const piece = fc.oneof(fc.record({ token: name }), fc.record({ literal: fc.stringMatching(/^[^{}]{1,8}$/) }));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const written = pieces.map((part) => ('token' in part ? `{${part.token}}` : part.literal)).join('');
      const read = parseText(written) ?? [];
      expect(read.map((part) => ('token' in part ? `{${part.token}}` : part.literal)).join('')).toBe(written);
      expect(read.filter((part) => 'token' in part)).toEqual(pieces.filter((part) => 'token' in part));
    }),
  );
  for (const stray of ['{', '}', '}{', '{a', 'a}', '{{a}}', '{a}}']) expect(parseText(stray)).toBeUndefined();
  expect(parseEntry('text:')).toEqual({ literal: '' });
  expect(parseEntry('text:text:{key}')).toEqual({ literal: 'text:{key}' });
});
