// Checks the names of permissions: each of ours gives something of its own, and nothing but `withdraw` moves funds.
import { quoted } from '../quoted';
import type { ExchangeConfiguration } from './exchange-configuration';
import type { ExchangeProblem } from './exchange-problem';

/** Bybit alone has `Withdraw`, `AccountTransfer` and `SubMemberTransfer`. */
const MOVES_FUNDS = /withdraw|transfer/i;

export function checkPermissionNames({ permissions, quarantinePermissions }: ExchangeConfiguration): ExchangeProblem[] {
  const { read, tradeLimited = [], trade = [], withdraw = [] } = permissions;
  const problems: ExchangeProblem[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, code: 'EXCHANGE_PERMISSION_NAMES', message });

  for (const [ours, names] of Object.entries(permissions)) {
    if (names?.length === 0) refuse(`permissions.${ours}`, 'it is empty; name at least one permission, or remove it');
  }
  for (const [ours, names] of Object.entries({ read, tradeLimited, trade })) {
    for (const name of names) {
      if (withdraw.includes(name)) {
        refuse(
          `permissions.${ours}`,
          `${quoted(name)} is also a name of 'withdraw', so the key could move funds; remove it`,
        );
      } else if (MOVES_FUNDS.test(name)) {
        refuse(
          `permissions.${ours}`,
          `${quoted(name)} looks like moving funds; name it under 'withdraw', or remove it`,
        );
      }
    }
  }
  const contained = (part: readonly string[], whole: readonly string[]) =>
    part.length > 0 && part.every((name) => whole.includes(name));
  for (const [ours, names] of Object.entries({ tradeLimited, trade })) {
    if (contained(names, read))
      refuse(`permissions.${ours}`, "every name of it is one of 'read', which could then trade");
  }
  if (tradeLimited.length > 0 && contained(trade, [...tradeLimited, ...read])) {
    refuse('permissions.trade', "every name of it is one of 'tradeLimited', which would then limit nothing");
  }
  const kept = (quarantinePermissions ?? []).filter((name) => !read.includes(name));
  if (kept.length > 0) {
    refuse(
      'quarantinePermissions',
      `${kept.map(quoted).join(', ')} is not a name of 'read'; a key in quarantine only reads`,
    );
  }
  return problems;
}
