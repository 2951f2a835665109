// Writes times and nonces the way an exchange wants them, and refuses what a clock cannot mean.

import { InputError } from '../../contract/errors';
import { NonceFormat, type SigningTimestamp, TimestampFormat } from '../../contract/exchange/signing-template';
import type { SigningClock } from './signing';

/** End of the year 9999: later times have five digits and no ISO 8601 form. */
const LATEST = 253_402_300_799_999;

const FORMATS: Readonly<Record<TimestampFormat, (milliseconds: number) => string>> = {
  [TimestampFormat.UNIX_SECONDS]: (ms) => String(Math.floor(ms / 1000)),
  [TimestampFormat.UNIX_MILLISECONDS]: (ms) => String(ms),
  [TimestampFormat.UNIX_MICROSECONDS]: (ms) => `${ms}000`,
  [TimestampFormat.UNIX_NANOSECONDS]: (ms) => `${ms}000000`,
  [TimestampFormat.ISO_8601_SECONDS]: (ms) => `${iso(ms).slice(0, 19)}Z`,
  [TimestampFormat.ISO_8601_MILLISECONDS]: iso,
  [TimestampFormat.ISO_8601_SECONDS_NO_ZONE]: (ms) => iso(ms).slice(0, 19),
};

const NONCES: Readonly<Record<NonceFormat, RegExp>> = {
  [NonceFormat.UNIX_MILLISECONDS]: /^[1-9]\d{0,18}$/,
  [NonceFormat.UNIX_MICROSECONDS]: /^[1-9]\d{0,18}$/,
  [NonceFormat.UUID]: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  [NonceFormat.HEX]: /^[\da-f]{32}$/,
};

/** The time now, with the template's offset, in its format. */
export function timestampOf({ format, offsetMilliseconds = 0 }: SigningTimestamp, clock: SigningClock): string {
  const time = Math.floor(clock.now()) + offsetMilliseconds;
  if (!(time > 0 && time <= LATEST)) {
    throw new InputError(
      'SIGNING_CLOCK_UNUSABLE',
      `the clock says ${time}, which is no time in milliseconds since 1970`,
    );
  }
  return FORMATS[format](time);
}

/** A nonce in the template's format. */
export function nonceOf(format: NonceFormat, clock: SigningClock): string {
  const nonce = clock.nonce(format);
  if (!NONCES[format].test(nonce)) {
    throw new InputError(
      'SIGNING_CLOCK_UNUSABLE',
      `the source of nonces gave one that does not fit format '${format}'`,
    );
  }
  return nonce;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
