// Keys, documents and a source that gives what the test says next.
import { KeySource } from '../../../../../contract/watch/key-report';
import { HeldKey } from '../../../../../loaders/node/key';
import type { KeyReader } from '../../../../../loaders/node/key/key-source';
import { fingerprint } from '../../../../../protocol/fingerprint';

export const API_KEY = 'APIKEY0001';
export const API_SECRET = 'APISECRET0001';
export const PASSPHRASE = 'PASSPHRASE0001';
export const NAME = 'prod-trader-bot-a';
export const SECRET = `exchange-keys/prod/${NAME}`;

/** Whatever must never be seen. */
export const VALUES = [API_KEY, API_SECRET, PASSPHRASE];

/** Version id as Secrets Manager makes them. */
export const versionId = (version: number) => `00000000-0000-4000-8000-${String(version).padStart(12, '0')}`;

export function heldKey(keyVersion: string, parts: Partial<HeldKey> = {}): HeldKey {
  const apiKey = parts.apiKey ?? `${API_KEY}-${keyVersion}`;
  return new HeldKey({
    apiKey,
    apiSecret: parts.apiSecret ?? API_SECRET,
    passphrase: parts.passphrase,
    keyId: 'id-1',
    keyName: 'keyName' in parts ? parts.keyName : NAME,
    keyVersion,
    fingerprint: fingerprint(apiKey),
    exchange: 'xxkk',
    source: parts.source ?? KeySource.SECRETS_MANAGER,
  });
}

/** The text of a key document; undefined leaves a field out. */
export function documentText(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    schema: 1,
    exchange: 'xxkk',
    name: NAME,
    keyId: 'id-1',
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    versionId: versionId(1),
    createdAt: '2026-11-22T10:00:00Z',
    ...fields,
  });
}

/** Gives a key, or throws; counts how often it was asked. */
export class ScriptedSource implements KeyReader {
  kind = KeySource.SECRETS_MANAGER;
  label = `secret '${SECRET}' (XXKK_SECRET_ID)`;
  reads = 0;
  signal: AbortSignal | undefined;

  constructor(public next: (read: number) => HeldKey | Promise<HeldKey>) {}

  async read(signal: AbortSignal): Promise<HeldKey> {
    this.reads += 1;
    this.signal = signal;
    return this.next(this.reads);
  }
}
