// Reads the configuration of an exchange from its file; the base URL may come from the environment instead.
import path from 'node:path';
import { parseDocument } from 'yaml';
import { InputError } from '../../contract/errors';
import { baseUrlVariable, type ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { readText } from './read-text';

/**
 * The configuration, not checked yet: `Exchange` does that. `XXKK_API_BASE_URL` (by the exchange's name) wins over the
 * `baseUrl` of the file, so that one file serves a test exchange as well.
 *
 * @param configFile the file that names `file`; a relative path begins beside it
 */
export function readExchange(configFile: string, file: string): ExchangeConfiguration {
  const place = path.resolve(path.dirname(configFile), file);
  const document = parseDocument(readText(place), { prettyErrors: true });
  const [problem] = document.errors;
  const value: unknown = problem ? undefined : document.toJS();
  if (problem || typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(
      'EXCHANGE_FILE_UNREADABLE',
      `${place} is not the configuration of an exchange: ${problem ? problem.message.split('\n')[0].replace(/:$/, '') : 'it must be a mapping of keys to values'}; see exchange-xxkk.yaml for one`,
    );
  }
  const configuration = value as ExchangeConfiguration;
  const given = typeof configuration.name === 'string' ? process.env[baseUrlVariable(configuration)] : undefined;
  return given ? { ...configuration, baseUrl: given } : configuration;
}
