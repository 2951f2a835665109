// The staging labels that hold the state of a rotation: there is no second database to disagree with the secret.
import { InputError } from '../errors';
import { quoted } from '../quoted';

/** The version workloads read. */
export const CURRENT = 'AWSCURRENT';
/** The version a rotation is working on. */
export const PENDING = 'AWSPENDING';
/** The version that was current before; moves by itself, so nothing is decided by it. */
export const PREVIOUS = 'AWSPREVIOUS';
/** A key that a person has put and nothing has validated. */
export const CANDIDATE = 'XKCANDIDATE';

/** What a label of ours says about the version it is on; all carry a time. */
export enum LabelKind {
  /** Its key is to be revoked, not before the time. Keeps the version from being deleted until then. */
  REVOKE = 'revoke',
  /** Its key was restricted at the time, and will be revoked next. */
  QUARANTINED = 'quarantined',
  /** On the current version: the exchange was asked for a key at the time, and its answer has not been saved. Only where the exchange cannot list keys. */
  CREATE_INTENT = 'create-intent',
  /** On the current version: a person was asked at the time to create its successor. */
  CREATE_ASKED = 'create-asked',
  /** A person was asked at the time to delete its key. */
  DELETE_ASKED = 'delete-asked',
}

export interface VersionLabel {
  readonly kind: LabelKind;
  /** Seconds since 1970. */
  readonly epochSeconds: number;
}

/** Labels of all versions of one secret together; AWS Secrets Manager quotas. */
export const LABEL_QUOTA = 20;

/** `xk:revoke:1793000000` */
export function formatLabel(kind: LabelKind, epochSeconds: number): string {
  if (!Number.isInteger(epochSeconds) || epochSeconds < 0 || epochSeconds > 99_999_999_999) {
    throw new InputError('LABEL_TIME_MALFORMED', `a label's time is whole seconds since 1970, got ${epochSeconds}`);
  }
  return `xk:${kind}:${epochSeconds}`;
}

/**
 * What one of our labels says; undefined for a label that is not ours.
 * @throws InputError `LABEL_MALFORMED` for a label that begins like ours and cannot be understood: it may be a newer one.
 */
export function parseLabel(label: string): VersionLabel | undefined {
  if (!label.startsWith('xk:')) return undefined;
  const [, kind, time] = /^xk:([a-z-]+):(0|[1-9][0-9]{0,10})$/.exec(label) ?? [];
  const known = Object.values(LabelKind).find((candidate) => candidate === kind);
  if (known) return { kind: known, epochSeconds: Number(time) };
  throw new InputError(
    'LABEL_MALFORMED',
    `staging label ${quoted(label)} is none of ours; expected xk:<${Object.values(LabelKind).join('|')}>:<seconds since 1970>`,
  );
}
