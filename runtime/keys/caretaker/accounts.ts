// Which accounts at which exchanges the ring has keys in, and which of them are searched for orphans in this pass.
import { isManagementKey } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import { Refusal } from '../../shared/refusal';
import type { KeyState } from '../key-state';
import { type Account, collectOrphans } from './collect-orphans';
import type { Pass } from './pass';
import { isDue, SEARCH_SECONDS } from './slot';
import type { Finding } from './step';

/** So many are searched in every pass; of more, each once an hour. */
const FEW = 20;

export function accountsOf(keys: readonly KeyState[], complete: boolean): Account[] {
  const accounts = new Map<string, Account & { keys: KeyState[] }>();
  for (const key of keys.filter((one) => !isManagementKey(one.key))) {
    const { exchange, account } = key.description;
    const id = nameOf({ exchange, account });
    const found = accounts.get(id) ?? { exchange, account, keys: [], complete };
    found.keys.push(key);
    accounts.set(id, found);
  }
  return [...accounts.values()];
}

/** A list that was read for a key of the account is looked through in any case: it costs nothing more. */
export function isSearched(pass: Pass, accounts: readonly Account[], account: Account, since: number): boolean {
  if (accounts.length <= FEW || pass.hasListed(account.exchange, account.account)) return true;
  return isDue(nameOf(account), SEARCH_SECONDS, since, pass.now);
}

export async function searchAccount(pass: Pass, account: Account, report: (finding: Finding) => void): Promise<void> {
  const adapter = await pass.exchange(account.exchange);
  if (!adapter.capabilities.list) return;
  try {
    await collectOrphans(pass, account, report);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'MANAGEMENT_KEY_MISSING')) throw error;
    report({ metric: CaretakerMetric.NOT_BOOTSTRAPPED, detail: `no management key for ${account.exchange}` });
  }
}

export const nameOf = ({ exchange, account }: Pick<Account, 'exchange' | 'account'>) => `${exchange}/${account ?? ''}`;
