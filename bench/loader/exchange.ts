// The loopback exchange, with the example configuration and a key that may place orders from this machine.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { ExchangeProcess } from '../caretaker/exchange-process';

const CONFIGURATION = path.join(__dirname, '..', '..', 'exchange-xxkk.yaml');
const ACCOUNT = 'trader';

export interface RunningExchange {
  readonly configuration: ExchangeConfiguration;
  /** The key, for the environment of a process. */
  readonly variables: { readonly XXKK_API_KEY: string; readonly XXKK_API_SECRET: string };
  readonly stop: () => Promise<void>;
}

export async function startExchange(): Promise<RunningExchange> {
  const exchange = await ExchangeProcess.start([ACCOUNT]);
  const key = { account: ACCOUNT, label: 'bench', permissions: ['Read', 'SpotTrade'], ips: ['127.0.0.1'] };
  const { apiKey, apiSecret } = await exchange.createKeyByHand(key);
  const example = parse(readFileSync(CONFIGURATION, 'utf8')) as ExchangeConfiguration;
  const configuration = { ...example, baseUrl: exchange.url };
  const variables = { XXKK_API_KEY: apiKey, XXKK_API_SECRET: apiSecret };
  return { configuration, variables, stop: () => exchange.stop() };
}
