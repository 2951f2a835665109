// What the caretaker counts; alarms and dashboards are made from the same names.

/** The one dimension of every metric: the ring's environment. A dimension per key would cost a metric per key. */
export const RING_DIMENSION = 'Ring';

/**
 * What the caretaker counts in one pass, unit Count. Every name is published in every pass, with 0 when there was
 * nothing to count: an alarm never has to guess what a gap means.
 *
 * "Routine" findings come from the routine check, which reaches every key about every 6 hours; alarms on them look back
 * 7 hours or more. The others are looked at in every pass.
 */
export enum CaretakerMetric {
  /** 1 for a pass that came to its end, also when it ran out of time. Missing: the caretaker is dead. */
  PASS = 'CaretakerPass',
  /** 1 when the pass ran out of time before every key had its turn; the next one goes on from there. */
  PASS_INCOMPLETE = 'PassIncomplete',
  /** Keys of the ring. 0: the ring's secrets cannot be seen, or there are none. */
  KEYS_SEEN = 'KeysSeen',
  /** Keys, or accounts at an exchange, whose turn ended with an error, or whose old version nobody could say is held. The others had theirs. */
  KEYS_FAILED = 'KeysFailed',
  /** Old keys that live more than an hour past their overlap without one of the reasons below; past the hard stop, whatever the reason. */
  REVOCATION_OVERDUE = 'RevocationOverdue',
  /** Revocations the exchange confirmed while the old key was not yet shown to be dead; tried again in the next pass. */
  REVOCATION_NOT_PROVEN = 'RevocationNotProven',
  /** Old keys that someone still uses or holds at the end of their overlap; revoked at the hard stop, one more overlap later. */
  OLD_KEY_STILL_IN_USE = 'OldKeyStillInUse',
  /** Old keys restricted or revoked at the hard stop although someone still used them: a forgotten consumer, or a thief. */
  REVOKED_WHILE_IN_USE = 'RevokedWhileInUse',
  /** Keys whose overlap cannot end because the new value has not reached every replica region. */
  REPLICA_NOT_IN_SYNC = 'ReplicaNotInSync',
  /** Keys whose rotation has been unfinished for more than 2 hours; Secrets Manager is asked to try again. */
  PENDING_STUCK = 'PendingStuck',
  /** Keys at the exchange that no version of any secret holds, revoked. */
  ORPHANS_REVOKED = 'OrphansRevoked',
  /** Keys at the exchange that look like orphans and were not touched: age unknown, nothing to sign with, or too many at once. */
  ORPHANS_UNKNOWN = 'OrphansUnknown',
  /** Versions that stopped being current without a rotation, whose key still lived; an overlap was given to them. */
  UNPLANNED_VALUE = 'UnplannedValue',
  /** Keys that wait for a person: to create, to delete, or to repair what no machine understands. */
  NEEDS_HUMAN = 'NeedsHuman',
  /** Keys without room for another staging label; nothing new can be pinned or asked. */
  LABELS_FULL = 'LabelsFull',
  /** Current keys that the exchange refused: workloads cannot use them. Routine, and whenever a revocation depends on it. */
  CURRENT_KEY_REFUSED = 'CurrentKeyRefused',
  /** Current keys that could not be tried: no answer, a rate limit, a clock. Routine, and whenever a revocation depends on it. */
  PROBE_INCONCLUSIVE = 'ProbeInconclusive',
  /** Current keys whose permissions or allowlist at the exchange are not the declared ones; standby addresses count below. Routine. */
  DRIFT = 'Drift',
  /** Current keys that let in every active address and not every standby one. Routine. */
  STANDBY_NOT_LISTED = 'StandbyNotListed',
  /** Keys older than their tier allows. Routine, and in every pass once a successor has been asked for. */
  ROTATION_OVERDUE = 'RotationOverdue',
  /** Current keys that the exchange ends within 14 days, or within the last tenth of a shorter life. Routine. */
  EXPIRING_KEY = 'ExpiringKey',
  /** Keys whose review of the withdrawal permission has expired, or does within 14 days. */
  REVIEW_EXPIRING = 'ReviewExpiring',
  /** Keys that hold the placeholder of the deployment. Routine; not worth an alarm. */
  NOT_BOOTSTRAPPED = 'NotBootstrapped',
}
