// Names an API key without giving it away: `keyId` of request records, `fingerprint` in logs.
import { createHash } from 'node:crypto';

/** First 12 hexadecimal digits of the SHA-256 of the API key. */
export function fingerprint(apiKey: string): string {
  return createHash('sha256').update(apiKey).digest('hex').slice(0, 12);
}
