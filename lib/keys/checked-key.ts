// What a key is given, checked: from here on nothing about it can be wrong by itself.
import { Construct } from 'constructs';
import {
  chooseOverlap,
  chooseTier,
  type DescribedPermission,
  formatDescription,
  type KeyName,
  KeyPermission,
  keyName,
  MANAGE_KEYS,
  managementKeyName,
  parsePermissions,
  parseWord,
  probeKeyName,
  type RiskTier,
} from '../../contract/keys';
import { extraEnvironments, requireConcrete } from '../core/checks';
import { ConfigError, checked } from '../core/config-error';
import type { CheckedProbes } from '../verify/check-probes';
import { checkWithdrawalReview } from './check-withdrawal-review';
import { Exchange } from './exchange';
import { ExchangeKeyProps } from './exchange-key-props';
import { KeyRefresh } from './key-refresh';

/** @internal */
export interface CheckedKey {
  readonly name: KeyName;
  readonly description: string;
  readonly owner: string;
  readonly exchange: Exchange;
  readonly permissions: readonly DescribedPermission[];
  readonly tier: RiskTier;
  readonly overlapHours: number;
  /** How the workload gets a new key, where it was said. */
  readonly refresh?: KeyRefresh;
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
  requireAccount(scope, exchange, { name, account: props.account, prop: 'account' });
  const tier = checked(scope, 'tier', () => chooseTier(permissions, props.tier));
  const overlapHours = checked(scope, 'overlap', () =>
    chooseOverlap(tier, props.overlap?.toHours({ integral: false })),
  );
  if (props.refresh) checked(scope, 'refresh', () => props.refresh?._checkOverlap(overlapHours));
  const withdrawalReview = checkWithdrawalReview(scope, permissions, props.withdrawalReview);
  const described = { owner, exchange: exchange.name, account: props.account, permissions, tier, overlapHours };
  const description = checked(scope, 'account', () => formatDescription({ ...described, withdrawalReview }));
  return { name, description, owner, exchange, permissions, tier, overlapHours, refresh: props.refresh };
}

/**
 * The key that the probes show to an exchange: it reads, and nothing else.
 * @internal
 */
export function checkProbeKey(
  scope: Construct,
  ring: { readonly environment: string; readonly exchange: Exchange; readonly probes: CheckedProbes },
): CheckedKey {
  const { environment, exchange, probes } = ring;
  const { owner } = probes;
  const name = probeKeyName(environment, exchange.name);
  if (!exchange._tellsRefusedAddress) {
    throw new ConfigError(
      'PROBE_EXCHANGE_AMBIGUOUS',
      `no code of exchange '${exchange.name}' means IP_NOT_ALLOWED, so that the outside probe could never tell a refused address from a dead key; add the code to 'errors' of its configuration, or leave 'probes' out`,
      scope,
    );
  }
  const permissions = parsePermissions([KeyPermission.READ]);
  checked(scope, 'exchange', () => exchange._requirePermissions(permissions));
  const account = Object.hasOwn(probes.accounts, exchange.name) ? probes.accounts[exchange.name] : undefined;
  requireAccount(scope, exchange, { name, account, prop: `probes.accounts.${exchange.name}` });
  const tier = chooseTier(permissions);
  const overlapHours = chooseOverlap(tier);
  const description = formatDescription({
    owner,
    exchange: exchange.name,
    account,
    permissions,
    tier,
    overlapHours,
  });
  return { name, description, owner, exchange, permissions, tier, overlapHours };
}

function requireAccount(
  scope: Construct,
  exchange: Exchange,
  key: { readonly name: KeyName; readonly account?: string; readonly prop: string },
): void {
  if (!exchange._needsAccount || key.account !== undefined) return;
  throw new ConfigError(
    'ACCOUNT_MISSING',
    `key '${key.name.text}' has no '${key.prop}', and the operations of exchange '${exchange.name}' name one; give the sub-account at the exchange that the key belongs to`,
    scope,
  );
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
  return { name, description, owner, exchange, permissions, tier, overlapHours };
}
