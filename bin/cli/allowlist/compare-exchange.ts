// In which ways the list an exchange gives for a key differs from what is published, and from what the lock says it was told.
import { aggregateCidrs, type Cidr, containsCidr, overlaps, parseCidr, sameCidr } from '../../../contract/cidr';
import { InputError } from '../../../contract/errors';
import type { LockDocument, LockEntry } from '../../../contract/lock';
import { DROPPED_COMMAND, TOLD_COMMAND } from '../../../contract/lock/commands';
import { quoted } from '../../../contract/quoted';
import type { AskedKey } from './exchange-view';
import { entriesIn } from './told-changes';

/**
 * `EXCHANGE_NOT_KNOWN`: no list, or one that cannot be read. `EXCHANGE_MISSES`: published, not let in. `EXCHANGE_HAS_MORE`: let in,
 * not published. `EXCHANGE_NOT_TOLD`, `EXCHANGE_NOT_DROPPED`: the lock says otherwise than the list.
 */
export type ExchangeDifferenceCode =
  | 'EXCHANGE_NOT_KNOWN'
  | 'EXCHANGE_MISSES'
  | 'EXCHANGE_HAS_MORE'
  | 'EXCHANGE_NOT_TOLD'
  | 'EXCHANGE_NOT_DROPPED';

export interface ExchangeDifference {
  readonly code: ExchangeDifferenceCode;
  readonly exchange: string;
  readonly keyName: string;
  /** The range or address it is about; none if nothing is known. */
  readonly entry?: string;
  readonly words: string;
}

export interface Expected {
  /** What the regions publish that were read. */
  readonly published: readonly string[];
  /** These are all regions that are enabled: nothing else can be published. */
  readonly complete: boolean;
  readonly lock: LockDocument | undefined;
}

/** Ranges are compared by the addresses in them, however they are written or split. */
export function compareExchange(key: AskedKey, { lock, ...expected }: Expected): ExchangeDifference[] {
  const { exchange, keyName } = key;
  const said = (code: ExchangeDifferenceCode, words: string, entry?: string): ExchangeDifference => ({
    code,
    exchange,
    keyName,
    ...(entry !== undefined && { entry }),
    words,
  });
  const listed = rangesOf(key);
  if (typeof listed === 'string') return [said('EXCHANGE_NOT_KNOWN', listed)];
  const published = expected.published.map(parseCidr);
  const [wanted, has] = [aggregateCidrs(published), aggregateCidrs(listed)];
  const entries = entriesIn(lock).map((entry) => ({ ...entry, range: parseCidr(entry.address) }));
  // what drains may be gone already
  const drains = (range: Cidr) => entries.some((entry) => entry.role === 'draining' && sameCidr(entry.range, range));
  const missing = published.filter((range) => !isIn(has, range) && !drains(range));
  const more = listed.filter((range) => !isIn(wanted, range));
  return [
    ...missing.map((range) => {
      const isTold = entries.some(({ told, range: inner }) => knows(told, exchange) && containsCidr(range, inner));
      const words = `${range.text} is published, and not let in${isTold ? ', though the lock says it is' : ''}; add it there`;
      return said('EXCHANGE_MISSES', words, range.text);
    }),
    ...more.map((range) => {
      const inside = entries.filter((entry) => containsCidr(range, entry.range));
      return said('EXCHANGE_HAS_MORE', `${range.text} is let in, ${whyMore(range, inside, expected)}`, range.text);
    }),
    ...entries.flatMap(({ address, role, told, range }) => {
      if (isIn(has, range) === knows(told, exchange)) return [];
      if (role !== 'draining' && isIn(has, range)) {
        const words = `${address} is let in, and the lock does not say so; run '${TOLD_COMMAND}'`;
        return [said('EXCHANGE_NOT_TOLD', words, address)];
      }
      if (role !== 'draining' || isIn(has, range)) return [];
      const words = `${address} is not let in any more, and the lock says it is; run '${DROPPED_COMMAND}'`;
      return [said('EXCHANGE_NOT_DROPPED', words, address)];
    }),
  ];
}

/** Nothing is to be removed that may be in use where nobody has looked. */
function whyMore(range: Cidr, inside: readonly LockEntry[], { published, complete }: Omit<Expected, 'lock'>): string {
  if (published.some((wanted) => overlaps(range, parseCidr(wanted)))) {
    return 'and wider than what is published; put the published ranges in its place';
  }
  const inUse = inside.find(({ role }) => role !== 'draining');
  if (inUse !== undefined) return `and not published, but ${inUse.role} in the lock; keep it, and find out why first`;
  if (inside.length > 0) return 'and draining; remove it there';
  return complete ? 'and not published; remove it there' : 'and not published in the regions that were read';
}

/** The ranges, or why there are none. */
function rangesOf({ allowlist, why = 'it does not say why' }: AskedKey): Cidr[] | string {
  if (allowlist === undefined) return `the probe could not read the list of this key: ${why}`;
  const ranges: Cidr[] = [];
  for (const entry of allowlist) {
    try {
      ranges.push(parseCidr(entry));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return `the list has ${quoted(entry)}, which is no range of addresses`;
    }
  }
  return ranges;
}

const isIn = (ranges: readonly Cidr[], inner: Cidr) => ranges.some((range) => containsCidr(range, inner));
const knows = (told: LockEntry['told'], exchange: string) => Object.hasOwn(told, exchange);
