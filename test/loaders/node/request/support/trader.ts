// A workload against the loopback exchange: the real key holder on a Secrets Manager that counts, and the client under test.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { EndpointCategory } from '../../../../../contract/exchange/endpoint-category';
import type { ExchangeConfiguration } from '../../../../../contract/exchange/exchange-configuration';
import { REQUEST_EVENT, type RequestRecord, readRecord } from '../../../../../contract/watch';
import { type KeyHolder, loadKey } from '../../../../../loaders/node/key';
import { type ExchangeClient, type ExchangeClientOptions, exchangeClient } from '../../../../../loaders/node/request';
import { type ExchangeOptions, type HandMadeKey, LoopbackExchange } from '../../../../support/exchange';
import { xxkkConfiguration } from '../../../../support/exchange-configuration';

export const { READ, TRADE, WITHDRAW } = EndpointCategory;
export const ENDPOINTS = {
  'GET /v1/account': READ,
  'GET /v1/positions': READ,
  'GET /v1/user/api-key': READ,
  'POST /v1/orders': TRADE,
  'POST /v1/withdrawals': WITHDRAW,
};
export const ORDER = { symbol: 'BTCUSDT', side: 'Buy', qty: '0.001' };
/** Where the tests' requests leave from. */
export const HERE = '127.0.0.1';

export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
}

/** Version ids that tell which one they are. */
export const version = (number: number) => `${number}c8ab2f0-5c7e-4d3b-9a61-0e6a4e6f9d11`;

/** Secrets Manager as the loader asks it. */
export class CountingSecrets {
  public reads = 0;
  public isDown = false;
  private number = 0;
  private document = '';

  public put({ apiKey, apiSecret, passphrase }: Credentials): string {
    this.number += 1;
    this.document = JSON.stringify({
      ...{ schema: 1, exchange: 'xxkk', name: 'prod-trader-bot-a', keyId: apiKey, apiKey, apiSecret, passphrase },
      ...{ versionId: version(this.number), createdAt: '2026-11-22T10:00:00Z' },
    });
    return version(this.number);
  }

  public async send(): Promise<unknown> {
    this.reads += 1;
    if (this.isDown) throw Object.assign(new Error(), { name: 'TimeoutError' });
    return { SecretString: this.document, VersionId: version(this.number) };
  }
}

export interface TraderOptions extends Partial<Omit<ExchangeClientOptions, 'key' | 'records' | 'logger'>> {
  readonly from?: readonly string[];
  readonly exchangePermissions?: HandMadeKey['permissions'];
  readonly change?: (configuration: ExchangeConfiguration) => ExchangeConfiguration;
}

/** What a workload has, and all that it wrote. */
export class Trader {
  public readonly lines: string[] = [];
  public readonly warnings: { message: string; code: string }[] = [];
  public readonly errors: unknown[] = [];
  public readonly material: string[] = [];
  public readonly secrets = new CountingSecrets();
  /** Calls of `refused`. */
  public refusals = 0;
  public holder!: KeyHolder;
  public client!: ExchangeClient;

  public readonly logger = {
    info: () => undefined,
    warn: (message: string, { code }: { code: string }) => void this.warnings.push({ message, code }),
  };

  public put(credentials: Credentials): string {
    this.material.push(
      credentials.apiKey,
      credentials.apiSecret,
      ...(credentials.passphrase ? [credentials.passphrase] : []),
    );
    return this.secrets.put(credentials);
  }

  public async start(options: Partial<ExchangeClientOptions>): Promise<this> {
    this.holder = await loadKey({
      ...{
        environment: {},
        keyName: 'prod-trader-bot-a',
        source: { secretId: 'exchange-keys/prod/prod-trader-bot-a' },
      },
      ...{ clients: { secretsManager: this.secrets }, records: () => undefined, logger: this.logger },
    });
    const refused = this.holder.refused.bind(this.holder);
    this.holder.refused = (...refusal) => {
      this.refusals += 1;
      return refused(...refusal);
    };
    this.client = await exchangeClient({
      ...{ key: this.holder, environment: {}, permissions: ['read', 'trade'], sourceIp: HERE },
      ...{ records: (line: string) => void this.lines.push(line), logger: this.logger },
      ...options,
    });
    return this;
  }

  /** Records as the watch reads them; a line that it cannot read fails the test. */
  public get records(): RequestRecord[] {
    return this.lines.map((line) => {
      const record = readRecord(line);
      if (typeof record === 'string' || record.event !== REQUEST_EVENT) throw new Error(`${record}: ${line}`);
      return record as RequestRecord;
    });
  }

  /** What was thrown by a request that must fail. */
  public async failure(request: Promise<unknown>): Promise<Error & { code?: string; reason?: string }> {
    const thrown = await request.then(
      () => new Error('nothing was thrown'),
      (error) => error,
    );
    this.errors.push(thrown);
    return thrown;
  }

  public async stop(): Promise<void> {
    this.client?.close();
    await this.holder?.close();
  }

  /** All that could have been seen of the key, and none of it may. */
  public expectNothingSecret(): void {
    const shown = [
      ...this.lines,
      JSON.stringify(this.warnings),
      ...this.errors.map((error) => everythingOf(error)),
      inspect(this.client, { depth: 10, showHidden: false }),
    ].join('\n');
    for (const secret of this.material) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/[?&](timestamp|signature)=/);
  }
}

function everythingOf(error: unknown): string {
  const { message, stack, cause } = error as Error;
  return [message, stack, inspect(cause, { depth: 10 }), inspect(error, { depth: 10, showHidden: true })].join('\n');
}

export interface Fixture {
  readonly exchange: LoopbackExchange;
  readonly trader: Trader;
}

/** Starts exchanges, traders and servers for a test, ends them after it, and looks for secrets in all that was written. */
export function useTraders() {
  const ends: (() => Promise<void>)[] = [];
  const traders: Trader[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    for (const trader of traders.splice(0)) trader.expectNothingSecret();
  });

  const trade = async (options: Partial<ExchangeClientOptions>, credentials: Credentials) => {
    const trader = new Trader();
    traders.push(trader);
    ends.push(() => trader.stop());
    trader.put(credentials);
    return trader.start(options);
  };

  return {
    /** With a key at the loopback exchange. */
    at: async (
      settings: ExchangeOptions['settings'],
      options: TraderOptions = {},
      more: Partial<ExchangeOptions> = {},
    ) => {
      const { from = [HERE], exchangePermissions = ['Read', 'SpotTrade'], change = (it) => it, ...given } = options;
      const exchange = await LoopbackExchange.start({ settings, ...more });
      ends.push(() => exchange.stop());
      const key = exchange.control.createKeyByHand({
        ...{ account: 'sub-1', label: 'bot', permissions: exchangePermissions, ips: from },
        ...(settings?.passphrase && { passphrase: 'not-a-real-phrase' }),
      });
      const configuration = change({ ...xxkkConfiguration(exchange.url), endpoints: ENDPOINTS });
      const trader = await trade({ configuration, ...given }, key);
      return { exchange, trader, key };
    },

    /** At a server that answers as the listener does. */
    atServer: async (listener: RequestListener, options: TraderOptions = {}) => {
      const server = createServer(listener);
      server.listen(0, HERE);
      await once(server, 'listening');
      ends.push(async () => {
        server.close();
        server.closeAllConnections();
      });
      const url = `http://${HERE}:${(server.address() as AddressInfo).port}`;
      const { change = (it) => it, ...given } = options;
      const configuration = change({ ...xxkkConfiguration(url), endpoints: ENDPOINTS });
      return {
        url,
        trader: await trade(
          { configuration, ...given },
          { apiKey: 'XkTestKey0001', apiSecret: 'not-a-real-secret-0001' },
        ),
      };
    },
  };
}
