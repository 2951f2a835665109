// `allowlist told`: enters that an exchange has confirmed addresses.

import { type LockEntry, markTold } from '../../../contract/lock';
import type { AccountCommand } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { day } from '../output/times';
import { openExistingLock, saveLock } from './lock-file';
import { addressesUnclear, dayOption, exchangeOption, LOCK_OPTION, listOption } from './lock-options';
import { printLockResult } from './lock-result';
import { entriesIn, exchangesIn, toldChanges } from './told-changes';

export const told: AccountCommand = {
  needs: 'account',
  usage: 'told',
  summary: 'enter in the lock file that an exchange lets addresses in',
  description:
    'Run it when the addresses show on the allowlist of each key there. Works on the file alone, without AWS.',
  options: [
    { flags: '--exchange <name>', description: 'exchange that has confirmed' },
    { flags: '--addresses <list>', description: 'addresses that it has confirmed, with commas between them' },
    { flags: '--all', description: 'it has confirmed every address that is not draining' },
    { flags: '--day <day>', description: 'day on which it has confirmed, 2026-11-22 (default: today, UTC)' },
    LOCK_OPTION,
  ],
  examples: [
    'told -e prod --exchange xxkk --all',
    'told -e prod --exchange xxkk --addresses 203.0.113.10,203.0.113.11',
  ],
  async run(session, { options }) {
    const exchange = exchangeOption(options.exchange);
    const named = listOption('--addresses', options.addresses);
    refuseUnclear(named, options.all === true);
    const today = day(session.context.now());
    const confirmed = dayOption('--day', options.day) ?? today;
    refuseFuture(confirmed, today);
    const file = openExistingLock(session, options);
    const before = file.document;
    const addresses =
      named ??
      entriesIn(before)
        .filter(isInUse)
        .map(({ address }) => address);
    const known = exchangesIn(before);
    if (known.length > 0 && !known.includes(exchange)) {
      session.output.warn(`'${exchange}' is new in this lock, which has ${known.join(', ')}; check the name`);
    }
    const document = markTold(before, { exchange, addresses, day: confirmed });
    const changes = toldChanges(before, document, exchange);
    printLockResult(session, { file, written: saveLock(session, file, document), changes, document });
  },
};

const isInUse = ({ role }: LockEntry) => role !== 'draining';

function refuseUnclear(named: readonly string[] | undefined, all: boolean): void {
  if ((named === undefined) === all) return;
  const problem = all ? '--addresses and --all were both given' : 'no address was given';
  throw addressesUnclear(problem, 'add either --addresses or --all');
}

function refuseFuture(confirmed: string, today: string): void {
  if (confirmed <= today) return;
  throw new Failure(
    'TOLD_DAY_FUTURE',
    `--day '${confirmed}' is after today, ${today} in UTC; write the day on which the exchange has confirmed`,
    { exitCode: EXIT.usage },
  );
}
