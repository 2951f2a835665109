// One key as its secret describes it: name, description, and which version carries which labels. Pure.
import type { SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { InputError } from '../../contract/errors';
import {
  type KeyDescription,
  type KeyName,
  keyOfSecret,
  type LabelKind,
  parseDescription,
  parseLabel,
  type VersionLabel,
} from '../../contract/keys';
import { Refusal } from '../shared/refusal';

/** A label of ours, and its text. */
export interface Mark extends VersionLabel {
  readonly label: string;
}

/** A version with at least one label; others are not shown by Secrets Manager. */
export interface KeyVersion {
  readonly id: string;
  /** All labels, the service's own included. */
  readonly labels: readonly string[];
  /** Our own among them. */
  readonly marks: readonly Mark[];
}

export interface KeyState {
  readonly arn: string;
  readonly secretName: string;
  readonly key: KeyName;
  readonly description: KeyDescription;
  readonly versions: readonly KeyVersion[];
  /** Undefined when rotation was never configured. */
  readonly rotationEnabled?: boolean;
  readonly nextRotation?: Date;
  readonly lastRotated?: Date;
  readonly created?: Date;
  /** When value, labels or description were last changed. */
  readonly lastChanged?: Date;
  /** The secret is on its way out; only `describe` still shows it. */
  readonly deleted?: Date;
}

/** A secret that cannot be understood: a refusal of this key alone. */
export interface UnreadableKey {
  readonly secretName: string;
  readonly arn?: string;
  readonly refusal: Refusal;
}

/** What `DescribeSecret` and `ListSecrets` have in common; they spell the labels differently. */
export type DescribedSecret = Omit<SecretListEntry, 'SecretVersionsToStages'> & {
  readonly VersionIdsToStages?: Record<string, string[]>;
};

/**
 * The key of a described secret.
 * @throws Refusal with the code of what cannot be understood: `SECRET_NAME_FOREIGN`, `KEY_NAME_MALFORMED`,
 * `DESCRIPTION_MALFORMED`, `LABEL_MALFORMED`, `SECRET_INCOMPLETE`.
 */
export function readState(secret: DescribedSecret): KeyState {
  const { ARN: arn, Name: secretName } = secret;
  if (!arn || !secretName) {
    throw new Refusal(
      'SECRET_INCOMPLETE',
      `AWS described secret '${secretName ?? arn ?? '?'}' without name or ARN; try again`,
    );
  }
  return asRefusal(() => ({
    arn,
    secretName,
    key: keyOfSecret(secretName),
    description: parseDescription(secret.Description ?? ''),
    versions: Object.entries(secret.VersionIdsToStages ?? {}).map(([id, labels]) => ({
      id,
      labels,
      marks: labels.flatMap((label) => {
        const parsed = parseLabel(label);
        return parsed ? [{ ...parsed, label }] : [];
      }),
    })),
    rotationEnabled: secret.RotationEnabled,
    nextRotation: secret.NextRotationDate,
    lastRotated: secret.LastRotatedDate,
    created: secret.CreatedDate,
    lastChanged: secret.LastChangedDate,
    deleted: secret.DeletedDate,
  }));
}

/** The version that carries the label. */
export function holder(state: KeyState, label: string): KeyVersion | undefined {
  return state.versions.find(({ labels }) => labels.includes(label));
}

/** All labels of ours of a kind, with the version each is on. */
export function marksOf(state: KeyState, ...kinds: readonly LabelKind[]): (Mark & { readonly versionId: string })[] {
  return state.versions.flatMap(({ id, marks }) =>
    marks.filter(({ kind }) => kinds.includes(kind)).map((mark) => ({ ...mark, versionId: id })),
  );
}

/** What pure code refuses, as what a Lambda function refuses. */
export function asRefusal<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InputError ? new Refusal(error.code, error.message) : error;
  }
}
