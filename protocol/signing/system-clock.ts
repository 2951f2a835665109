// The clock and the nonces that requests are really signed with.
import { randomBytes, randomUUID } from 'node:crypto';
import { NonceFormat } from '../../contract/exchange/signing-template';
import type { SigningClock } from './signing';

/**
 * Nonces made of the time grow with every call, also when two calls fall into one tick or the clock is set back; an
 * exchange refuses a nonce that is not greater than the last one of the key.
 */
export function systemClock(now: () => number = Date.now): SigningClock {
  let last = 0;
  const growing = (unitsPerMillisecond: number): string => {
    last = Math.max(last + 1, Math.floor(now()) * unitsPerMillisecond);
    return String(last);
  };
  const nonces: Readonly<Record<NonceFormat, () => string>> = {
    [NonceFormat.UNIX_MILLISECONDS]: () => growing(1),
    [NonceFormat.UNIX_MICROSECONDS]: () => growing(1000),
    [NonceFormat.UUID]: randomUUID,
    [NonceFormat.HEX]: () => randomBytes(16).toString('hex'),
  };
  return { now, nonce: (format) => nonces[format]() };
}
