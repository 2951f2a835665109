// The parts of a request that are work of the loader's own, one by one, and the least that a signature takes.
import { createHmac } from 'node:crypto';
import { Endpoints } from '../../contract/exchange/endpoints';
import { ExchangeMethod } from '../../contract/exchange/exchange-configuration';
import { Outcome } from '../../contract/watch/outcome';
import { exchangeResponse } from '../../loaders/node/request/exchange-response';
import { checkInit } from '../../loaders/node/request/request-init';
import { requestRecord } from '../../loaders/node/request/request-line';
import { authenticated } from '../../protocol/authenticate';
import { fingerprint } from '../../protocol/fingerprint';
import { requestOutcome } from '../../protocol/request-outcome';
import { systemClock } from '../../protocol/signing/system-clock';
import { type Given, ORDER, PATH } from './order';
import { KEY_NAME, KEY_VERSION } from './shipped';

export const STAGES = [
  'endpoint',
  'checks',
  'signing',
  'HMAC by hand',
  'classification',
  'record',
  'response',
] as const;

const UNTIL_COMPILED = 3_000;

export type Stages = Readonly<Record<(typeof STAGES)[number], () => unknown>>;

/** `answered`: what the exchange answers to the order. */
export function stages({ configuration, apiKey, apiSecret }: Given, answered: string): Stages {
  const endpoints = new Endpoints(configuration.endpoints ?? {});
  const { category, method, path } = endpoints.find('POST', PATH);
  const credentials = { keyId: apiKey, apiKey, apiSecret };
  const caller = { credentials, host: new URL(configuration.baseUrl).host, clock: systemClock(() => Date.now()) };
  const key = { keyName: KEY_NAME, fingerprint: fingerprint(apiKey), keyVersion: KEY_VERSION, exchange: 'xxkk' };
  const headers = new Headers({ 'content-type': 'application/json', 'content-length': String(answered.length) });
  const answer = { status: 200, statusText: 'OK', headers, bytes: Buffer.from(answered) };
  return {
    endpoint: () => endpoints.find('POST', PATH),
    checks: () => checkInit({ method: 'POST', body: ORDER }, new Set()),
    signing: () =>
      authenticated(configuration, { method: ExchangeMethod.POST }, { path: PATH, query: {}, body: ORDER }, caller),
    'HMAC by hand': () =>
      createHmac('sha256', apiSecret)
        .update(`${Date.now()}POST${PATH}${JSON.stringify(ORDER)}`)
        .digest('hex'),
    classification: () => requestOutcome(configuration, { status: 200, text: answered }, credentials),
    record: () =>
      JSON.stringify(
        requestRecord({
          ...{ key, sourceIp: '127.0.0.1', category, method, endpoint: path, status: 200, exchangeCode: undefined },
          ...{ outcome: Outcome.OK, sentAt: Date.now(), latencyMs: 3 },
        }),
      ),
    response: () => exchangeResponse(answer, { outcome: Outcome.OK }, KEY_VERSION),
  };
}

/**
 * Microseconds of each, so many times, right after `between`: caches are then as cold as in a program that waits for answers.
 * The code has been compiled before.
 */
export async function timedApart(
  parts: Stages,
  times: number,
  between: () => void | Promise<void>,
): Promise<Record<string, number[]>> {
  const took: Record<string, number[]> = Object.fromEntries(STAGES.map((stage) => [stage, []]));
  for (const stage of STAGES) for (let index = 0; index < UNTIL_COMPILED; index++) parts[stage]();
  for (let index = 0; index < times; index++) {
    for (const stage of STAGES) {
      await between();
      const start = performance.now();
      if (parts[stage]() === undefined) throw new Error(`stage ${stage} did nothing`);
      took[stage].push((performance.now() - start) * 1000);
    }
  }
  return took;
}
