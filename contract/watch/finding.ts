// What the detector finds in request records: kinds of findings, and what makes two of them the same.

/** Behaviour that is new and weird. The names are metric dimensions, alarm ids and headings of the runbook. */
export enum FindingKind {
  /** Used from an address outside the published allowlist, or from one inside it that this key had never used. */
  NEW_SOURCE_IP = 'NewSourceIp',
  /** The exchange refused the caller's address. */
  BLOCKED_BY_ALLOWLIST = 'BlockedByAllowlist',
  /** Many refusals of one key within minutes. */
  AUTH_FAILURE_SPIKE = 'AuthFailureSpike',
  /** An endpoint was called that the key's declared permissions do not cover, or somebody refused it for that reason. */
  PERMISSION_MISMATCH = 'PermissionMismatch',
  /** A version was used that has not been promoted yet. */
  UNDEPLOYED_KEY_USE = 'UndeployedKeyUse',
  /** A version was used whose overlap has ended. */
  RETIRED_KEY_USE = 'RetiredKeyUse',
  /** No secret of the ring has this name, this exchange or this version. */
  UNKNOWN_KEY = 'UnknownKey',
  /** Lines that are no request records. */
  BAD_RECORD = 'BadRecord',
}

export const FINDING_KINDS: readonly FindingKind[] = Object.values(FindingKind);

/** `message` of the notifier's log lines that tell a finding: command, dashboard and saved queries look for it. */
export const FINDING_MESSAGE = 'finding';

/** Stands for the key where there is none to name. */
export const NO_KEY = '-';

/** One finding: stored once per key, kind, subject and period, notified at least once. */
export interface Finding {
  readonly kind: FindingKind;
  /** Name of the key, or `NO_KEY`. */
  readonly keyName: string;
  /** What was new: an address, an endpoint, a version id, a reason. */
  readonly subject: string;
  /** Time of the record it was found in, milliseconds since 1970. */
  readonly at: number;
  /** Why it is one, for people: one lower-case sentence without secrets. */
  readonly detail: string;
  /** Version, address, endpoint, … of the record; absent where it had none that could be read. */
  readonly keyVersion?: string;
  readonly sourceIp?: string;
  readonly endpoint?: string;
  readonly category?: string;
  readonly exchange?: string;
}

/** An ongoing trouble is told again after this time. */
export const REPEAT_MS = 3_600_000;
