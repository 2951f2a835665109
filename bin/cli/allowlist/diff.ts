// `allowlist diff`: what is deployed, what the lock says, and what exchanges let in.
import type { AccountCommand } from '../command';
import { Failure } from '../failure';
import { compareExchange } from './compare-exchange';
import { compareLock } from './compare-lock';
import { type DiffContent, diffJson, diffText } from './diff-text';
import { askExchanges } from './exchange-view';
import { openLockIfAny } from './lock-file';
import { LOCK_OPTION } from './lock-options';
import { REGIONS_OPTION } from './options';
import { readRegions } from './read-regions';
import { chosenRegions } from './regions';

export const diff: AccountCommand = {
  needs: 'account',
  usage: 'diff',
  summary: 'compare what is deployed, the lock, and what exchanges let in',
  description:
    'Ends with exit code 0 if all agree, and with 1 if something differs or cannot be read. ' +
    'Exchanges are asked by the inside probe of the ring in the region of --region; without probes they are not asked.',
  options: [
    REGIONS_OPTION,
    LOCK_OPTION,
    { flags: '--require-exchange', description: 'fail if no exchange could be asked' },
  ],
  examples: ['diff -e prod', 'diff -e prod --lock infra/egress.lock.json --require-exchange --json'],
  async run(session, { options }) {
    const { document: lock, path: file } = openLockIfAny(session, options);
    const regions = await chosenRegions(session, options.regions);
    const documents = await readRegions(session, regions, session);
    const view = await askExchanges(session);
    const published = documents.flatMap(({ cidrs }) => cidrs);
    const expected = { published, complete: options.regions === undefined, lock };
    const content: DiffContent = {
      file,
      lock,
      view,
      ofLock: compareLock(lock, { regions, documents }),
      ofExchanges: view.keys.flatMap((key) => compareExchange(key, expected)),
    };
    session.output.result(diffJson(content), () => diffText(content, session.output));
    if (options.requireExchange === true && view.notAsked !== undefined) throw exchangeNotAsked(view.notAsked);
    const count = content.ofLock.length + content.ofExchanges.length;
    if (count > 0) throw differing(count);
  },
};

function exchangeNotAsked(why: string): Failure {
  return new Failure(
    'EXCHANGE_NOT_ASKED',
    `no exchange was asked: ${why}; deploy the ring with probes, check --region, or leave out --require-exchange`,
  );
}

function differing(count: number): Failure {
  return new Failure(
    'ALLOWLIST_DIFFERS',
    `${count} difference${count === 1 ? '' : 's'} between what is deployed, the lock and what exchanges let in; do what the list says of each`,
  );
}
