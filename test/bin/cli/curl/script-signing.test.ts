// What a script sends is what `protocol/signing` would have sent at that moment: URL, headers and body, byte for byte.
import fc from 'fast-check';
import { EndpointCategory } from '../../../../contract/exchange/endpoint-category';
import type { SigningTemplate } from '../../../../contract/exchange/signing-template';
import {
  BodyFormat,
  DigestEncoding,
  EmptyBody,
  NonceFormat,
  ParameterPlace,
  ParameterPosition,
  PassphraseMode,
  QueryOrder,
  SecretEncoding,
  SigningEncoding,
  SigningHash,
  TimestampFormat,
  UrlEncoding,
} from '../../../../contract/exchange/signing-template';
import { sign } from '../../../../protocol/signing/sign';
import type { SignedRequest, UnsignedRequest } from '../../../../protocol/signing/signing';
import { fields, stopped, text, unambiguousText } from '../../../protocol/signing/arbitraries';
import { EXCHANGES, templateOf } from '../../../protocol/signing/templates';
import { xxkkConfiguration } from '../../../support/exchange-configuration';
import { runCli } from '../support/run-cli';
import { type Recorded, type RecordingServer, startRecordingServer } from './support/recording-server';
import { ScriptFolder } from './support/script-run';

const SECRET = 'c2VjcmV0IG9mIGFuIGV4Y2hhbmdl';
const credentials = { apiKey: 'the-key:of+an/exchange=', apiSecret: SECRET, passphrase: 'a "phrase" \\ of \'mine\'' };
const ENV = { XXKK_API_KEY: credentials.apiKey, XXKK_API_SECRET: SECRET, XXKK_API_PASSPHRASE: credentials.passphrase };

let server: RecordingServer;
let folder: ScriptFolder;
beforeAll(async () => {
  server = await startRecordingServer();
  folder = new ScriptFolder();
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function scriptOf(signing: SigningTemplate, request: string) {
  const whole = xxkkConfiguration(server.url);
  const { create: _, ...operations } = whole.operations;
  const configuration = { ...whole, signing, operations, endpoints: { [request]: EndpointCategory.READ } };
  const file = folder.write('exchange.json', JSON.stringify(configuration));
  return runCli(['curl', '-e', 'dev', '--exchange', 'xxkk', '--file', file, ...request.split(' ')]);
}

interface Given {
  readonly method: UnsignedRequest['method'];
  readonly query: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/** Runs the script; gives what arrived, and looks for the moment at which signing makes the same. */
async function compare(template: SigningTemplate, { method, query, body, id }: Given): Promise<void> {
  const path = id === undefined ? '/v1/some' : '/v1/some/{id}';
  const written = await scriptOf(template, `${method} ${path}`);
  expect(written.stderr).toBe('');
  server.requests.length = 0;
  const args = [
    ...(body === undefined ? [] : ['--body', '-']),
    '--',
    ...(id === undefined ? [] : [id]),
    ...Object.entries(query).map(([name, value]) => `${name}=${value}`),
  ];
  const from = Date.now();
  const { code, stderr } = await folder.run(written.stdout, args, { env: ENV, stdin: JSON.stringify(body) });
  const to = Date.now();
  expect([code, stderr]).toEqual([0, '']);
  const [sent] = server.requests;
  const unsigned: UnsignedRequest = {
    method,
    host: server.host,
    path: id === undefined ? path : `/v1/some/${segment(id)}`,
    query,
    ...(body && { body }),
  };
  const nonces = noncesIn(sent);
  let nearest: SignedRequest | undefined;
  for (let now = from; now <= to; now += 1) {
    for (const nonce of nonces) {
      try {
        nearest = sign(template, unsigned, credentials, stopped(now, nonce));
      } catch {
        continue; // not a nonce of this form
      }
      if (fits(sent, nearest)) return;
    }
  }
  expect(sent).toEqual(nearest);
  throw new Error('nothing was sent that signing could have made');
}

/** Values that could be the nonce; one that fits no format where there is none. */
const noncesIn = ({ headers, body }: Recorded): string[] => [
  ...new Set(
    `${JSON.stringify(headers)} ${body}`.match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|\d{13,19}/g),
  ),
  'none',
];

const segment = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

function fits(sent: Recorded, made: SignedRequest): boolean {
  const headers = Object.entries(made.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return (
    sent.method === made.method &&
    sent.pathAndQuery === made.pathAndQuery &&
    sent.body === (made.body ?? '') &&
    headers.every(([name, value]) => sent.headers[name] === value) &&
    (made.body !== undefined ||
      sent.headers['content-type'] === undefined ||
      'content-type' in Object.fromEntries(headers))
  );
}

const BODY = { symbol: 'BTCUSDT', text: 'é "quoted" \\ & = \' 币安🔑', price: '0.10', size: 1, post: true };
const QUERY = { b: 'x y+z~*', a: 'é/?#%20', c: '' };

describe.each(EXCHANGES)('%s', (exchange) => {
  const template = templateOf(exchange);
  const postOnly = exchange === 'kraken';
  test.each(['GET', 'DELETE'] as const)('%s', async (method) => {
    if (postOnly && method === 'GET') {
      const { code, stdout, stderr } = await scriptOf(template, 'GET /v1/some');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('[CURL_REQUEST_UNSIGNABLE]');
      return;
    }
    await compare(template, { method, query: QUERY, id: 'o\'1 $(x)/&"\\' });
  });
  test('POST', () => compare(template, { method: 'POST', query: {}, body: BODY }));
  test('POST without a body', () => compare(template, { method: 'POST', query: {} }));
});

/** Everything a template can say, put together at random. */
const template: fc.Arbitrary<SigningTemplate> = fc
  .record({
    hash: fc.constantFrom(...Object.values(SigningHash)),
    encoding: fc.constantFrom(...Object.values(SigningEncoding)),
    secretEncoding: fc.constantFrom(SecretEncoding.UTF8, SecretEncoding.BASE64),
    time: fc.constantFrom(...Object.values(TimestampFormat)),
    offset: fc.constantFrom(0, 60_000),
    nonce: fc.constantFrom(...Object.values(NonceFormat)),
    hashed: fc.constantFrom(...Object.values(DigestEncoding)),
    passphrase: fc.constantFrom(PassphraseMode.PLAIN, PassphraseMode.HMAC),
    separator: fc.constantFrom('', '\n', "'", '"\\'),
    order: fc.constantFrom(...Object.values(QueryOrder)),
    url: fc.constantFrom(...Object.values(UrlEncoding)),
    format: fc.constantFrom(...Object.values(BodyFormat)),
    empty: fc.constantFrom(...Object.values(EmptyBody)),
    place: fc.constantFrom(ParameterPlace.QUERY, ParameterPlace.BODY_OR_QUERY),
    position: fc.constantFrom(...Object.values(ParameterPosition)),
    inHeader: fc.boolean(),
    raw: fc.boolean(),
  })
  .map((drawn) => ({
    tokens: [
      ...['timestamp', 'key', 'nonce', 'recvWindow', 'passphrase', 'method', 'host', 'pathAndQuery'],
      ...[drawn.raw ? '?rawQuery' : 'query', 'body', "text:it's", 'payloadHash'],
    ],
    separator: drawn.separator,
    hash: drawn.hash,
    encoding: drawn.encoding,
    secretEncoding: drawn.secretEncoding,
    timestamp: { format: drawn.time, offsetMilliseconds: drawn.offset },
    nonce: { format: drawn.nonce },
    recvWindowMilliseconds: 5000,
    payloadHash: {
      tokens: ['nonce', 'body', 'text:é'],
      separator: '|',
      hash: SigningHash.SHA512,
      encoding: drawn.hashed,
    },
    passphrase: drawn.passphrase,
    parameters: [{ name: 'added', value: 'at {timestamp} by {key}', place: drawn.place, position: drawn.position }],
    headers: {
      'X-Key': '{key}',
      'X-Nonce': 'n={nonce},w={recvWindow}',
      'X-Passphrase': '{passphrase}',
      ...(drawn.inHeader && { 'X-Signature': 'sig {signature}' }),
    },
    ...(!drawn.inHeader && { signatureParameter: { name: 'sig', place: drawn.place } }),
    queryOrder: drawn.order,
    urlEncoding: drawn.url,
    body: { format: drawn.format, empty: drawn.empty },
  }));

const body = fields(text);
/** Without the NUL, at which arguments of a process end. */
const query = fields(unambiguousText);

test('any template', async () => {
  const given = fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const, 'PUT' as const, 'DELETE' as const),
    query,
    body,
  });
  await fc.assert(
    fc.asyncProperty(template, given, async (drawn, { body: drawnBody, ...rest }) => {
      await compare(drawn, rest.method === 'GET' || rest.method === 'DELETE' ? rest : { ...rest, body: drawnBody });
    }),
    { numRuns: 40 },
  );
}, 120_000);
