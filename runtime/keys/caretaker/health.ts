// Decides what the routine check of the current key reports: whether it works, is what was declared, and goes on.
import type { KeyDocument } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { KeyVersion } from '../key-state';
import { currentKey, currentVersion, type Facts } from './facts';
import { judgeProbe } from './probe-verdict';
import { type Finding, NOTHING, type Outcome } from './step';
import { isExpiring } from './succession';

export function health(facts: Facts): Outcome {
  const current = currentVersion(facts);
  const document = facts.routine ? currentKey(facts) : undefined;
  if (!current || !document) return NOTHING;
  const verdict = judgeProbe(facts.known.ask('probe', current.id), current);
  if (verdict) return { findings: [verdict] };
  const { codes, standby } = facts.known.ask('drift', current.id);
  const findings: Finding[] = [
    ...different(CaretakerMetric.DRIFT, current, codes),
    ...different(CaretakerMetric.STANDBY_NOT_LISTED, current, standby),
  ];
  if (!isExpiring(facts.now, document) && endsSooner(facts, current, document)) {
    findings.push({
      metric: CaretakerMetric.EXPIRING_KEY,
      version: current.id,
      detail: 'its document does not say so',
    });
  }
  return { findings };
}

const different = (metric: CaretakerMetric, { id: version }: KeyVersion, details: readonly string[]): Finding[] =>
  details.length > 0 ? [{ metric, version, detail: details.join(', ') }] : [];

/** Whether the exchange ends the key soon: a person need not have known, and an end can be brought forward. */
function endsSooner({ now, known }: Facts, { id }: KeyVersion, { createdAt }: KeyDocument): boolean {
  const inspected = known.ask('inspected', id);
  const end = inspected === 'unknown' ? undefined : inspected.expiresAt;
  return end !== undefined && isExpiring(now, { createdAt, expiresAt: end.toISOString() });
}
