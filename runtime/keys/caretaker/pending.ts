// Decides what happens to a rotation that has not ended: left alone for two hours, then tried again once per pass.
import { CaretakerMetric } from '../../../contract/metrics';
import { type Facts, HOUR, pendingVersion } from './facts';
import { finding, NOTHING, type Outcome } from './step';

const PATIENCE = 2 * HOUR;

export function stuckPending(facts: Facts): Outcome {
  const pending = pendingVersion(facts);
  if (!pending) return NOTHING;
  const created = facts.known.ask('created', pending.id);
  if (created !== undefined && facts.now <= created + PATIENCE) return NOTHING;
  const stuck = finding(CaretakerMetric.PENDING_STUCK, pending);
  if (facts.key.rotationEnabled) return { ...stuck, step: { do: 'retry-rotation', version: pending.id } };
  // RotateSecret would switch on again what a person has switched off
  return { findings: [...stuck.findings, { metric: CaretakerMetric.NEEDS_HUMAN, detail: 'rotation is switched off' }] };
}
