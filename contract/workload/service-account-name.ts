// Which namespaces and service accounts a key may be given to: one each, of its own, never a pattern.
import { InputError } from '../errors';
import { quoted } from '../quoted';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** @throws InputError `NAMESPACE_MALFORMED`, `NAMESPACE_RESERVED`. */
export function parseNamespace(text: string): string {
  if (!LABEL.test(text)) {
    throw new InputError(
      'NAMESPACE_MALFORMED',
      `namespace ${quoted(text)} is not one; write one name of at most 63 lower-case letters, digits and hyphens, without '*', for example 'trading'`,
    );
  }
  if (text.startsWith('kube-')) {
    throw new InputError(
      'NAMESPACE_RESERVED',
      `namespace '${text}' is one of Kubernetes' own, where everything may act as anything; give the workload a namespace`,
    );
  }
  return text;
}

/** @throws InputError `SERVICE_ACCOUNT_MALFORMED`, `SERVICE_ACCOUNT_RESERVED`. */
export function parseServiceAccount(text: string): string {
  if (!SUBDOMAIN.test(text) || text.length > 253) {
    throw new InputError(
      'SERVICE_ACCOUNT_MALFORMED',
      `service account ${quoted(text)} is not one; write one name of lower-case letters, digits, hyphens and dots, without '*', for example 'trader-bot'`,
    );
  }
  if (text === 'default') {
    throw new InputError(
      'SERVICE_ACCOUNT_RESERVED',
      "service account 'default' is what every pod of a namespace has that names no other; make one for the workload",
    );
  }
  return text;
}
