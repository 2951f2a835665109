// Decides how a key ends that only a person can delete: asked for, asked for again, and shown to be dead by the machine.
import { LabelKind } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { KeyVersion } from '../key-state';
import { DAY, type Facts, hasRoom, labelsOf, timesOf } from './facts';
import { confirmsDeath, provesDeath } from './probe-verdict';
import type { Finding, Outcome } from './step';

/** No click closes the task: the exchange must say so, to the key itself or in its list. */
export function isDead(facts: Facts, version: KeyVersion): boolean {
  const probed = facts.known.ask('probe', version.id);
  return provesDeath(probed) || (confirmsDeath(probed) && facts.known.ask('listed', version.id) === 'gone');
}

/** Asks at once, and again every day until the key is dead. */
export function nextRequest(facts: Facts, version: KeyVersion, earlier: readonly Finding[]): Outcome {
  const findings: Finding[] = [...earlier, { metric: CaretakerMetric.NEEDS_HUMAN, version: version.id }];
  const asked = timesOf(version, LabelKind.DELETE_ASKED);
  if (asked.length > 0 && facts.now < Math.max(...asked) + DAY) return { findings };
  // without room for the label that remembers it, the question would be repeated in every pass
  if (!hasRoom(facts.key)) findings.push({ metric: CaretakerMetric.LABELS_FULL });
  if (!hasRoom(facts.key) && !facts.routine) return { findings };
  const labels = labelsOf(version, LabelKind.DELETE_ASKED);
  return { step: { do: 'ask-delete', version: version.id, labels }, findings };
}
