// Reads an exchange's configuration from its SSM parameter and makes the adapter, once in five minutes.
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { exchangeParameterName } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import { awsRefusal } from '../shared/secrets-client';
import type { ExchangeAdapter } from './adapter';
import { configuredExchange, type ExchangeOptions } from './configured-exchange';
import { validateExchangeConfiguration } from './validate-configuration';

/** How long a change of the configuration may go unnoticed, in milliseconds. */
const LIFETIME = 300_000;

export interface LoaderOptions extends ExchangeOptions {
  /** Environment of the ring, `prod`. */
  readonly environment: string;
  readonly ssm: SSMClient;
}

/** Gives the adapter of an exchange's name; to be made once per execution environment. */
export function exchangeLoader(options: LoaderOptions): (name: string) => Promise<ExchangeAdapter> {
  const { now = Date.now } = options.clock ?? {};
  const loaded = new Map<string, { readonly adapter: Promise<ExchangeAdapter>; readonly until: number }>();
  return (name) => {
    const known = loaded.get(name);
    if (known !== undefined && now() < known.until) return known.adapter;
    const adapter = load(name, options);
    loaded.set(name, { adapter, until: now() + LIFETIME });
    // A failure is not remembered.
    adapter.catch(() => loaded.delete(name));
    return adapter;
  };
}

async function load(name: string, options: LoaderOptions): Promise<ExchangeAdapter> {
  const parameter = exchangeParameterName(options.environment, name);
  const configuration = validateExchangeConfiguration(await read(parameter, name, options.ssm), parameter);
  if (configuration.name !== name) {
    throw new Refusal(
      'EXCHANGE_CONFIGURATION_INVALID',
      `the configuration in '${parameter}' is that of exchange '${configuration.name}'; deploy the ring again`,
    );
  }
  return configuredExchange(configuration, options);
}

async function read(parameter: string, name: string, ssm: SSMClient): Promise<unknown> {
  let text: string | undefined;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
    text = Parameter?.Value;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ParameterNotFound')) {
      throw awsRefusal('ssm:GetParameter', parameter, error);
    }
    throw new Refusal(
      'EXCHANGE_NOT_CONFIGURED',
      `exchange '${name}' has no configuration in '${parameter}'; add it to the ring's exchanges and deploy`,
      error.name,
    );
  }
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new Refusal('EXCHANGE_CONFIGURATION_INVALID', `parameter '${parameter}' is not JSON; deploy the ring again`);
  }
}
