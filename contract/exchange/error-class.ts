// What an exchange's refusal means, whatever code it uses: the closed list that all decisions are made on.

/** Meaning of a refusal. */
export enum ErrorClass {
  /** The exchange does not know the key: never existed, or revoked. The only proof of a key's death. */
  KEY_UNKNOWN = 'KEY_UNKNOWN',
  /** The exchange ended the key by itself. */
  KEY_EXPIRED = 'KEY_EXPIRED',
  /** The signature does not fit the request: wrong secret, or wrong template. */
  SIGNATURE = 'SIGNATURE',
  /** The passphrase is wrong or missing. */
  PASSPHRASE = 'PASSPHRASE',
  /** The caller's address is not in the key's allowlist. */
  IP_NOT_ALLOWED = 'IP_NOT_ALLOWED',
  /** The key may not do this. */
  PERMISSION = 'PERMISSION',
  /** The timestamp is too old, or in the future. */
  CLOCK_SKEW = 'CLOCK_SKEW',
  /** The exchange wants a second factor, so a person. */
  MFA_REQUIRED = 'MFA_REQUIRED',
  /** The account has as many keys as it may have. */
  KEY_QUOTA = 'KEY_QUOTA',
  /** Too many requests; the request was not carried out. */
  RATE_LIMIT = 'RATE_LIMIT',
  /** The exchange does not serve this region. */
  REGION = 'REGION',
  /** The key exists and cannot be used yet. */
  NOT_ACTIVE_YET = 'NOT_ACTIVE_YET',
  /** One of unknown key, address and permission; the exchange does not say which. */
  AMBIGUOUS_AUTH = 'AMBIGUOUS_AUTH',
  /** No usable answer: network, timeout, 5xx, a body that cannot be read. Says nothing about the key. */
  TRANSIENT = 'TRANSIENT',
  /** The exchange has no such operation. */
  UNSUPPORTED = 'UNSUPPORTED',
  /** An answer the configuration does not explain, or a request the exchange calls malformed. */
  CONFIG = 'CONFIG',
}
