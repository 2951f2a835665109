// Which operation a method and a path mean.
import { OPERATION_NAMES, OPERATIONS, OperationName } from './protocol';

export interface Route {
  readonly operation: OperationName;
  /** Of the path. */
  readonly account: string | null;
  readonly id: string | null;
}

const ROUTES = OPERATION_NAMES.map((operation) => ({
  operation,
  method: OPERATIONS[operation].method,
  form: new RegExp(`^${OPERATIONS[operation].path.replace(/\{(\w+)\}/g, '(?<$1>[A-Za-z0-9_.-]+)')}$`),
}));

export function route(method: string, path: string): Route | undefined {
  for (const { operation, form, method: wanted } of ROUTES) {
    const groups = wanted === method ? form.exec(path) : null;
    if (groups) return { operation, account: groups.groups?.account ?? null, id: groups.groups?.id ?? null };
  }
  return undefined;
}
