// What the stack has told a probe, read piece by piece: one that is missing leaves its own check unknown and no other.
import { CLOSED_PATHS, CLOSED_PATHS_VARIABLE, type ClosedPath } from '../../contract/verify';
import { required } from '../shared/function-settings';
import { Refusal } from '../shared/refusal';

export type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Refusal `FUNCTION_SETTING_MISSING`. */
export function listOf(variables: Variables, name: string): string[] {
  const items = required(variables, name)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length > 0) return [...new Set(items)];
  return [required({}, name)];
}

/** @throws Refusal `FUNCTION_SETTING_MISSING`, `FUNCTION_SETTING_MALFORMED`. */
export function closedPathsOf(variables: Variables): ClosedPath[] {
  const text = required(variables, CLOSED_PATHS_VARIABLE);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every(isClosedPath)) throw malformed();
  return value;
}

function isClosedPath(value: unknown): value is ClosedPath {
  const { name, host, port } = (value ?? {}) as Partial<Record<keyof ClosedPath, unknown>>;
  const named = typeof name === 'string' && Object.hasOwn(CLOSED_PATHS, name);
  const reachable = typeof host === 'string' && /^[A-Za-z0-9.:-]{1,253}$/.test(host);
  return named && reachable && Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
}

function malformed(): Refusal {
  return new Refusal(
    'FUNCTION_SETTING_MALFORMED',
    `environment variable ${CLOSED_PATHS_VARIABLE} is not a JSON array of paths with name, host and port; deploy the ring again`,
  );
}
