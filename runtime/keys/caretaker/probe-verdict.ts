// Decides what the answer to a signed read says about the key that signed it.
import { ErrorClass } from '../../../contract/exchange/error-class';
import { CaretakerMetric } from '../../../contract/metrics';
import type { ProbeResult } from '../../exchange/adapter';
import type { Finding } from './step';

type Probed = ProbeResult['result'];

/** The exchange has decided about the key. Everything else says nothing about it: no answer, a rate limit, a clock. */
const REFUSALS: readonly Probed[] = [
  ErrorClass.KEY_UNKNOWN,
  ErrorClass.KEY_EXPIRED,
  ErrorClass.SIGNATURE,
  ErrorClass.PASSPHRASE,
  ErrorClass.IP_NOT_ALLOWED,
  ErrorClass.PERMISSION,
  ErrorClass.MFA_REQUIRED,
  ErrorClass.REGION,
  ErrorClass.AMBIGUOUS_AUTH,
];

/** A key that nobody knows, or that has ended, is dead. A wrong address or an ambiguous code is no proof. */
export const provesDeath = (probed: Probed) => probed === ErrorClass.KEY_UNKNOWN || probed === ErrorClass.KEY_EXPIRED;

/**
 * Whether a key that is no longer in the list is dead as well: the exchange must have refused it, too. One without
 * permission lives, and no answer says nothing.
 */
export const confirmsDeath = (probed: Probed) =>
  provesDeath(probed) ||
  [ErrorClass.SIGNATURE, ErrorClass.PASSPHRASE, ErrorClass.IP_NOT_ALLOWED, ErrorClass.AMBIGUOUS_AUTH].some(
    (one) => one === probed,
  );

/** The exchange knows the key, although it may have refused this request. */
export const provesLife = (probed: Probed) =>
  probed === 'OK' ||
  [ErrorClass.NOT_ACTIVE_YET, ErrorClass.PERMISSION, ErrorClass.IP_NOT_ALLOWED].some((one) => one === probed);

/** What is to be reported about a current key; nothing when it works. */
export function judgeProbe(probed: Probed, version: { readonly id: string }): Finding | undefined {
  if (probed === 'OK') return undefined;
  const refused = REFUSALS.includes(probed);
  const metric = refused ? CaretakerMetric.CURRENT_KEY_REFUSED : CaretakerMetric.PROBE_INCONCLUSIVE;
  return { metric, version: version.id, detail: probed };
}
