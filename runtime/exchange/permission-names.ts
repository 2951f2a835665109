// Our permissions in the exchange's own words.
import { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeConfiguration, ExchangePermissions } from '../../contract/exchange/exchange-configuration';
import type { DescribedPermission } from '../../contract/keys';
import { ExchangeError } from './adapter';

const FIELD: Readonly<Record<DescribedPermission, keyof ExchangePermissions>> = {
  read: 'read',
  'trade-limited': 'tradeLimited',
  trade: 'trade',
  withdraw: 'withdraw',
  'manage-keys': 'manageKeys',
};

/**
 * The names of exactly these permissions, sorted.
 * @throws ExchangeError `CONFIG` for a permission that is not mapped.
 */
export function namesOf(
  { name, permissions: mapping }: Pick<ExchangeConfiguration, 'name' | 'permissions'>,
  permissions: readonly DescribedPermission[],
): string[] {
  const names = permissions.flatMap((permission) => {
    const mapped = mapping[FIELD[permission]] ?? [];
    if (mapped.length > 0) return mapped;
    const message = `exchange '${name}' has no name for permission '${permission}'; add '${FIELD[permission]}' to its permissions`;
    throw new ExchangeError(ErrorClass.CONFIG, 'expectedPermissions', message, 'PERMISSION_NOT_MAPPED');
  });
  return [...new Set(names)].sort();
}

/** What a key in quarantine may do. */
export function quarantineNames({
  permissions,
  quarantinePermissions,
}: Pick<ExchangeConfiguration, 'permissions' | 'quarantinePermissions'>): readonly string[] {
  return quarantinePermissions ?? permissions.read;
}
