// Decides what an exchange's answer proves about the way out. Pure; whatever is not listed here proves nothing.
import type { Cidr } from '../../contract/cidr';
import { ErrorClass } from '../../contract/exchange/error-class';
import type { ExchangeError } from '../exchange/adapter';
import { compareAllowlist, standbyMissing } from '../keys/key-facts';
import type { OurAddresses } from '../shared/our-addresses';
import { Undecided, type Verdict, verdict } from './probe-check';

/** The one code that stops nobody: an address that no traffic leaves from is published and not let in. */
export const STANDBY_MISSING = 'ALLOWLIST_STANDBY_MISSING';

/** `OK`, or how the exchange refused. */
export type SignedRead = 'OK' | ExchangeError;

/**
 * Of a signed read from the inside.
 * @throws ExchangeError the refusal itself, where it says nothing about the address.
 */
export function insideVerdict(read: SignedRead): Verdict {
  if (read === 'OK') return verdict('pass', 'OK', 'the exchange accepts a signed read');
  if (read.errorClass !== ErrorClass.IP_NOT_ALLOWED) throw read;
  return verdict('fail', read.errorClass, `the exchange refuses a signed read because of the address${codeOf(read)}`);
}

/**
 * Of a signed read from the outside: only a refusal that names the address shows that the list is enforced.
 * @throws ExchangeError the refusal itself, where it does not.
 */
export function outsideVerdict(read: SignedRead): Verdict {
  if (read === 'OK')
    return verdict('fail', 'LET_IN', 'the exchange accepts a signed read from an address that is not ours');
  if (read.errorClass !== ErrorClass.IP_NOT_ALLOWED) throw read;
  return verdict('pass', read.errorClass, `the exchange refuses a signed read because of the address${codeOf(read)}`);
}

/**
 * Whether the exchange's list covers what is published and nothing else.
 * @throws Undecided `ALLOWLIST_UNREADABLE`: an entry that is no address may stand for anything.
 */
export function allowlistVerdict(allowlist: readonly string[], ours: OurAddresses): Verdict {
  const { unbound, missing, foreign, unreadable } = compareAllowlist(allowlist, ours.ranges);
  if (unbound) return verdict('fail', 'ALLOWLIST_UNBOUND', 'the key works from every address');
  const isStandby = standbyMissing(allowlist, ours).length > 0;
  const lacking = missing.length > 0 ? [`missing at the exchange: ${texts(missing)}`] : [];
  const surplus = foreign.length > 0 ? [`not ours: ${texts(foreign)}`] : [];
  const detail = [...lacking, ...surplus].join('; ');
  if (unreadable.length > 0) {
    // not quoted: where the configuration names the wrong field of the answer, it may be the key itself
    const some = `${unreadable.length} of ${allowlist.length} entries are no address`;
    throw new Undecided('ALLOWLIST_UNREADABLE', detail === '' ? some : `${some}; ${detail}`);
  }
  if (missing.length > 0 && !isStandby) return verdict('fail', 'ALLOWLIST_MISSING', detail);
  if (foreign.length > 0) return verdict('fail', 'ALLOWLIST_SURPLUS', detail);
  if (isStandby) return verdict('fail', STANDBY_MISSING, `${detail}, standby only`);
  return verdict('pass', 'OK', `the exchange has exactly ${texts(ours.ranges)}`);
}

/** The entries as the exchange gives them; one that is no address is withheld for the same reason. */
export function shownEntries(allowlist: readonly string[]): string[] {
  return allowlist.map((entry) => (compareAllowlist([entry], []).unreadable.length === 0 ? entry : '(unreadable)'));
}

const codeOf = ({ exchangeCode }: ExchangeError) => (exchangeCode === undefined ? '' : ` (${exchangeCode})`);
const texts = (cidrs: readonly Cidr[]) => cidrs.map(({ text }) => text).join(', ');
