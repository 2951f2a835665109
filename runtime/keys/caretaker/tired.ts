// Stops calling an exchange that has given no answer several times in a row: waiting for it would use up the pass of every other key.
import { ErrorClass } from '../../../contract/exchange/error-class';
import { type ExchangeAdapter, ExchangeError } from '../../exchange/adapter';

const PATIENCE = 3;
const CODE = 'NOT_ASKED';

/** The same exchange for the length of one pass. */
export function withPatience(adapter: ExchangeAdapter): ExchangeAdapter {
  let unanswered = 0;
  const heard = (answered: boolean) => {
    unanswered = answered ? 0 : unanswered + 1;
  };

  async function ask<T>(operation: string, call: () => Promise<T>): Promise<T> {
    if (unanswered >= PATIENCE) {
      const text = `'${operation}' was not sent: ${adapter.name} has not answered ${PATIENCE} times in a row`;
      throw new ExchangeError(ErrorClass.TRANSIENT, operation, text, CODE);
    }
    try {
      const result = await call();
      heard(true);
      return result;
    } catch (error) {
      heard(!(error instanceof ExchangeError && error.errorClass === ErrorClass.TRANSIENT));
      throw error;
    }
  }

  return {
    name: adapter.name,
    capabilities: adapter.capabilities,
    expectedPermissions: (permissions) => adapter.expectedPermissions(permissions),
    isRestricted: (facts) => adapter.isRestricted(facts),
    async probe(credentials) {
      if (unanswered >= PATIENCE) return { result: ErrorClass.TRANSIENT, code: CODE };
      const probed = await adapter.probe(credentials);
      heard(probed.result !== ErrorClass.TRANSIENT);
      return probed;
    },
    inspect: (credentials) => ask('inspect', () => adapter.inspect(credentials)),
    create: (management, request) => ask('create', () => adapter.create(management, request)),
    list: (management, account) => ask('list', () => adapter.list(management, account)),
    restrict: (management, account, key) => ask('restrict', () => adapter.restrict(management, account, key)),
    revoke: (signer, account, key) => ask('revoke', () => adapter.revoke(signer, account, key)),
  };
}
