// Who is calling: the checks of a signed request, in the published order.
import { isAllowed } from './allowlist';
import { KeyRecord } from './keys';
import { ApiError, OperationName, Permission } from './protocol';
import { ReceivedRequest } from './received-request';
import { isPassphrase, isSignedBy } from './signature';
import { ExchangeState } from './state';

const MAX_RECV_WINDOW = 60_000;
const AHEAD = 1000;

function header(request: ReceivedRequest, name: string): string {
  const value = request.headers[name.toLowerCase()];
  if (typeof value !== 'string' || value === '') throw new ApiError('PARAMS', `missing header ${name}`);
  return value;
}

function checkClock(request: ReceivedRequest, now: number): string {
  const timestamp = header(request, 'X-TIMESTAMP');
  if (!/^\d{13}$/.test(timestamp)) throw new ApiError('PARAMS', 'X-TIMESTAMP must be Unix milliseconds');
  const given = request.headers['x-recv-window'] ?? '5000';
  const window = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (window < 1 || window > MAX_RECV_WINDOW) throw new ApiError('PARAMS', 'X-RECV-WINDOW must be 1 to 60000');
  const inTime = now - window <= Number(timestamp) && Number(timestamp) < now + AHEAD;
  if (!inTime) throw new ApiError('CLOCK', `server time ${now}, request time ${timestamp}, window ${window}`);
  return timestamp;
}

/** The calling key, or a refusal. */
export function authenticate(state: ExchangeState, request: ReceivedRequest, managesKeys: boolean): KeyRecord {
  const { keys, settings } = state;
  const [apiKey, signature] = [header(request, 'X-API-KEY'), header(request, 'X-SIGNATURE')];
  const key = keys.byPresented(apiKey);
  if (!key) throw new ApiError('KEY_UNKNOWN');
  if (keys.state(key) === 'expired') throw new ApiError('KEY_EXPIRED');
  if (key.disabled) throw new ApiError('KEY_DISABLED');
  if (state.now() < key.activeFrom) throw new ApiError('KEY_NOT_ACTIVE_YET');
  const bound = key.ips.length > 0;
  if (settings.enforceAllowlist && !((bound || !managesKeys) && isAllowed(key.ips, request.peer))) {
    throw new ApiError('IP_NOT_ALLOWED', bound ? `request ip: ${request.peer}` : 'key is not bound to any address');
  }
  const timestamp = checkClock(request, state.serverTime());
  if (!isSignedBy(key.apiSecret, { ...request, timestamp }, signature)) throw new ApiError('SIGNATURE');
  if (settings.passphrase !== 'none') {
    const given = header(request, 'X-PASSPHRASE');
    const right = key.passphrase !== null && isPassphrase(settings.passphrase, key.apiSecret, key.passphrase, given);
    if (!right) throw new ApiError('PASSPHRASE');
  }
  key.lastUsedAt = state.now();
  return key;
}

export function limitRate(state: ExchangeState, key: KeyRecord, operation: OperationName): void {
  for (const limit of state.settings.rateLimits) {
    if (limit.operations && !limit.operations.includes(operation)) continue;
    const seconds = state.limiter.take(limit, limit.per === 'key' ? key.id : key.account, state.now());
    if (seconds > 0) throw new ApiError('RATE_LIMIT', undefined, { 'retry-after': String(seconds) });
  }
}

export function requirePermission(key: KeyRecord, permission: Permission): void {
  if (!key.permissions.includes(permission)) throw new ApiError('PERMISSION', `${permission} is needed`);
}
