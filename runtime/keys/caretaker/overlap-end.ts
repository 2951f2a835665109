// Decides what happens to a version whose overlap is running or has run out: wait, take back, quarantine, revoke, ask, close.
import { CURRENT, isManagementKey, LabelKind } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { KeyVersion } from '../key-state';
import { lateUse, type Use } from './drain';
import {
  currentKey,
  currentVersion,
  endOfOverlap,
  type Facts,
  HOUR,
  has,
  hasRoom,
  isDeletedByHand,
  isWanted,
  labelsOf,
  overlapSeconds,
  PASS,
  pendingVersion,
  sharedWith,
  timesOf,
} from './facts';
import { judgeProbe } from './probe-verdict';
import { isDead, nextRequest } from './request-deletion';
import { type Finding, finding, NOTHING, type Outcome } from './step';

const NOT_ASKED: Use = { inUse: false };
const ENDING = [LabelKind.REVOKE, LabelKind.QUARANTINED, LabelKind.DELETE_ASKED];

/** All versions with an end, the earliest first; the first step that is due is taken, waiting ones hold up no other. */
export function overlapEnd(facts: Facts): Outcome {
  const ends = (version: KeyVersion) => endOfOverlap(version) ?? Number.POSITIVE_INFINITY;
  const ending = facts.key.versions.filter((version) => endOfOverlap(version) !== undefined);
  const findings = [];
  for (const version of ending.sort((a, b) => ends(a) - ends(b))) {
    const outcome = endOne(facts, version, ends(version));
    findings.push(...outcome.findings);
    if (outcome.step) return { step: outcome.step, findings };
  }
  return { findings };
}

function endOne(facts: Facts, version: KeyVersion, end: number): Outcome {
  if (version.labels.includes(CURRENT)) return pendingVersion(facts) ? NOTHING : reprieve(version);
  if (isWanted(version)) return NOTHING;
  // What has been restricted or handed to a person is past the point where waiting for readers helps; a mark from before
  // this end is of an earlier life of the version, which was rolled back since.
  const begun = [LabelKind.QUARANTINED, LabelKind.DELETE_ASKED].some((kind) =>
    timesOf(version, kind).some((time) => time >= end),
  );
  if (!begun && !facts.known.ask('replicas')) return waitForReplicas(facts, version, end);
  return facts.now < end ? NOTHING : retire(facts, version, end, begun);
}

/** A roll-back, or a promotion that never came: workloads read this version, so its end is called off. */
function reprieve(version: KeyVersion): Outcome {
  const asked = has(version, LabelKind.DELETE_ASKED);
  const step = { do: 'reprieve', version: version.id, labels: labelsOf(version, ...ENDING), asked } as const;
  return { step, findings: asked ? finding(CaretakerMetric.NEEDS_HUMAN, version, 'rolled back').findings : [] };
}

/** Readers elsewhere still get the old key, so its overlap has not begun. Two passes ahead, so that a late pass is no gap. */
function waitForReplicas(facts: Facts, version: KeyVersion, end: number): Outcome {
  const waiting = finding(CaretakerMetric.REPLICA_NOT_IN_SYNC, version);
  const enough = facts.now + overlapSeconds(facts) + PASS;
  if (facts.now >= end || end >= enough) return waiting;
  if (!hasRoom(facts.key)) return { findings: [...waiting.findings, { metric: CaretakerMetric.LABELS_FULL }] };
  const labels = labelsOf(version, LabelKind.REVOKE);
  return { ...waiting, step: { do: 'extend', version: version.id, labels, until: enough + PASS } };
}

/** The overlap is over. Nothing is done to the key before AWSCURRENT's key has just been used with success. */
function retire(facts: Facts, version: KeyVersion, end: number, begun: boolean): Outcome {
  const { known, now } = facts;
  const value = known.ask('value', version.id);
  const close = {
    do: 'close',
    version: version.id,
    labels: labelsOf(version, LabelKind.CREATE_ASKED, ...ENDING),
  } as const;
  if (value === 'placeholder' || value === 'no value') return { step: close, findings: [] };
  if (value === 'malformed') return finding(CaretakerMetric.NEEDS_HUMAN, version, 'value is malformed');
  const current = currentVersion(facts);
  if (!current || !currentKey(facts)) return finding(CaretakerMetric.NEEDS_HUMAN, version, 'no key is current');
  const others = sharedWith(facts, version, value);
  // only a version that has an end of its own, or gets one by being replaced, can take over this one's
  if (others.some((other) => other.labels.includes(CURRENT) || !isWanted(other))) return { step: close, findings: [] };
  if (others.length > 0) return NOTHING;
  const verdict = judgeProbe(known.ask('probe', current.id), current);
  if (verdict) return { findings: [verdict] };

  const findings: Finding[] = [];
  const { inUse, detail, failure } = begun ? NOT_ASKED : lateUse(facts, version, end);
  if (failure !== undefined) {
    findings.push({ metric: CaretakerMetric.KEYS_FAILED, version: version.id, detail: failure });
  }
  if (inUse) {
    // a thief must not keep a stolen key alive by using it
    const stop = now >= end + overlapSeconds(facts);
    const metric = stop ? CaretakerMetric.REVOKED_WHILE_IN_USE : CaretakerMetric.OLD_KEY_STILL_IN_USE;
    findings.push({ metric, version: version.id, detail });
    if (!stop) return { findings };
  }
  if (isDeletedByHand(facts) && isDead(facts, version)) return { step: close, findings: [] };
  if (!begun && mayQuarantine(facts, end)) return { step: { do: 'quarantine', version: version.id }, findings };
  if (isDeletedByHand(facts)) return nextRequest(facts, version, findings);
  return { step: { do: 'revoke', version: version.id, labels: close.labels }, findings };
}

/** A key whose restriction fails again and again is revoked without. */
function mayQuarantine(facts: Facts, end: number): boolean {
  const { restrict } = facts.known.ask('exchange');
  const inTime = facts.now < end + overlapSeconds(facts) + HOUR;
  return restrict && inTime && !isManagementKey(facts.key.key) && hasRoom(facts.key);
}
