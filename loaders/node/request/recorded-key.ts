// What request records say of a key: its name, version and fingerprint.
import type { HeldKey } from '../key/held-key';
import { LoaderError } from '../shared/loader-error';
import type { RecordedKey } from './request-line';

/** @throws LoaderError `KEY_NAME_UNKNOWN`. */
export function recordedKey({ keyName, fingerprint, keyVersion, exchange }: HeldKey): RecordedKey {
  if (keyName !== undefined) return { keyName, fingerprint, keyVersion, exchange };
  throw new LoaderError(
    'KEY_NAME_UNKNOWN',
    'nothing says the name of the key, which every request record needs; set the variable that ends in _KEY_NAME, or option keyName of loadKey',
  );
}
