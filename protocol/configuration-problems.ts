// Checks what was read as an exchange's configuration, schema first, then what the schema cannot say.

import type { ErrorObject, ValidateFunction } from 'ajv';
import { checkExchangeConfiguration } from '../contract/exchange/check-exchange-configuration';
import type { ExchangeConfiguration } from '../contract/exchange/exchange-configuration';
import { exchangeConfigurationSchema } from '../contract/schema/exchange-configuration';

let compiled: ValidateFunction<ExchangeConfiguration> | undefined;

/** None: the value is an `ExchangeConfiguration` to work with. Problems name places and rules; no value is shown, as one pasted by mistake may be a key. */
export function configurationProblems(value: unknown): string[] {
  compiled ??= compile();
  if (!compiled(value)) return (compiled.errors ?? []).map(explained);
  return checkExchangeConfiguration(value).map(({ path, message, code }) => `${at(path)}${message} [${code}]`);
}

/** Loaded when there is something to check: a workload that only holds a key never does. */
function compile(): ValidateFunction<ExchangeConfiguration> {
  const { default: Ajv } = require('ajv') as typeof import('ajv');
  // The check runs once in a process, so making it must be cheap rather than it; tests check the schema itself.
  const cheap = { code: { optimize: false }, validateSchema: false, meta: false };
  return new Ajv({ strict: true, allErrors: true, verbose: true, ...cheap })
    .addVocabulary(['patternErrorMessage'])
    .compile<ExchangeConfiguration>(exchangeConfigurationSchema);
}

function explained({ instancePath, keyword, params, message = 'is malformed', parentSchema }: ErrorObject): string {
  const place = at(instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'additionalProperties') {
    return `${place}key ${nameOf(params.additionalProperty)} is not known; remove it`;
  }
  if (keyword === 'enum') return `${place}must be one of ${params.allowedValues.join(', ')}`;
  return `${place}${(keyword === 'pattern' && parentSchema?.patternErrorMessage) || message}`;
}

const at = (path: string): string => (path === '' ? '' : `'${path}': `);

/** Names of keys are words; what is longer may be a value in the wrong place. */
function nameOf(key: string): string {
  return /^[A-Za-z][A-Za-z-]{0,30}$/.test(key) ? `'${key}'` : 'of an unusual form';
}
