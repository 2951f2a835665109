// Key management: what a master key with KeyManage does to the keys of a sub-account.
import { readDisabled, readIps, readLabel, readPassphrase, readPermissions, readTtlDays } from './key-parameters';
import { ApiError } from './protocol';
import { Body } from './received-request';
import { Route } from './routes';
import { ExchangeState } from './state';

function page(state: ExchangeState, account: string, query: string): object {
  const parameters = new URLSearchParams(query);
  const [limit, cursor] = [parameters.get('limit') ?? '20', parameters.get('cursor') ?? '0'];
  if (!/^([1-9]\d?|100)$/.test(limit)) throw new ApiError('PARAMS', 'limit must be 1 to 100');
  if (!/^\d{1,15}$/.test(cursor)) throw new ApiError('PARAMS', 'cursor must be one of this list');
  // Ids grow, so a page does not shift when a key of an earlier page is deleted.
  const rest = state.keys.listed(account).filter(({ id }) => Number(id) > Number(cursor));
  const items = rest.slice(0, Number(limit));
  const nextCursor = rest.length > items.length ? items[items.length - 1].id : null;
  return { items: items.map((key) => state.keys.view(key)), nextCursor };
}

export function manageKeys(state: ExchangeState, { operation, account, id }: Route, query: string, body: Body): object {
  const { keys, settings } = state;
  if (account === null || !state.subAccounts.has(account)) throw new ApiError('ACCOUNT_NOT_FOUND');
  if (operation === 'listKeys') return page(state, account, query);
  if (operation === 'createKey') {
    const permissions = readPermissions(body, false);
    if (permissions.length === 0) throw new ApiError('PARAMS', 'permissions must name at least one');
    const common = { account, isMaster: false, createdBy: 'api' as const };
    const own = { label: readLabel(body), ips: readIps(body), ttlDays: readTtlDays(body) };
    const passphrase = readPassphrase(body, settings.passphrase);
    const key = keys.create({ ...common, ...own, permissions, passphrase });
    return { ...keys.view(key), apiSecret: key.apiSecret };
  }
  const key = keys.byId(account, id ?? '');
  if (operation === 'modifyKey') {
    const [permissions, ips] = [readPermissions(body, false), readIps(body)];
    keys.change(key, { permissions, ips, disabled: readDisabled(body) });
  }
  if (operation === 'deleteKey') {
    keys.delete(key);
    return { id: key.id };
  }
  return keys.view(key);
}
