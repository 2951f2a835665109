// What an exchange knows: it is told of an address before traffic leaves from it, and drops it only when none does.
import { InputError } from '../errors';
import { parseDay } from '../keys/day';
import { parseExchangeName } from '../keys/key-description';
import { LOCK_COMMAND } from './commands';
import type { LockDocument } from './document';
import { changeEntries, exchangesOf, type LockSelection } from './entries';

/** Which exchange, and which addresses. */
export interface TellSelection extends LockSelection {
  readonly exchange: string;
}

/**
 * The lock after the exchange has confirmed on that day that it lets the addresses in. A later day replaces an earlier one.
 * @throws InputError `LOCK_TOLD_DRAINING`, and as `changeEntries`, `parseExchangeName` and `parseDay` do.
 */
export function markTold(lock: LockDocument, selection: TellSelection & { readonly day: string }): LockDocument {
  const exchange = parseExchangeName(selection.exchange);
  const day = parseDay('day', selection.day);
  return changeEntries(lock, selection, (entry) => {
    if (entry.role === 'draining') {
      throw new InputError(
        'LOCK_TOLD_DRAINING',
        `address '${entry.address}' is draining and is on its way off every allowlist; ` +
          `if it is to stay, run '${LOCK_COMMAND} --restore ${entry.address}' first`,
      );
    }
    return { ...entry, told: { ...entry.told, [exchange]: day } };
  });
}

/**
 * The lock after the exchange has confirmed that it no longer lets the addresses in.
 * @throws InputError `LOCK_DROPPED_IN_USE`, `LOCK_DROPPED_NOT_TOLD`, and as `changeEntries` and `parseExchangeName` do.
 */
export function markDropped(lock: LockDocument, selection: TellSelection): LockDocument {
  const exchange = parseExchangeName(selection.exchange);
  return changeEntries(lock, selection, (entry) => {
    const { address, role, told } = entry;
    if (role !== 'draining') {
      throw new InputError(
        'LOCK_DROPPED_IN_USE',
        `address '${address}' is ${role}, so ${exchange} must keep it; make its zone standby, deploy, ` +
          `run '${LOCK_COMMAND} --drain ${address}', then remove it at the exchange`,
      );
    }
    if (!Object.hasOwn(told, exchange)) {
      throw new InputError(
        'LOCK_DROPPED_NOT_TOLD',
        `address '${address}' is not known to '${exchange}', it is known to ${exchangesOf(entry).join(', ') || 'none'}; name one of these`,
      );
    }
    return { ...entry, told: Object.fromEntries(Object.entries(told).filter(([name]) => name !== exchange)) };
  });
}
