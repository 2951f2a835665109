// What a request does: finds the operation, lets the caller in, carries it out. Synchronous, so nothing comes between.
import { authenticate, limitRate, requirePermission } from './authenticate';
import { KeyRecord } from './keys';
import { manageKeys } from './manage-keys';
import { ApiError, CODES, CodeName, MERGED_BY_AMBIGUITY } from './protocol';
import { ReceivedRequest, readBody } from './received-request';
import { Route } from './routes';
import { ExchangeState } from './state';
import { ORDER_PERMISSION, readCategory } from './trading';

export interface Outcome {
  readonly reason: CodeName;
  readonly message: string;
  readonly data: object | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The key that key management was about. */
  readonly targetKeyId: string | null;
}

function carryOut(state: ExchangeState, request: ReceivedRequest, to: Route, key: KeyRecord): object {
  switch (to.operation) {
    case 'inspectKey':
      return state.keys.view(key);
    case 'account':
      requirePermission(key, 'Read');
      return { account: key.account, balances: [{ asset: 'USDT', free: '10000' }] };
    case 'positions':
      requirePermission(key, 'Read');
      return { items: state.trading.positions(key.account) };
    case 'placeOrder': {
      const body = readBody(request);
      requirePermission(key, ORDER_PERMISSION[readCategory(body)]);
      return state.trading.placeOrder(key, body);
    }
    case 'withdraw':
      requirePermission(key, 'Withdraw');
      return state.trading.withdraw(key, readBody(request));
    default:
      requirePermission(key, 'KeyManage');
      return manageKeys(state, to, request.query, readBody(request));
  }
}

function data(state: ExchangeState, request: ReceivedRequest, to: Route | undefined): object {
  if (!to) throw new ApiError('NO_SUCH_ENDPOINT');
  if (to.operation === 'time') return { serverTime: state.serverTime() };
  const key = authenticate(state, request, to.account !== null);
  limitRate(state, key, to.operation);
  if (state.settings.mfaOperations.includes(to.operation)) throw new ApiError('MFA_REQUIRED');
  return carryOut(state, request, to, key);
}

export function perform(state: ExchangeState, request: ReceivedRequest, to: Route | undefined): Outcome {
  try {
    const result = data(state, request, to);
    const created = to?.operation === 'createKey' ? (result as { id: string }).id : null;
    const targetKeyId = created ?? to?.id ?? null;
    return { reason: 'OK', message: CODES.OK.msg, data: result, headers: {}, targetKeyId };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { message, headers } = error;
    if (!state.settings.ambiguousAuth || !MERGED_BY_AMBIGUITY.includes(error.reason)) {
      return { reason: error.reason, message, data: null, headers, targetKeyId: to?.id ?? null };
    }
    return { reason: 'AMBIGUOUS', message: CODES.AMBIGUOUS.msg, data: null, headers, targetKeyId: to?.id ?? null };
  }
}
