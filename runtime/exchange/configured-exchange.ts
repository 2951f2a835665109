// The adapter of a checked configuration, at the base URL that is in force.
import { InputError } from '../../contract/errors';
import { parseBaseUrl } from '../../contract/exchange/base-url';
import { baseUrlVariable, type ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { Refusal } from '../shared/refusal';
import type { ExchangeAdapter } from './adapter';
import { type AdapterOptions, ConfiguredAdapter } from './configured-adapter';

export interface ExchangeOptions extends AdapterOptions {
  /** Environment variables, one of which may replace the base URL. @default those of the function */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/**
 * `configuration` has passed the schema and `checkExchangeConfiguration`.
 * @throws Refusal `EXCHANGE_BASE_URL`
 */
export function configuredExchange(
  configuration: ExchangeConfiguration,
  { variables = process.env, ...options }: ExchangeOptions = {},
): ExchangeAdapter {
  const variable = baseUrlVariable(configuration);
  const given = variables[variable];
  try {
    return new ConfiguredAdapter(configuration, parseBaseUrl(given || configuration.baseUrl), options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Refusal(error.code, given ? `environment variable ${variable}: ${error.message}` : error.message);
  }
}
