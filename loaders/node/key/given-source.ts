// A key that the platform filled into variables, or the program gave: it never changes while the process lives.
import { KeySource } from '../../../contract/watch/key-report';
import { fingerprint } from '../../../protocol/fingerprint';
import type { GivenKey } from './credential-source';
import { HeldKey } from './held-key';
import { versionOfUnversioned } from './key-from-document';
import type { KeyReader } from './key-source';

export interface GivenSettings {
  readonly label: string;
  readonly key: GivenKey;
  readonly keyName: string | undefined;
  readonly exchange: string;
}

export class GivenSource implements KeyReader {
  readonly kind = KeySource.ENVIRONMENT;
  readonly label: string;
  readonly fixed = 'its variables are filled when the workload starts; deploy it again';
  readonly #key: HeldKey;

  constructor({ label, key, keyName, exchange }: GivenSettings) {
    const { apiKey, apiSecret, passphrase, keyVersion } = key;
    this.label = label;
    this.#key = new HeldKey({
      ...{ apiKey, apiSecret, keyId: apiKey, keyName, exchange, source: this.kind },
      ...(passphrase !== undefined && { passphrase }),
      keyVersion: keyVersion ?? versionOfUnversioned(apiKey),
      fingerprint: fingerprint(apiKey),
    });
  }

  async read(): Promise<HeldKey> {
    return this.#key;
  }
}
