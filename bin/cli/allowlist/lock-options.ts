// The options of the commands on a lock file, and how their values are read.
import { parseDay, parseExchangeName } from '../../../contract/keys';
import { LOCK_FILE } from '../../../contract/lock';
import { quoted } from '../../../contract/quoted';
import type { OptionText } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';

export const LOCK_OPTION: OptionText = {
  flags: '--lock <file>',
  description: `lock file of the environment (default: ${LOCK_FILE} in this folder)`,
};

/**
 * Names with commas between them; undefined if the option was not given.
 * @throws Failure `LIST_MALFORMED`.
 */
export function listOption(option: string, given: unknown): string[] | undefined {
  if (given === undefined) return undefined;
  const items = String(given)
    .split(',')
    .map((item) => item.trim());
  if (!items.includes('')) return items;
  throw new Failure(
    'LIST_MALFORMED',
    `${option} ${quoted(String(given))} has an empty item; write items with commas between them`,
    { exitCode: EXIT.usage },
  );
}

/** @throws Failure `DAY_MALFORMED`. */
export function dayOption(option: string, given: unknown): string | undefined {
  return given === undefined ? undefined : asUsage(() => parseDay(option, String(given)));
}

/** @throws Failure `EXCHANGE_MISSING`, `EXCHANGE_NAME_MALFORMED`. */
export function exchangeOption(given: unknown): string {
  if (given !== undefined) return asUsage(() => parseExchangeName(String(given)));
  throw new Failure('EXCHANGE_MISSING', 'no exchange is named; add --exchange, for example --exchange bybit', {
    exitCode: EXIT.usage,
  });
}

/** For a command that needs addresses and got none, or got them in two ways. */
export function addressesUnclear(problem: string, remedy: string): Failure {
  return new Failure('ADDRESSES_UNCLEAR', `${problem}; ${remedy}`, { exitCode: EXIT.usage });
}
