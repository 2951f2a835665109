// What a key is given, checked: from here on nothing about it can be wrong by itself.
import { Construct } from 'constructs';
import {
  chooseOverlap,
  chooseTier,
  type DescribedPermission,
  formatDescription,
  type KeyName,
  keyName,
  MANAGE_KEYS,
  managementKeyName,
  parsePermissions,
  parseWord,
  type RiskTier,
} from '../../contract/keys';
import { extraEnvironments, requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import { checkWithdrawalReview } from './check-withdrawal-review';
import { Exchange } from './exchange';
import { ExchangeKeyProps } from './exchange-key-props';

/** @internal */
export interface CheckedKey {
  readonly name: KeyName;
  readonly description: string;
  readonly owner: string;
  readonly exchange: string;
  readonly permissions: readonly DescribedPermission[];
  readonly tier: RiskTier;
  readonly overlapHours: number;
}

/** @internal */
export function checkKey(
  scope: Construct,
  props: ExchangeKeyProps,
  ring: { readonly environment: string; readonly exchange: Exchange },
): CheckedKey {
  const { exchange } = ring;
  const text = (prop: 'purpose' | 'instance' | 'owner') => requireConcrete(scope, prop, props[prop]);
  const name = checked(scope, 'name', () =>
    keyName(ring.environment, text('purpose'), text('instance'), extraEnvironments(scope)),
  );
  const owner = checked(scope, 'owner', () => parseWord('owner', text('owner')));
  const permissions = checked(scope, 'permissions', () => parsePermissions(props.permissions));
  checked(scope, 'permissions', () => exchange._requirePermissions(permissions));
  if (exchange._needsAccount && props.account === undefined) {
    throw new ConfigError(
      'ACCOUNT_MISSING',
      `key '${name.text}' has no 'account', and the operations of exchange '${exchange.name}' name one; give the sub-account at the exchange that the key belongs to`,
      scope,
    );
  }
  const tier = checked(scope, 'tier', () => chooseTier(permissions, props.tier));
  const overlapHours = checked(scope, 'overlap', () =>
    chooseOverlap(tier, props.overlap?.toHours({ integral: false })),
  );
  if (props.refresh) checked(scope, 'refresh', () => props.refresh?._checkOverlap(overlapHours));
  const withdrawalReview = checkWithdrawalReview(scope, permissions, props.withdrawalReview);
  const described = { owner, exchange: exchange.name, account: props.account, permissions, tier, overlapHours };
  const description = checked(scope, 'account', () => formatDescription({ ...described, withdrawalReview }));
  return { name, description, owner, exchange: exchange.name, permissions, tier, overlapHours };
}

/** The key of the ring that manages the others at an exchange; a person makes it and rotates it. @internal */
export function checkManagementKey(
  scope: Construct,
  ring: { readonly environment: string; readonly exchange: Exchange; readonly owner: string },
): CheckedKey {
  const { environment, exchange } = ring;
  const permissions = parsePermissions([MANAGE_KEYS]);
  checked(scope, 'exchange', () => exchange._requirePermissions(permissions));
  const tier = chooseTier(permissions);
  const overlapHours = chooseOverlap(tier);
  const owner = checked(scope, 'owner', () => parseWord('owner', ring.owner));
  const description = formatDescription({ owner, exchange: exchange.name, permissions, tier, overlapHours });
  const name = managementKeyName(environment, exchange.name);
  return { name, description, owner, exchange: exchange.name, permissions, tier, overlapHours };
}
