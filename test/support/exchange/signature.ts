// Checks what a signed request proves: the signature and the passphrase. Compares in constant time.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedParts {
  readonly timestamp: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Buffer;
}

/** Digests first: lengths are then equal, and nothing of the expected value shows in the time taken. */
function equal(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

export function isSignedBy(secret: string, parts: SignedParts, signature: string): boolean {
  const { timestamp, method, path, query, body } = parts;
  const expected = createHmac('sha256', secret).update(`${timestamp}${method}${path}${query}`).update(body);
  return equal(signature, expected.digest('hex'));
}

export function isPassphrase(mode: 'plain' | 'hmac', secret: string, passphrase: string, given: string): boolean {
  const expected = mode === 'plain' ? passphrase : createHmac('sha256', secret).update(passphrase).digest('base64');
  return equal(given, expected);
}
