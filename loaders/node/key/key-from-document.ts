// Makes a key of the text that a file or a secret holds. Messages name the source and fields, never values.
import { createHash } from 'node:crypto';
import { type KeyDocument, parseExchangeName, parseKeyDocument, parseKeyName } from '../../../contract/keys';
import type { KeySource } from '../../../contract/watch/key-report';
import { isVersionId } from '../../../contract/watch/record-names';
import { fingerprint } from '../../../protocol/fingerprint';
import { LoaderError, refusedAs } from '../shared/loader-error';
import { type ExpectedKey, refuseOtherKey } from './expected-key';
import { HeldKey } from './held-key';

export interface DocumentOrigin {
  readonly source: KeySource;
  /** How messages name the source. */
  readonly label: string;
  /** Version that the source itself tells; it is surer than the document's. */
  readonly version?: string;
}

const UNVERSIONED = 'unversioned-';

/** Version of a key whose source tells none: stable for the key, and known to nobody. */
export function versionOfUnversioned(apiKey: string): string {
  return `${UNVERSIONED}${createHash('sha256').update(apiKey).digest('hex').slice(0, 32)}`;
}

/** Whether the source did not tell the version. */
export function isUnversioned(keyVersion: string): boolean {
  return keyVersion.startsWith(UNVERSIONED);
}

/**
 * The key in a document.
 * @throws LoaderError `KEY_DOCUMENT_MALFORMED`, `CREDENTIALS_PLACEHOLDER`, and as `refuseOtherKey` does.
 */
export function keyFromDocument(
  text: string,
  { source, label, version }: DocumentOrigin,
  expected: ExpectedKey,
): HeldKey {
  const document = refusedAs(label, () => parseKeyDocument(text));
  if (document === 'placeholder') throw placeholder(label);
  const { apiKey, apiSecret, passphrase, keyId, exchange, versionId } = document;
  const name = namesOf(document, label);
  refuseOtherKey(label, { name, exchange }, expected);
  return new HeldKey({
    ...{ apiKey, apiSecret, keyId, exchange, source },
    ...(passphrase !== undefined && { passphrase }),
    keyName: name.text,
    keyVersion: version ?? versionId ?? versionOfUnversioned(apiKey),
    fingerprint: fingerprint(apiKey),
  });
}

export function placeholder(label: string): LoaderError {
  return new LoaderError(
    'CREDENTIALS_PLACEHOLDER',
    `${label}: it holds the placeholder of the deployment and no key yet; put the first key with 'exchange-keys key put'`,
  );
}

/** The fields that reports and decisions are made of must be what they say; what is there instead is not shown. */
function namesOf({ name, exchange, versionId }: KeyDocument, label: string) {
  const check = <T>(field: string, parse: () => T): T => {
    try {
      return parse();
    } catch {
      throw malformedField(label, field);
    }
  };
  check('exchange', () => parseExchangeName(exchange));
  if (versionId !== undefined && !isVersionId(versionId)) throw malformedField(label, 'versionId');
  return check('name', () => parseKeyName(name));
}

function malformedField(label: string, field: string): LoaderError {
  return new LoaderError(
    'KEY_DOCUMENT_MALFORMED',
    `${label}: the secret's value is not a key document: '${field}' does not have its form; put the key again with 'exchange-keys key put'`,
  );
}
