// Refuses a key that stands in a template as a plain variable, where everybody can read it.
import { loaderVariables } from '../../../contract/workload';
import { finding } from '../../core/config-error';
import { AttachableKey } from './attachable-key';

/** @param names of the plain variables; undefined when they are not known at synth */
export function plainSecretFindings(
  key: AttachableKey,
  workload: string,
  prefix: string,
  names: readonly unknown[] | undefined,
): string[] {
  const { apiKey, apiSecret, apiPassphrase } = loaderVariables(prefix);
  const plain = [apiKey, apiSecret, apiPassphrase].filter((name) => names?.includes(name));
  if (names && plain.length === 0) return [];
  const problem = names
    ? `has '${plain.join("', '")}' as plain environment variable${plain.length === 1 ? '' : 's'}`
    : 'has environment variables that are not known at synth, among which a key could be';
  return [
    finding(
      'SECRET_IN_ENVIRONMENT',
      `'${workload}' ${problem}; values of a key never stand in a template: remove them, key '${key.keyName}' is delivered by its secret`,
    ),
  ];
}
