// Decides what happens to a key that stopped being current without a rotation: a person put a value without a label.
import { ErrorClass } from '../../../contract/exchange/error-class';
import { type KeyDocument, PREVIOUS } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import { holder, type KeyVersion } from '../key-state';
import { endOfOverlap, type Facts, hasRoom, isWanted, overlapSeconds, pendingVersion, sharedWith } from './facts';
import { provesLife } from './probe-verdict';
import { finding, NOTHING, type Outcome } from './step';

/** Workloads may still use the key, and no rotation has said when that ends: an overlap from now on. */
export function unplannedValue(facts: Facts): Outcome {
  const previous = holder(facts.key, PREVIOUS);
  const waits = !previous || isWanted(previous) || endOfOverlap(previous) !== undefined;
  if (!facts.routine || waits || pendingVersion(facts)) return NOTHING;
  const value = facts.known.ask('value', previous.id);
  if (value === 'malformed') return finding(CaretakerMetric.NEEDS_HUMAN, previous, 'value is malformed');
  if (typeof value !== 'object' || sharedWith(facts, previous, value).length > 0 || !lives(facts, previous, value))
    return NOTHING;
  const unplanned = finding(CaretakerMetric.UNPLANNED_VALUE, previous);
  if (!hasRoom(facts.key)) return { findings: [...unplanned.findings, { metric: CaretakerMetric.LABELS_FULL }] };
  return { ...unplanned, step: { do: 'pin', version: previous.id, until: facts.now + overlapSeconds(facts) } };
}

/**
 * Being in the exchange's list is life. A key that is not in it is gone, if the exchange itself gave it the id we know it
 * by; one that a person has put may be called otherwise there, so it is tried. Not more often: an exchange may hold failed
 * calls against the address they come from. Without a list an unclear answer counts as life, too: a pin can only be too
 * careful.
 */
function lives({ known }: Facts, { id }: KeyVersion, { label }: KeyDocument): boolean {
  const listed = known.ask('listed', id);
  if (typeof listed === 'object') return true;
  if (listed === 'gone' && label !== undefined) return false;
  const probed = known.ask('probe', id);
  return provesLife(probed) || (listed === 'unknown' && probed === ErrorClass.AMBIGUOUS_AUTH);
}
