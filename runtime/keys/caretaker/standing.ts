// What can be reported about a key from its labels and description alone, also when nothing else can be read.
import { LabelKind } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { KeyState } from '../key-state';
import { DAY, endOfOverlap, HOUR, has, timesOf } from './facts';
import type { Finding } from './step';

/** How long after the end of its overlap a key is overdue: the passes that restricting, revoking and proving take, and some. */
const GRACE = HOUR;
const REVIEW_LEAD_DAYS = 14;

/** How long an answer of the exchange may be on its way. */
const INTENT_PATIENCE = 2 * HOUR;

/** `explained`: versions that live on for a reason that is reported by itself. */
export function standing(now: number, key: KeyState, explained: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  for (const version of key.versions) {
    if (timesOf(version, LabelKind.CREATE_INTENT).some((time) => now > time + INTENT_PATIENCE)) {
      const detail = 'a key was asked for and the answer was lost';
      findings.push({ metric: CaretakerMetric.NEEDS_HUMAN, version: version.id, detail });
    }
    const end = endOfOverlap(version);
    if (end === undefined) continue;
    const overlap = key.description.overlapHours * HOUR;
    // a person has a day; nothing excuses a key that outlives the hard stop
    const asked = has(version, LabelKind.DELETE_ASKED) ? DAY : 0;
    const excused = explained.has(version.id) ? overlap : asked;
    if (now > end + excused + GRACE) findings.push({ metric: CaretakerMetric.REVOCATION_OVERDUE, version: version.id });
  }
  const { withdrawalReview: review } = key.description;
  if (review && now > Date.parse(review.expires) / 1000 - REVIEW_LEAD_DAYS * DAY) {
    findings.push({ metric: CaretakerMetric.REVIEW_EXPIRING, detail: `expires ${review.expires}` });
  }
  return findings;
}
