// The examples that exchanges publish: request, key and signature are theirs, and mean nothing to anyone.
import {
  ParameterPlace,
  ParameterPosition,
  type SigningTemplate,
  UrlEncoding,
} from '../../../contract/exchange/signing-template';
import { sign } from '../../../protocol/signing/sign';
import { stopped } from './arbitraries';
import { templateOf } from './templates';

/** The exchange's examples have the time last; any order will do for it, but not for the signature. */
const atEnd = (template: SigningTemplate): SigningTemplate => ({
  ...template,
  parameters: [...(template.parameters ?? [])]
    .reverse()
    .map((parameter) => ({ ...parameter, position: ParameterPosition.END })),
});

// https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#hmac-keys
describe('Binance', () => {
  const binance = atEnd(templateOf('binance'));
  const keys = {
    apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
    apiSecret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
  };
  const order = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 1, price: 0.1 };
  const request = { method: 'POST', host: 'api.binance.com', path: '/api/v3/order' } as const;
  const clock = stopped(1499827319559, '');
  const inQuery: SigningTemplate = {
    ...binance,
    parameters: binance.parameters?.map((parameter) => ({ ...parameter, place: ParameterPlace.QUERY })),
    signatureParameter: { name: 'signature', place: ParameterPlace.QUERY },
  };

  test.each([
    {
      symbol: 'LTCBTC',
      encoded: 'LTCBTC',
      signature: 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
    },
    {
      symbol: '１２３４５６',
      encoded: '%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96',
      signature: 'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
    },
  ])('$symbol', ({ symbol, encoded, signature }) => {
    const payload = `symbol=${encoded}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559`;

    expect(sign(inQuery, { ...request, query: { symbol, ...order } }, keys, clock)).toEqual({
      method: 'POST',
      pathAndQuery: `/api/v3/order?${payload}&signature=${signature}`,
      headers: { 'X-MBX-APIKEY': keys.apiKey },
      body: undefined,
    });
    expect(sign(binance, { ...request, body: { symbol, ...order } }, keys, clock).body).toBe(
      `${payload}&signature=${signature}`,
    );
  });
});

// https://mexcdevelop.github.io/apidocs/spot_v3_en/#signed, example 2
test('MEXC', () => {
  const keys = { apiKey: 'mx0aBYs33eIilxBWC5', apiSecret: '45d0b3c26f2644f19bfb98b07741b2f5' };
  const query = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: 1, price: 11 };

  const { pathAndQuery } = sign(
    atEnd(templateOf('mexc')),
    { method: 'POST', host: 'api.mexc.com', path: '/api/v3/order', query },
    keys,
    stopped(1644489390087, ''),
  );

  expect(pathAndQuery).toBe(
    '/api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=11&recvWindow=5000&timestamp=1644489390087&signature=fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a',
  );
});

// https://docs.kraken.com/api/docs/guides/spot-rest-auth
test('Kraken', () => {
  const apiSecret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
  const body = { ordertype: 'limit', pair: 'XBTUSD', price: 37500, type: 'buy', volume: 1.25 };

  const signed = sign(
    templateOf('kraken'),
    { method: 'POST', host: 'api.kraken.com', path: '/0/private/AddOrder', body },
    { apiKey: 'key', apiSecret },
    stopped(0, '1616492376594'),
  );

  expect(signed.body).toBe('nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25');
  expect(signed.headers['API-Sign']).toBe(
    '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  );
});

// https://www.gate.io/docs/developers/apiv4/en/#apiv4-signed-request-requirements
describe('Gate', () => {
  const request = { host: 'api.gateio.ws', path: '/api/v4/futures/orders' };
  const signed = (rest: { method: 'GET' | 'POST'; query?: Record<string, string>; body?: object }) =>
    sign(
      templateOf('gate'),
      { ...request, ...rest, body: rest.body as Record<string, unknown> | undefined },
      { apiKey: 'key', apiSecret: 'secret' },
      stopped(1541993715_000, ''),
    ).headers.SIGN;

  test('list orders', () => {
    const query = { contract: 'BTC_USD', status: 'finished', limit: '50' };
    expect(signed({ method: 'GET', query })).toBe(
      '55f84ea195d6fe57ce62464daaa7c3c02fa9d1dde954e4c898289c9a2407a3d6fb3faf24deff16790d726b66ac9f74526668b13bd01029199cc4fcc522418b8a',
    );
  });

  test('create an order', () => {
    const body = { contract: 'BTC_USD', type: 'limit', size: 100, price: 6800, time_in_force: 'gtc' };
    expect(signed({ method: 'POST', body })).toBe(
      'eae42da914a590ddf727473aff25fc87d50b64783941061f47a3fdb92742541fc4c2c14017581b4199a1418d54471c269c03a38d788d802e2c306c37636389f0',
    );
  });
});

// https://www.bitmex.com/app/apiKeysUsage
describe('BitMEX', () => {
  const keys = { apiKey: 'LAqUlngMIQkIUjXMUreyu3qn', apiSecret: 'chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO' };
  const bitmex = templateOf('bitmex');
  /** The template adds a minute. */
  const expiring = (expires: number) => stopped((expires - 60) * 1000, '');
  const instrument = { method: 'GET', host: 'www.bitmex.com', path: '/api/v1/instrument' } as const;

  test('GET', () => {
    expect(sign(bitmex, instrument, keys, expiring(1518064236)).headers).toEqual({
      'api-key': keys.apiKey,
      'api-expires': '1518064236',
      'api-signature': 'c7682d435d0cfe87c16098df34ef2eb5a549d4c5a3c2b1f0f77b8af73423bf00',
    });
  });

  test('GET with a filter, encoded as forms are', () => {
    const signed = sign(
      { ...bitmex, urlEncoding: UrlEncoding.FORM },
      { ...instrument, query: { filter: '{"symbol": "XBTM15"}' } },
      keys,
      expiring(1518064237),
    );
    expect(signed.pathAndQuery).toBe('/api/v1/instrument?filter=%7B%22symbol%22%3A+%22XBTM15%22%7D');
    expect(signed.headers['api-signature']).toBe('e2f422547eecb5b3cb29ade2127e21b858b235b386bfa45e1c1756eb3383919f');
  });

  test('POST, whose body has 219.0, which no JavaScript writes', () => {
    const literal = '{"symbol":"XBTM15","price":219.0,"clOrdID":"mm_bitmex_1a/oemUeQ4CAJZgP3fjHsA","orderQty":98}';
    const tokens = bitmex.tokens.map((token) => (token === 'body' ? `text:${literal}` : token));
    const request = { method: 'POST', host: 'www.bitmex.com', path: '/api/v1/order' } as const;
    expect(sign({ ...bitmex, tokens }, request, keys, expiring(1518064238)).headers['api-signature']).toBe(
      '1749cd2ccae4aa49048ae09f0b95110cee706e0944e6a14ad0b3a8cb45bd336b',
    );
  });
});

// https://www.kucoin.com/docs-new/authentication: the text that is signed is published, the signature is not.
test('KuCoin signs the query before it is encoded', () => {
  const kucoin = templateOf('kucoin');
  const keys = { apiKey: 'key', apiSecret: 'secret', passphrase: 'passphrase' };
  const clock = stopped(1_700_000_000_000, '');
  const request = { method: 'DELETE', host: 'api.kucoin.com', path: '/api/v1/sub/api-key' } as const;
  const literal = '/api/v1/sub/api-key?apiKey=67b3&subName=test&passphrase=abc!@#11';

  const signed = sign(
    kucoin,
    { ...request, query: { apiKey: '67b3', subName: 'test', passphrase: 'abc!@#11' } },
    keys,
    clock,
  );
  const published = sign({ ...kucoin, tokens: ['timestamp', 'method', `text:${literal}`] }, request, keys, clock);

  expect(signed.pathAndQuery).toBe('/api/v1/sub/api-key?apiKey=67b3&subName=test&passphrase=abc%21%40%2311');
  expect(signed.headers).toEqual(published.headers);
});
