// Checks what was read as an exchange's configuration, and refuses what cannot be used.

import type { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { listed } from '../../contract/listed';
import { configurationProblems } from '../../protocol/configuration-problems';
import { Refusal } from '../shared/refusal';

/**
 * The value as a configuration. Messages name places and rules; no value is shown, as one pasted by mistake may be a key.
 * @throws Refusal `EXCHANGE_CONFIGURATION_INVALID`
 */
export function validateExchangeConfiguration(value: unknown, source: string): ExchangeConfiguration {
  const problems = configurationProblems(value);
  if (problems.length === 0) return value as ExchangeConfiguration;
  throw new Refusal(
    'EXCHANGE_CONFIGURATION_INVALID',
    listed(`the configuration in '${source}' cannot be used`, problems),
  );
}
