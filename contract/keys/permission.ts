// What a key may do at the exchange: a closed list, in the exchange-independent words that everything else maps from.
import { InputError } from '../errors';
import { quoted } from '../quoted';

/** What a key may do at the exchange. Nothing else is granted: the mapping to an exchange's own names is an allow-list. */
export enum KeyPermission {
  /** Balances, positions, market data. */
  READ = 'read',
  /** Place and cancel orders in a restricted part of the exchange, as its configuration defines it (spot only, for example). */
  TRADE_LIMITED = 'trade-limited',
  /** Place and cancel orders. */
  TRADE = 'trade',
  /** Move funds out. Only with a review on record. */
  WITHDRAW = 'withdraw',
}

/** What the ring's own management key may do: create, restrict and revoke other keys. Never given to a workload. */
export const MANAGE_KEYS = 'manage-keys';

/** A permission as key descriptions carry it. */
export type DescribedPermission = `${KeyPermission}` | typeof MANAGE_KEYS;

const ORDER: readonly string[] = [...Object.values(KeyPermission), MANAGE_KEYS];

/**
 * The permissions in their fixed order, each once.
 * @throws InputError `PERMISSIONS_EMPTY`, `PERMISSION_UNKNOWN`, `PERMISSION_TWICE`.
 */
export function parsePermissions(permissions: readonly string[]): DescribedPermission[] {
  if (permissions.length === 0) {
    throw new InputError(
      'PERMISSIONS_EMPTY',
      `a key without permissions can do nothing; give at least one of ${ORDER.slice(0, -1).join(', ')}`,
    );
  }
  for (const [index, permission] of permissions.entries()) {
    if (!ORDER.includes(permission)) {
      throw new InputError(
        'PERMISSION_UNKNOWN',
        `permission ${quoted(String(permission))} is unknown, allowed are ${ORDER.slice(0, -1).join(', ')}; name what the workload does, not what the exchange calls it`,
      );
    }
    if (permissions.indexOf(permission) !== index) {
      throw new InputError('PERMISSION_TWICE', `permission ${quoted(permission)} is given twice; remove one`);
    }
  }
  return ORDER.filter((known) => permissions.includes(known)) as DescribedPermission[];
}
