// Checks an exchange's configuration against its JSON Schema, for callers whose types were not checked (JavaScript, JSON).
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { exchangeConfigurationSchema } from '../../contract/schema/exchange-configuration';

export interface SchemaProblem {
  /** `operations.probe.path` */
  readonly path: string;
  readonly message: string;
  readonly code: string;
}

let validate: ValidateFunction | undefined;

/** Compiled once in a synthesis and used once or twice: neither optimised nor checked itself, the tests do that. */
const OPTIONS = { allErrors: true, strict: false, meta: false, validateSchema: false, code: { optimize: false } };

/** What is wrong with the structure; values are not shown, because a secret may have slipped in. */
export function schemaProblems(configuration: unknown): SchemaProblem[] {
  validate ??= new Ajv(OPTIONS).compile(exchangeConfigurationSchema);
  return validate(configuration) ? [] : (validate.errors ?? []).map(explained);
}

function explained({ instancePath, message, params }: ErrorObject): SchemaProblem {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: unknown[] };
  const detail = additionalProperty
    ? ` ('${additionalProperty}')`
    : allowedValues
      ? ` (${allowedValues.join(', ')})`
      : '';
  return { path, message: `${message}${detail}`, code: 'EXCHANGE_SCHEMA' };
}
