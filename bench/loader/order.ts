// The request of the comparison, an order that is only tested, and those who send it.
import { createHmac } from 'node:crypto';
import type { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import type { Fetch } from '../../loaders/node/request';
import { KEY_NAME, KEY_VERSION, QUIET, shippedLoader } from './shipped';
import type { Side } from './take-turns';

export const PATH = '/v1/orders';
export const ORDER = {
  category: 'spot',
  symbol: 'BTC-USD',
  side: 'Buy',
  qty: '0.01',
  dryRun: true,
  clientOrderId: '0f5c1c4e-31f0-4b0c-9d4e-6a0b8a4f5c11',
};

export interface Given {
  /** The built file. */
  readonly loader: string;
  readonly configuration: ExchangeConfiguration;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** What was sent. */
export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

export const repeated =
  (once: () => unknown): Side =>
  async (operations) => {
    for (let index = 0; index < operations; index++) await once();
  };

/** Through the client; every answer is read, and has to be a success. */
export async function clientSide(
  { loader, configuration, apiKey, apiSecret }: Given,
  options: { readonly fetch: Fetch; readonly aggregate: boolean },
): Promise<{ readonly side: Side; readonly close: () => Promise<void> }> {
  const { loadKey, exchangeClient } = shippedLoader(loader);
  const source = { variables: { apiKey, apiSecret, keyVersion: KEY_VERSION } };
  const key = await loadKey({ ...QUIET, source, keyName: KEY_NAME });
  const permissions = ['read', 'trade'];
  const client = await exchangeClient({ ...QUIET, ...options, key, configuration, permissions, sourceIp: '127.0.0.1' });
  const side = repeated(async () => {
    const response = await client.fetch(PATH, { method: 'POST', body: ORDER });
    await response.json();
    if (response.outcome !== 'ok') throw new Error(`the order was answered with ${response.exchangeCode}`);
  });
  const close = async () => {
    client.close();
    await key.close();
  };
  return { side, close };
}

/** The bytes that the client has sent, by `fetch` alone. */
export function bareSide(fetch: Fetch, latest: () => Sent): Side {
  return repeated(async () => {
    const { url, init } = latest();
    const { method, headers, body } = init;
    await succeeded(await fetch(url, { method, headers, body }));
  });
}

/** What a workload would write for this one exchange: no table of endpoints, no record, no limit of time or size, no other key. */
export function handWrittenSide(fetch: Fetch, { configuration: { baseUrl }, apiKey, apiSecret }: Given): Side {
  return repeated(async () => {
    const body = JSON.stringify(ORDER);
    const timestamp = String(Date.now());
    const signature = createHmac('sha256', apiSecret).update(`${timestamp}POST${PATH}${body}`).digest('hex');
    const headers = {
      'Content-Type': 'application/json',
      'X-API-KEY': apiKey,
      'X-TIMESTAMP': timestamp,
      'X-RECV-WINDOW': '5000',
      'X-SIGNATURE': signature,
    };
    await succeeded(await fetch(`${baseUrl}${PATH}`, { method: 'POST', headers, body }));
  });
}

async function succeeded(response: Response): Promise<void> {
  const { code } = (await response.json()) as { code: number };
  if (code !== 0) throw new Error(`the order was answered with ${code}`);
}
