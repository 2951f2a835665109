// What `allowlist diff` prints: one block for the lock, one for each key that an exchange was asked about.
import type { LockDocument } from '../../../contract/lock';
import type { Output } from '../output/output';
import { printable } from '../output/printable';
import type { ExchangeDifference } from './compare-exchange';
import type { LockDifference } from './compare-lock';
import type { ExchangeView } from './exchange-view';
import { entriesIn, exchangesIn } from './told-changes';

export interface DiffContent {
  /** Path of the lock. */
  readonly file: string;
  readonly lock: LockDocument | undefined;
  readonly ofLock: readonly LockDifference[];
  readonly view: ExchangeView;
  readonly ofExchanges: readonly ExchangeDifference[];
}

export function diffJson({ file, lock, ofLock, view, ofExchanges }: DiffContent): object {
  return {
    equal: ofLock.length + ofExchanges.length === 0,
    lock: { file, exists: lock !== undefined, differences: ofLock },
    told: toldState(lock),
    exchange: { asked: view.notAsked === undefined, ...view, differences: ofExchanges },
  };
}

export function diffText({ file, lock, ofLock, view, ofExchanges }: DiffContent, output: Output): string {
  const block = (head: string, differences: readonly { readonly words: string }[]) => [
    `${head}: ${verdict(differences.length, output)}`,
    ...differences.map(({ words }) => `  ${words}`),
  ];
  return [
    ...block(lock === undefined ? `deployed and lock (there is no ${file})` : 'deployed and lock', ofLock),
    ...toldState(lock).map(({ exchange, told, notTold }) => {
      const rest = notTold.length > 0 ? `, not of ${notTold.join(', ')}` : '';
      return `${exchange}: told of ${told.length} of ${told.length + notTold.length} addresses in use${rest}`;
    }),
    ...view.keys.flatMap(({ exchange, keyName }) =>
      block(
        `deployed and exchange ${printable(exchange)}, key ${printable(keyName)}`,
        ofExchanges.filter((difference) => difference.exchange === exchange && difference.keyName === keyName),
      ),
    ),
    ...(view.notAsked === undefined ? [] : [`exchange: not asked, ${view.notAsked}`]),
  ].join('\n');
}

/** Of the addresses that do not drain, those each exchange was told of, by the lock. */
function toldState(lock: LockDocument | undefined) {
  const inUse = entriesIn(lock).filter(({ role }) => role !== 'draining');
  return exchangesIn(lock).map((exchange) => {
    const [told, notTold] = [true, false].map((isTold) =>
      inUse.filter((entry) => Object.hasOwn(entry.told, exchange) === isTold).map(({ address }) => address),
    );
    return { exchange, told, notTold };
  });
}

function verdict(count: number, output: Output): string {
  if (count === 0) return output.styled('green', 'equal');
  return output.styled('red', `${count} difference${count === 1 ? '' : 's'}`);
}
