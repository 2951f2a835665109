// What became of a request, in exchange-independent words: the closed list that request records carry.
import { ErrorClass } from '../exchange/error-class';

/** Outcome of one request. */
export enum Outcome {
  OK = 'ok',
  /** The exchange understood the request and said no for a reason of its business: balance, price, size. */
  REJECTED = 'rejected',
  /** Never sent: the caller's own check knew that the key may not do this. */
  REFUSED_LOCAL = 'refused-local',
  BLOCKED_IP = 'blocked-ip',
  KEY_UNKNOWN = 'key-unknown',
  KEY_EXPIRED = 'key-expired',
  SIGNATURE = 'signature',
  PASSPHRASE = 'passphrase',
  PERMISSION = 'permission',
  AMBIGUOUS_AUTH = 'ambiguous-auth',
  MFA_REQUIRED = 'mfa-required',
  CLOCK_SKEW = 'clock-skew',
  KEY_QUOTA = 'key-quota',
  RATE_LIMIT = 'rate-limit',
  REGION = 'region',
  NOT_ACTIVE_YET = 'not-active-yet',
  TRANSIENT = 'transient',
  UNSUPPORTED = 'unsupported',
  CONFIG = 'config',
}

const OF_CLASS: Readonly<Record<ErrorClass, Outcome>> = {
  [ErrorClass.KEY_UNKNOWN]: Outcome.KEY_UNKNOWN,
  [ErrorClass.KEY_EXPIRED]: Outcome.KEY_EXPIRED,
  [ErrorClass.SIGNATURE]: Outcome.SIGNATURE,
  [ErrorClass.PASSPHRASE]: Outcome.PASSPHRASE,
  [ErrorClass.IP_NOT_ALLOWED]: Outcome.BLOCKED_IP,
  [ErrorClass.PERMISSION]: Outcome.PERMISSION,
  [ErrorClass.CLOCK_SKEW]: Outcome.CLOCK_SKEW,
  [ErrorClass.MFA_REQUIRED]: Outcome.MFA_REQUIRED,
  [ErrorClass.KEY_QUOTA]: Outcome.KEY_QUOTA,
  [ErrorClass.RATE_LIMIT]: Outcome.RATE_LIMIT,
  [ErrorClass.REGION]: Outcome.REGION,
  [ErrorClass.NOT_ACTIVE_YET]: Outcome.NOT_ACTIVE_YET,
  [ErrorClass.AMBIGUOUS_AUTH]: Outcome.AMBIGUOUS_AUTH,
  [ErrorClass.TRANSIENT]: Outcome.TRANSIENT,
  [ErrorClass.UNSUPPORTED]: Outcome.UNSUPPORTED,
  [ErrorClass.CONFIG]: Outcome.CONFIG,
};

/** The outcome of a request that the exchange refused. */
export function outcomeOf(errorClass: ErrorClass): Outcome {
  return OF_CLASS[errorClass];
}

/** Refusals of the key or its holder: many of one key in a short time are an `AuthFailureSpike`. */
export const AUTH_FAILURES: ReadonlySet<Outcome> = new Set([
  Outcome.BLOCKED_IP,
  Outcome.KEY_UNKNOWN,
  Outcome.KEY_EXPIRED,
  Outcome.SIGNATURE,
  Outcome.PASSPHRASE,
  Outcome.PERMISSION,
  Outcome.AMBIGUOUS_AUTH,
  Outcome.MFA_REQUIRED,
]);

/** The caller, the exchange or both say that the key may not do this. */
export const PERMISSION_REFUSALS: ReadonlySet<Outcome> = new Set([Outcome.PERMISSION, Outcome.REFUSED_LOCAL]);
