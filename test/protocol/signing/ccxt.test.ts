// Every template against an implementation that is not ours: ccxt signs the same generated request, and what is sent must be equal.
import fc from 'fast-check';
import { sign } from '../../../protocol/signing/sign';
import type { SigningCredentials, UnsignedRequest } from '../../../protocol/signing/signing';
import { base64Secret, credentials, fields, json, stopped, text, time, unambiguousText } from './arbitraries';
import { Ccxt } from './ccxt';
import { EXCHANGES, templateOf } from './templates';

type Fields = Record<string, string>;

interface Comparison {
  /** ccxt's class, if it has another name. */
  readonly signer?: string;
  /** Path for ccxt, and its `api`. */
  readonly path: string;
  readonly api: unknown;
  /** Methods, and where their parameters are. */
  readonly query?: readonly UnsignedRequest['method'][];
  readonly body?: readonly UnsignedRequest['method'][];
  readonly queryFields?: fc.Arbitrary<Fields>;
  readonly bodyFields?: fc.Arbitrary<Record<string, unknown>>;
  readonly nonce?: (now: number) => string;
  readonly secret?: fc.Arbitrary<string>;
  /** What ccxt has to be given so that it signs the same. */
  readonly given?: (fields: object) => object;
  /** Methods whose values ccxt does not encode. */
  readonly encode?: readonly UnsignedRequest['method'][];
  /** Whether ccxt leaves encoding the URL to the HTTP client, or encodes in another way that means the same. */
  readonly url?: 'not encoded' | 'encoded otherwise';
}

const raw = fields(unambiguousText);
const lowerCase = fields(text).map((given) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])),
);

const COMPARISONS: Record<string, Comparison> = {
  // ccxt encodes no query of Bybit, and leaves that to the HTTP client, which then sends another query than the one that
  // was signed. Bybit verifies what arrives, so the template signs what is sent; ccxt is given encoded values.
  bybit: {
    path: 'v5/user/query-api',
    api: 'private',
    query: ['GET'],
    body: ['POST'],
    encode: ['GET'],
  },
  okx: { path: 'users/subaccount/apikey', api: 'private', query: ['GET'], body: ['POST'] },
  // ccxt does not encode paths with `sub-account` in them, which Binance refuses since 2026-01-15 (-1022); another path here.
  binance: {
    path: 'account/apiRestrictions/ipRestriction',
    api: 'sapi',
    query: ['GET', 'DELETE'],
    body: ['POST', 'PUT'],
    bodyFields: fields(text),
    given: (given) => ({ recvWindow: '5000', ...given }),
  },
  // ccxt's URL is not encoded; the signature is over the decoded query, as KuCoin's documentation says.
  kucoin: {
    path: 'sub/api-key',
    api: 'private',
    query: ['GET', 'DELETE'],
    body: ['POST'],
    queryFields: raw,
    url: 'not encoded',
  },
  // ccxt sends the first '$' of a query as it is.
  bitget: {
    path: 'v2/user/virtual-subaccount-apikey',
    api: ['private', 'user'],
    query: ['GET'],
    body: ['POST'],
    queryFields: raw,
    url: 'encoded otherwise',
  },
  // ccxt sends commas of `currencies` as they are.
  gate: {
    path: 'sub_accounts/10000/keys',
    api: ['private', 'subAccounts'],
    query: ['GET', 'DELETE'],
    body: ['POST', 'PUT'],
    queryFields: raw,
    url: 'encoded otherwise',
  },
  deribit: {
    path: 'list_api_keys',
    api: 'private',
    query: ['GET'],
    nonce: (now) => now.toString(16).padStart(32, '0'),
  },
  mexc: { path: 'sub-account/apiKey', api: ['spot', 'private'], query: ['GET', 'POST', 'DELETE'] },
  kraken: {
    path: 'GetApiKeyInfo',
    api: 'private',
    body: ['POST'],
    bodyFields: fields(text),
    nonce: String,
    secret: base64Secret,
  },
  bitfinex: { path: 'auth/r/permissions', api: 'private', body: ['POST'], nonce: (now) => `${now}000` },
  // ccxt 4.5.84 has no BitMEX any more; HollaEx took over BitMEX's scheme, with the same headers.
  bitmex: { signer: 'hollaex', path: 'user/balance', api: 'private', query: ['GET', 'DELETE'], body: ['POST'] },
  // ccxt sorts the four parameters of the scheme and those of the request apart; the same, as long as the latter are in lower case.
  htx: { path: 'v2/sub-user/api-key', api: ['spot', 'private'], query: ['GET'], queryFields: lowerCase },
  phemex: { path: 'phemex-user/users/children', api: 'private', query: ['GET', 'DELETE'], body: ['POST'] },
};

test('there is no template without a proof', () => {
  expect(Object.keys(COMPARISONS).sort()).toEqual(EXCHANGES);
});

/** Headers of ccxt that have nothing to do with the signature; the content type is compared apart. */
const BESIDES = ['content-type', 'referer', 'source', 'x-channel-api-code'];

const ccxt = new Ccxt();

afterAll(() => ccxt.stop());

describe.each(Object.entries(COMPARISONS))('%s', (exchange, comparison) => {
  const template = templateOf(exchange);

  /** What ccxt would send. */
  async function theirs(
    method: UnsignedRequest['method'],
    given: object,
    credentials: SigningCredentials,
    now: number,
    nonce: string | undefined,
  ) {
    const { url, headers, body } = await ccxt.sign({
      exchange: comparison.signer ?? exchange,
      path: comparison.path,
      api: comparison.api,
      method,
      fields: comparison.given?.(given) ?? given,
      encode: comparison.encode?.includes(method) ?? false,
      credentials,
      now,
      nonce,
    });
    const [, host, pathAndQuery] = /^https:\/\/([^/]+)(.*)$/s.exec(url) as unknown as [string, string, string];
    // Where there are no parameters, some of ccxt's URLs end with a question mark.
    return { host, pathAndQuery: pathAndQuery.replace(/^([^?]*)\?$/, '$1'), headers, body };
  }

  const cases = [
    ...(comparison.query ?? []).map((method) => ({ method, where: 'query' as const })),
    ...(comparison.body ?? []).map((method) => ({ method, where: 'body' as const })),
  ];

  test.each(cases)('$method with parameters in the $where', async ({ method, where }) => {
    const parameters: fc.Arbitrary<object> =
      where === 'query' ? (comparison.queryFields ?? fields(text)) : (comparison.bodyFields ?? json);
    const secrets = comparison.secret ?? fc.constant(undefined);
    await fc.assert(
      fc.asyncProperty(parameters, credentials, secrets, time, async (given, drawn, secret, now) => {
        const signing = { ...drawn, apiSecret: secret ?? drawn.apiSecret };
        const nonce = comparison.nonce?.(now);
        const expected = await theirs(method, given, signing, now, nonce);
        const path = expected.pathAndQuery.split('?')[0];
        const ours = sign(
          template,
          { method, host: expected.host, path, [where]: given },
          signing,
          stopped(now, nonce ?? ''),
        );

        const read = comparison.url === undefined ? asIs : decodeURIComponent;
        const readTheirs = comparison.url === 'encoded otherwise' ? decodeURIComponent : asIs;
        expect(read(ours.pathAndQuery)).toBe(readTheirs(expected.pathAndQuery));
        expect(ours.body).toBe(expected.body);
        expect(signingHeaders(ours.headers)).toEqual(signingHeaders(expected.headers));
        if (ours.body !== undefined) expect(contentType(ours.headers)).toBe(contentType(expected.headers));
      }),
      { numRuns: 200, timeout: 10_000 },
    );
  });
});

const asIs = (url: string): string => url;

/** All headers that are about the signature. */
function signingHeaders(headers: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !BESIDES.includes(name.toLowerCase())));
}

function contentType(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(headers).find(([header]) => header.toLowerCase() === 'content-type')?.[1];
}
