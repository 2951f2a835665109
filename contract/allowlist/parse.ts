// Which texts are an allowlist document: anything doubtful is refused, since a wrong one locks a key out or opens it.
import { compareCidrs, parseCidr } from '../cidr';
import { InputError } from '../errors';
import { type AllowlistDocumentPolicy, checkConsistency } from './consistency';
import type { AllowlistDocument } from './document';
import { readStructure } from './structure';

/**
 * Reads a document; its `cidrs` and `entries` come back sorted.
 * @throws InputError `ALLOWLIST_DOCUMENT_NOT_JSON`, and as `readStructure` and `checkConsistency` do.
 */
export function parseAllowlistDocument(text: string, policy: AllowlistDocumentPolicy = {}): AllowlistDocument {
  const document = readStructure(parseJson(text));
  checkConsistency(document, policy);
  return sortAllowlistDocument(document);
}

/** The same document with `cidrs` in the order of `compareCidrs` and `entries` in the order of their zones. */
export function sortAllowlistDocument(document: AllowlistDocument): AllowlistDocument {
  const cidrs = document.cidrs.map(parseCidr).sort(compareCidrs);
  return {
    ...document,
    cidrs: cidrs.map((cidr) => cidr.text),
    entries: [...document.entries].sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      'ALLOWLIST_DOCUMENT_NOT_JSON',
      `the allowlist document is not JSON (${(error as Error).message}); publish it again`,
    );
  }
}
