// `allowlist dropped`: enters that an exchange no longer lets addresses in.
import { type LockDocument, markDropped } from '../../../contract/lock';
import type { AccountCommand } from '../command';
import { openExistingLock, saveLock } from './lock-file';
import { addressesUnclear, exchangeOption, LOCK_OPTION, listOption } from './lock-options';
import { printLockResult } from './lock-result';
import { entriesIn, toldChanges } from './told-changes';

export const dropped: AccountCommand = {
  needs: 'account',
  usage: 'dropped',
  summary: 'enter in the lock file that an exchange has removed draining addresses',
  description:
    'Run it when the addresses are off the allowlist of every key there. Works on the file alone, without AWS.',
  options: [
    { flags: '--exchange <name>', description: 'exchange that has removed them' },
    { flags: '--addresses <list>', description: 'addresses that it has removed, with commas between them' },
    LOCK_OPTION,
  ],
  examples: ['dropped -e prod --exchange xxkk --addresses 203.0.113.10'],
  async run(session, { options }) {
    const exchange = exchangeOption(options.exchange);
    const addresses = listOption('--addresses', options.addresses);
    if (addresses === undefined) throw addressesUnclear('no address was given', 'add --addresses');
    const file = openExistingLock(session, options);
    const document = markDropped(file.document, { exchange, addresses });
    const changes = toldChanges(file.document, document, exchange);
    const written = saveLock(session, file, document);
    printLockResult(session, {
      file,
      written,
      changes,
      document,
      next: nextSteps(session.environment, document, addresses),
    });
  },
};

/** An address that no exchange knows any more can leave the template, and then the lock. */
function nextSteps(environment: string, lock: LockDocument, addresses: readonly string[]): string[] {
  const free = entriesIn(lock)
    .filter(({ address, told }) => addresses.includes(address) && Object.keys(told).length === 0)
    .map(({ address }) => address);
  if (free.length === 0) return [];
  return [
    `no exchange knows ${free.join(', ')} any more: remove the zone from the template if it is still there and deploy, ` +
      `then run 'exchange-keys allowlist lock -e ${environment} --drop ${free.join(',')}'`,
  ];
}
