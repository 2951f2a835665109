// One key as AWS describes its secret, as far as it can be understood: what cannot is said, and hides nothing else.
import type { DescribeSecretCommandOutput, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { InputError } from '../../contract/errors';
import { CURRENT, type KeyDescription, keyOfSecret, parseDescription } from '../../contract/keys';

/** A version that carries at least one label. */
export interface LabelledVersion {
  readonly id: string;
  readonly labels: readonly string[];
}

export interface KeyFacts {
  readonly arn: string;
  /** `prod-trader-bot-a`; the secret's own name if it is none of ours. */
  readonly name: string;
  readonly secretName: string;
  readonly description?: KeyDescription;
  /** Why there is no description, or no name. */
  readonly problem?: InputError;
  readonly versions: readonly LabelledVersion[];
  readonly rotationEnabled: boolean;
  readonly lastRotated?: Date;
  readonly nextRotation?: Date;
  readonly deletion?: Date;
}

/** What `ListSecrets` and `DescribeSecret` say alike; they spell the labels differently. */
export function keyFacts(secret: SecretListEntry & Partial<DescribeSecretCommandOutput>): KeyFacts {
  const secretName = secret.Name ?? '';
  const name = attempt(() => keyOfSecret(secretName).text);
  const description = attempt(() => parseDescription(secret.Description ?? ''));
  return {
    arn: secret.ARN ?? '',
    name: name.value ?? secretName,
    secretName,
    description: description.value,
    problem: name.problem ?? description.problem,
    versions: Object.entries(secret.VersionIdsToStages ?? secret.SecretVersionsToStages ?? {}).map(([id, labels]) => ({
      id,
      labels,
    })),
    rotationEnabled: secret.RotationEnabled === true,
    lastRotated: secret.LastRotatedDate,
    nextRotation: secret.NextRotationDate,
    deletion: secret.DeletedDate,
  };
}

/** The version that carries the label. */
export function holder({ versions }: Pick<KeyFacts, 'versions'>, label: string): string | undefined {
  return versions.find(({ labels }) => labels.includes(label))?.id;
}

/** The version a label is on while it is not the current one. */
export function holderBesideCurrent(facts: Pick<KeyFacts, 'versions'>, label: string): string | undefined {
  const id = holder(facts, label);
  return id === holder(facts, CURRENT) ? undefined : id;
}

function attempt<T>(read: () => T): { readonly value?: T; readonly problem?: InputError } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof InputError) return { problem: error };
    throw error;
  }
}
