// A key with all that belongs to it, swapped as a whole; whatever prints, copies or serialises it gets no value of it.
import { inspect } from 'node:util';
import type { KeySource } from '../../../contract/watch/key-report';

/** What a key is made of. */
export interface KeyParts {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase?: string;
  /** What the exchange's key management calls the key; the API key itself where it has no other name, and so a secret. */
  readonly keyId: string;
  /** `prod-trader-bot-a`; undefined if the key came from variables and nothing says its name. */
  readonly keyName: string | undefined;
  /** Version id of the secret, or `unversioned-` and 32 hexadecimal digits if the source does not say it. */
  readonly keyVersion: string;
  /** First 12 hexadecimal digits of the SHA-256 of the API key: what may be logged. */
  readonly fingerprint: string;
  /** Name of the exchange, `xxkk`. */
  readonly exchange: string;
  readonly source: KeySource;
}

/**
 * One version of a key. Immutable. Its values can be read by their names and in no other way: none is enumerable,
 * `String()`, `JSON.stringify` and `console.log` tell name, version and fingerprint, `structuredClone` gives an empty object.
 */
export class HeldKey implements KeyParts {
  readonly #parts: KeyParts;

  constructor(parts: KeyParts) {
    this.#parts = { ...parts };
  }

  get apiKey(): string {
    return this.#parts.apiKey;
  }
  get apiSecret(): string {
    return this.#parts.apiSecret;
  }
  get passphrase(): string | undefined {
    return this.#parts.passphrase;
  }
  get keyId(): string {
    return this.#parts.keyId;
  }
  get keyName(): string | undefined {
    return this.#parts.keyName;
  }
  get keyVersion(): string {
    return this.#parts.keyVersion;
  }
  get fingerprint(): string {
    return this.#parts.fingerprint;
  }
  get exchange(): string {
    return this.#parts.exchange;
  }
  get source(): KeySource {
    return this.#parts.source;
  }

  /** Whether the other one is the same version with the same values. */
  equals(other: HeldKey): boolean {
    const [mine, theirs] = [this.#parts, other.#parts];
    return (
      mine.keyVersion === theirs.keyVersion &&
      mine.apiKey === theirs.apiKey &&
      mine.apiSecret === theirs.apiSecret &&
      mine.passphrase === theirs.passphrase
    );
  }

  toString(): string {
    const { keyName = 'a key without a name', keyVersion, fingerprint, source } = this.#parts;
    return `${keyName} (version ${keyVersion}, fingerprint ${fingerprint}, from ${source}; values are not shown)`;
  }

  toJSON(): Pick<KeyParts, 'keyName' | 'keyVersion' | 'fingerprint' | 'exchange' | 'source'> {
    const { keyName, keyVersion, fingerprint, exchange, source } = this.#parts;
    return { keyName, keyVersion, fingerprint, exchange, source };
  }

  /** @internal for `console.log` and `util.inspect` */
  [inspect.custom](): string {
    return `HeldKey ${this.toString()}`;
  }
}
