// Checks the operations of an exchange's configuration: placeholders that exist, those an effect needs, what belongs together.
import {
  type ExchangeConfiguration,
  ExchangeMethod,
  type ExchangeOperation,
  RevocationSigner,
} from './exchange-configuration';
import type { ExchangeProblem } from './exchange-problem';
import {
  allowedPlaceholders,
  OPERATION_NAMES,
  type OperationName,
  type Placeholder,
  parseTemplate,
  templateTexts,
} from './placeholder';

/** What an operation cannot do without. */
const NEEDED: Readonly<Partial<Record<OperationName, readonly Placeholder[]>>> = {
  create: ['permissions', 'allowlist'],
  restrict: ['keyId', 'permissions', 'allowlist'],
};

export function checkOperations(configuration: ExchangeConfiguration): ExchangeProblem[] {
  return [
    ...OPERATION_NAMES.flatMap((name) => {
      const operation = configuration.operations[name];
      return operation === undefined ? [] : checkOperation(configuration, name, operation);
    }),
    ...checkTogether(configuration),
  ];
}

function checkOperation(
  { operations: { list, revoke } }: ExchangeConfiguration,
  name: OperationName,
  operation: ExchangeOperation,
): ExchangeProblem[] {
  const at = `operations.${name}`;
  const problems: ExchangeProblem[] = [];
  const used = new Set<Placeholder>();
  const signedByKey = revoke?.signedBy === RevocationSigner.KEY;
  const allowed = allowedPlaceholders(name, signedByKey);
  for (const { path, text, inBody } of templateTexts(operation)) {
    const pieces = parseTemplate(text, { allowed, inBody });
    if (typeof pieces === 'string') {
      problems.push({ path: `${at}.${path}`, code: 'EXCHANGE_PLACEHOLDER', message: pieces });
      continue;
    }
    for (const piece of pieces) if (piece.kind !== 'literal') used.add(piece.name);
  }
  const needed = [
    ...(NEEDED[name] ?? []),
    ...(name === 'create' && list !== undefined ? (['label'] as const) : []),
    ...(name === 'revoke' && !signedByKey ? (['keyId'] as const) : []),
  ];
  const missing = needed.filter((placeholder) => !used.has(placeholder));
  // A text that could not be read may hold it.
  if (missing.length > 0 && problems.length === 0) {
    const message = `it does not send ${missing.map((one) => `{${one}}`).join(', ')}; add it to path, query or body`;
    problems.push({ path: at, code: 'EXCHANGE_PLACEHOLDER_MISSING', message });
  }
  if (operation.method === ExchangeMethod.GET && operation.body !== undefined) {
    problems.push(incomplete(`${at}.body`, 'GET carries no body; use the query or another method'));
  }
  if (name === 'list' && used.has('cursor') !== (list?.nextCursorPath !== undefined)) {
    const message =
      "'nextCursorPath' and a {cursor} in the query belong together; give both, or none if there is one page";
    problems.push(incomplete(at, message));
  }
  return problems;
}

function checkTogether({ operations, permissions }: ExchangeConfiguration): ExchangeProblem[] {
  const { create, list, restrict, revoke } = operations;
  const managed = [
    create && 'create',
    list && 'list',
    restrict && 'restrict',
    revoke && revoke.signedBy !== RevocationSigner.KEY && 'revoke',
  ].filter((name) => typeof name === 'string');
  const problems: ExchangeProblem[] = [];
  if (managed.length > 0 && permissions.manageKeys === undefined) {
    const message = `${managed.join(', ')} ${managed.length === 1 ? 'is' : 'are'} signed by the management key, and nothing says which permissions that key has; add 'manageKeys'`;
    problems.push({ path: 'permissions', code: 'EXCHANGE_MANAGE_KEYS_NOT_MAPPED', message });
  }
  if (restrict !== undefined && list === undefined) {
    const message = "a restriction is read back from the list, and there is none; add 'list', or remove 'restrict'";
    problems.push(incomplete('operations.restrict', message));
  }
  if (list !== undefined && list.response.keyId === undefined) {
    problems.push(incomplete('operations.list.response', "listed keys need an id; add 'keyId'"));
  }
  if (list !== undefined && create !== undefined && list.response.label === undefined) {
    const message = "a key whose answer was lost is found by its label; add 'label'";
    problems.push(incomplete('operations.list.response', message));
  }
  return problems;
}

function incomplete(path: string, message: string): ExchangeProblem {
  return { path, code: 'EXCHANGE_OPERATION_INCOMPLETE', message };
}
