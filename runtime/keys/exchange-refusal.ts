// What an exchange's refusal means for a rotation: a verdict about the key, or a reason to come back later.
import { ErrorClass } from '../../contract/exchange/error-class';
import { ExchangeError } from '../exchange/adapter';
import { Refusal } from '../shared/refusal';

/** A verdict about the key itself: asking again, or repairing anything but the key, will not change it. */
export class KeyRefused extends Refusal {}

/** What to do about each class. Written without the exchange's own text, which could repeat what it was sent. */
const ADVICE: Readonly<Record<ErrorClass, string>> = {
  KEY_UNKNOWN: 'the exchange does not know the key; check that it was copied whole and has not been deleted',
  KEY_EXPIRED: 'the key has expired; create another one',
  SIGNATURE: 'the secret does not belong to the key, or the signing template is wrong; check both',
  PASSPHRASE: 'the passphrase does not belong to the key; put the key again with the right one',
  IP_NOT_ALLOWED: "our address is not in the key's allowlist; add the published CIDRs to it",
  PERMISSION: 'the key lacks a permission for this call; compare its permissions with the declared ones',
  CLOCK_SKEW: "this function's clock and the exchange's differ; check the timestamp of the signing template",
  MFA_REQUIRED: 'the exchange wants a person to confirm; do it by hand and put the key as a candidate',
  KEY_QUOTA:
    'the account has as many keys as it may have; delete one that no ring uses, or wait for the end of an overlap',
  RATE_LIMIT: 'too many calls; it is tried again later',
  REGION: "the exchange does not serve this region; check the network's address with the exchange",
  NOT_ACTIVE_YET: 'the key is not active yet; it is tried again later',
  AMBIGUOUS_AUTH: 'the key, its allowlist or its permissions are wrong, and the exchange does not say which',
  TRANSIENT: 'there was no usable answer; it is tried again later',
  UNSUPPORTED: "the exchange's configuration has no such endpoint; add it, or do this step by hand",
  CONFIG: "the exchange's configuration does not explain the answer; compare it with the exchange's documentation",
};

const ABOUT_THE_KEY: readonly ErrorClass[] = [
  ErrorClass.KEY_UNKNOWN,
  ErrorClass.KEY_EXPIRED,
  ErrorClass.SIGNATURE,
  ErrorClass.PASSPHRASE,
  ErrorClass.IP_NOT_ALLOWED,
  ErrorClass.PERMISSION,
  ErrorClass.NOT_ACTIVE_YET,
  ErrorClass.AMBIGUOUS_AUTH,
];

/**
 * The refusal for an exchange's error; other errors come back as they are. `ofTheKey`: the call was signed with the key
 * in question, so that a refusal can be a verdict about it.
 */
export function exchangeRefusal(error: unknown, keyName: string, ofTheKey = false, hint = ''): unknown {
  if (!(error instanceof ExchangeError)) return error;
  const { errorClass, operation, exchangeCode } = error;
  const text = `'${operation}' for key '${keyName}' was answered with ${errorClass}${
    exchangeCode === undefined ? '' : ` (${exchangeCode})`
  }: ${ADVICE[errorClass]}${hint}`;
  if (ofTheKey && ABOUT_THE_KEY.includes(errorClass)) return new KeyRefused('KEY_REFUSED_BY_EXCHANGE', text);
  if (errorClass === ErrorClass.KEY_QUOTA) return new Refusal('KEY_QUOTA_REACHED', text);
  return new Refusal(comesBack(errorClass) ? 'EXCHANGE_NO_ANSWER' : 'EXCHANGE_REFUSED', text);
}

/** True for what passes by itself. */
export function comesBack(errorClass: ErrorClass): boolean {
  return [ErrorClass.TRANSIENT, ErrorClass.RATE_LIMIT, ErrorClass.NOT_ACTIVE_YET].includes(errorClass);
}
