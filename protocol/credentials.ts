// What signs a request: an API key with all that belongs to it.

/** Never logged. */
export interface Credentials {
  readonly keyId: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
}
