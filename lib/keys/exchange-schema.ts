// Checks an exchange's configuration against its JSON Schema, for callers whose types were not checked (JavaScript, JSON).
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { checkExchangeConfiguration } from '../../contract/exchange/check-exchange-configuration';
import { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import type { ExchangeProblem } from '../../contract/exchange/exchange-problem';
import { exchangeConfigurationSchema } from '../../contract/schema/exchange-configuration';
import { isSecretKey } from '../../contract/secret-words';

let validate: ValidateFunction | undefined;

/** Compiled once in a synthesis and used once or twice: neither optimised nor checked itself, the tests do that. */
const OPTIONS = {
  allErrors: true,
  verbose: true,
  strict: false,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
};

/** All that is wrong with a configuration; of what does not fit the schema, only that. */
export function exchangeProblems(configuration: unknown): ExchangeProblem[] {
  const problems = schemaProblems(configuration);
  return problems.length > 0 ? problems : checkExchangeConfiguration(configuration as ExchangeConfiguration);
}

/** What is wrong with the structure; values are not shown, because a secret may have slipped in. */
export function schemaProblems(configuration: unknown): ExchangeProblem[] {
  validate ??= new Ajv(OPTIONS).compile(exchangeConfigurationSchema);
  return validate(configuration) ? [] : (validate.errors ?? []).map(explained);
}

function explained(error: ErrorObject): ExchangeProblem {
  const path = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  return { path, message: `${error.message}${remedy(error)}`, code: 'EXCHANGE_SCHEMA' };
}

interface Described {
  readonly description?: string;
  readonly patternErrorMessage?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

/** What ajv does not say: the values allowed, and what to change. */
function remedy({ keyword, params, parentSchema, data }: ErrorObject): string {
  const { properties = {}, patternErrorMessage } = parentSchema as Described;
  switch (keyword) {
    case 'additionalProperties': {
      const key: string = params.additionalProperty;
      if (isSecretKey(key)) {
        return ` ('${key}'); key material never goes in a configuration: treat it as leaked, and rotate it at the exchange`;
      }
      return ` ('${key}'); allowed are ${Object.keys(properties).join(', ')}`;
    }
    case 'required': {
      const description = properties[params.missingProperty]?.description;
      return description === undefined ? '' : `; ${description.charAt(0).toLowerCase()}${description.slice(1, -1)}`;
    }
    case 'enum':
      return ` (${params.allowedValues.join(', ')})`;
    case 'pattern':
      return patternErrorMessage === undefined ? '' : `; it ${patternErrorMessage}`;
    case 'type':
      return params.type === 'string' && typeof data === 'number' ? '; put it in quotes' : '';
    default:
      return '';
  }
}
