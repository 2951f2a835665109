// Decides what the routine check of the current key reports: whether it works, and is what was declared.
import { CaretakerMetric } from '../../../contract/metrics';
import { currentKey, currentVersion, type Facts } from './facts';
import { judgeProbe } from './probe-verdict';
import { finding, NOTHING, type Outcome } from './step';

export function health(facts: Facts): Outcome {
  const current = currentVersion(facts);
  if (!facts.routine || !current || !currentKey(facts)) return NOTHING;
  const verdict = judgeProbe(facts.known.ask('probe', current.id), current);
  if (verdict) return { findings: [verdict] };
  const drift = facts.known.ask('drift', current.id);
  return drift.length > 0 ? finding(CaretakerMetric.DRIFT, current, drift.join(', ')) : NOTHING;
}
