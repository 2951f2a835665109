// What an answer means to a workload: an outcome for the request record, a class to act on, and a code that may be shown.
import { ErrorClass } from '../contract/exchange/error-class';
import type { ExchangeConfiguration } from '../contract/exchange/exchange-configuration';
import { Outcome, outcomeOf } from '../contract/watch/outcome';
import { classify } from './classify';
import type { Credentials } from './credentials';

export interface RequestOutcome {
  readonly outcome: Outcome;
  /** Undefined for a success, and where the exchange said no for a reason of its business. */
  readonly errorClass?: ErrorClass;
  /** The exchange's own, `WITHHELD` if it cannot be shown; undefined for a success and where the answer has none. */
  readonly exchangeCode?: string;
}

type Material = Pick<Credentials, 'apiKey' | 'apiSecret' | 'passphrase'>;

/** Stands for a code that is too long, not printable, or holds a part of the key. */
export const WITHHELD = 'WITHHELD';
/** Shorter parts of a key give nothing away, and are too often words. */
const SHORTEST_PART = 8;
const SHORTEST_VALUE = 6;

/** `text` is the whole body; an answer without one is a success where success needs no code. */
export function requestOutcome(
  rules: Pick<ExchangeConfiguration, 'envelope' | 'errors'>,
  answer: { readonly status: number; readonly text: string },
  material: Material,
): RequestOutcome {
  const verdict = classify(rules, answer, true);
  if (verdict.ok) return { outcome: Outcome.OK };
  const { errorClass, known, code } = verdict;
  const exchangeCode = code === `HTTP_${answer.status}` ? undefined : shownCode(code, material);
  const said = exchangeCode === undefined ? {} : { exchangeCode };
  // A code of the exchange's own that no rule is about, and no status that says more: an order that it did not like.
  const isBusiness = errorClass === ErrorClass.CONFIG && !known && exchangeCode !== undefined && code !== 'UNREADABLE';
  return isBusiness ? { outcome: Outcome.REJECTED, ...said } : { outcome: outcomeOf(errorClass), errorClass, ...said };
}

/** The code as it may be logged: the exchange's text could repeat what it was sent. */
export function shownCode(code: string, { apiKey, apiSecret, passphrase }: Material): string {
  if (!/^[ -~]{1,64}$/.test(code)) return WITHHELD;
  const lower = code.toLowerCase();
  const holdsMaterial = [apiKey, apiSecret, passphrase].some(
    (value) => value !== undefined && value !== '' && overlap(lower, value.toLowerCase()),
  );
  return holdsMaterial ? WITHHELD : code;
}

/** Whether one has a part of the other in it; many messages quote the beginning of a key. */
function overlap(code: string, value: string): boolean {
  if (code === value || (value.length >= SHORTEST_VALUE && code.includes(value))) return true;
  for (let at = 0; at + SHORTEST_PART <= code.length; at++) {
    if (value.includes(code.slice(at, at + SHORTEST_PART))) return true;
  }
  return false;
}
