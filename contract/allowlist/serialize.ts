// How the allowlist document is written: one text per content, so that an unchanged allowlist is no new version.
import { InputError } from '../errors';
import { type AllowlistDocumentPolicy, checkConsistency } from './consistency';
import type { AllowlistDocument } from './document';
import { sortAllowlistDocument } from './parse';
import { readStructure } from './structure';

/** Bytes in the value of a standard SSM parameter. */
const MOST_BYTES = 4096;

/**
 * The document as compact JSON: keys in the order of the schema, lists sorted. What it writes, `parseAllowlistDocument`
 * reads under the same policy.
 * @throws InputError `ALLOWLIST_DOCUMENT_TOO_LARGE`, and as `parseAllowlistDocument` does.
 */
export function serializeAllowlistDocument(document: AllowlistDocument, policy: AllowlistDocumentPolicy = {}): string {
  const checked = readStructure(document);
  checkConsistency(checked, policy);
  const text = JSON.stringify(sortAllowlistDocument(checked));
  if (text.length > MOST_BYTES) {
    throw new InputError(
      'ALLOWLIST_DOCUMENT_TOO_LARGE',
      `the allowlist document has ${text.length} bytes, an SSM parameter holds ${MOST_BYTES}; use fewer zones`,
    );
  }
  return text;
}
