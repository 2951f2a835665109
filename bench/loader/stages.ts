// The parts of a request that are work of the loader's own, one by one.
import { Endpoints } from '../../contract/exchange/endpoints';
import { ExchangeMethod } from '../../contract/exchange/exchange-configuration';
import { Outcome } from '../../contract/watch/outcome';
import { requestRecord } from '../../loaders/node/request/request-line';
import { authenticated } from '../../protocol/authenticate';
import { fingerprint } from '../../protocol/fingerprint';
import { requestOutcome } from '../../protocol/request-outcome';
import { systemClock } from '../../protocol/signing/system-clock';
import { type Given, ORDER, PATH } from './order';
import { KEY_NAME, KEY_VERSION } from './shipped';
import type { Side } from './take-turns';

export const STAGES = ['endpoint', 'signing', 'classification', 'record'] as const;

/** `answered`: what the exchange answers to the order. */
export function stages(
  { configuration, apiKey, apiSecret }: Given,
  answered: string,
): Record<(typeof STAGES)[number], Side> {
  const endpoints = new Endpoints(configuration.endpoints ?? {});
  const { category, method, path } = endpoints.find('POST', PATH);
  const credentials = { keyId: apiKey, apiKey, apiSecret };
  const caller = { credentials, host: new URL(configuration.baseUrl).host, clock: systemClock(() => Date.now()) };
  const key = { keyName: KEY_NAME, fingerprint: fingerprint(apiKey), keyVersion: KEY_VERSION, exchange: 'xxkk' };
  const stage =
    (once: () => unknown): Side =>
    (operations) => {
      for (let index = 0; index < operations; index++) if (once() === undefined) throw new Error('a stage did nothing');
    };
  return {
    endpoint: stage(() => endpoints.find('POST', PATH)),
    signing: stage(() =>
      authenticated(configuration, { method: ExchangeMethod.POST }, { path: PATH, query: {}, body: ORDER }, caller),
    ),
    classification: stage(() => requestOutcome(configuration, { status: 200, text: answered }, credentials)),
    record: stage(() =>
      JSON.stringify(
        requestRecord({
          ...{ key, sourceIp: '127.0.0.1', category, method, endpoint: path, status: 200, exchangeCode: undefined },
          ...{ outcome: Outcome.OK, sentAt: Date.now(), latencyMs: 3 },
        }),
      ),
    ),
  };
}
