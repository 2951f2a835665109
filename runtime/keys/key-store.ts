// The secrets of a ring through the Secrets Manager API: state in labels, values by version id, every label move a compare-and-swap.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { formatKeyDocument, type KeyDocument, parseKeyDocument, secretNamePrefix } from '../../contract/keys';
import { Refusal } from '../shared/refusal';
import { awsRefusal, outcomeUnknown } from '../shared/secrets-client';
import { asRefusal, holder, type KeyState, readState, type UnreadableKey } from './key-state';

/** What a version holds. */
export type VersionValue = KeyDocument | 'placeholder' | 'no value';

/** A version that exists, labelled or not. */
export interface VersionRecord {
  readonly id: string;
  readonly labels: readonly string[];
  readonly created?: Date;
  readonly lastAccessed?: Date;
}

export interface Replica {
  readonly region: string;
  readonly status: 'InSync' | 'InProgress' | 'Failed';
}

/** How often a value that is not there is asked for again, in milliseconds: reads are eventually consistent. */
const SOON = [200, 400, 800] as const;
/** For a value that ought to be there; propagation has been seen to take 10 s. */
const PATIENT = [200, 400, 800, 1_600, 3_200, 6_400] as const;

const LABEL_CONFLICTS = ['InvalidParameterException', 'InvalidRequestException', 'ResourceNotFoundException'];

export interface KeyStoreOptions {
  readonly client: SecretsManagerClient;
  readonly environment: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export class KeyStore {
  constructor(private readonly options: KeyStoreOptions) {}

  /** Every key of the environment, by name; one that cannot be understood is listed as a refusal and hides no other. */
  public async list(): Promise<(KeyState | UnreadableKey)[]> {
    const prefix = secretNamePrefix(this.options.environment);
    const found: (KeyState | UnreadableKey)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.call('ListSecrets', prefix, (client) =>
        client.send(
          new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], MaxResults: 100, NextToken }),
        ),
      );
      if (!page.SecretList)
        throw new Refusal('AWS_CALL_FAILED', `'secretsmanager:ListSecrets' on '${prefix}' gave no list; try again`);
      // the filter matches words of a name, and without regard to what follows
      for (const secret of page.SecretList.filter(({ Name }) => Name?.startsWith(prefix))) {
        found.push(readable({ ...secret, VersionIdsToStages: secret.SecretVersionsToStages }));
      }
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
    return found.sort((a, b) => (a.secretName < b.secretName ? -1 : 1));
  }

  /** One key; `secretId` is an ARN or a secret's name. */
  public async describe(secretId: string): Promise<KeyState> {
    return readState(await this.describeSecret(secretId));
  }

  /** Where the secret is replicated to, and whether the value has arrived. */
  public async replicas(secretId: string): Promise<Replica[]> {
    const { ReplicationStatus = [] } = await this.describeSecret(secretId);
    return ReplicationStatus.map(({ Region, Status }) => ({
      region: Region ?? '?',
      status: Status === 'InSync' || Status === 'InProgress' ? Status : 'Failed',
    }));
  }

  /** All versions that still exist, the ones without labels included. */
  public async versions(arn: string): Promise<VersionRecord[]> {
    const found: VersionRecord[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.call('ListSecretVersionIds', arn, (client) =>
        client.send(
          new ListSecretVersionIdsCommand({ SecretId: arn, IncludeDeprecated: true, MaxResults: 100, NextToken }),
        ),
      );
      for (const { VersionId: id, VersionStages, CreatedDate, LastAccessedDate } of page.Versions ?? []) {
        if (id) found.push({ id, labels: VersionStages ?? [], created: CreatedDate, lastAccessed: LastAccessedDate });
      }
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
    return found;
  }

  /**
   * What the version holds, always asked for by its id: a read by label may still see the label's former version.
   * `expected` waits longer for a value that ought to be there.
   * @throws Refusal `KEY_DOCUMENT_MALFORMED` for a value that is neither a key document nor the placeholder.
   */
  public async read(arn: string, versionId: string, { expected = true } = {}): Promise<VersionValue> {
    for (const pause of [...(expected ? PATIENT : SOON), undefined]) {
      const text = await this.readOnce(arn, versionId);
      if (text !== undefined) return asRefusal(() => parseKeyDocument(text));
      if (pause !== undefined) await this.options.sleep(pause);
    }
    return 'no value';
  }

  /**
   * Writes the version's value. `conflict`: the version has another value already, which stays. `unknown`: AWS gave no
   * usable answer, the value may be there or not.
   */
  public async put(
    arn: string,
    token: string,
    document: KeyDocument,
    // without a label AWSCURRENT would move at once
    labels: readonly [string, ...string[]],
  ): Promise<'saved' | 'conflict' | 'unknown'> {
    const SecretString = asRefusal(() => formatKeyDocument({ ...document, versionId: token }));
    try {
      await this.options.client.send(
        new PutSecretValueCommand({
          SecretId: arn,
          ClientRequestToken: token,
          SecretString,
          VersionStages: [...labels],
        }),
      );
      return 'saved';
    } catch (error) {
      if (nameOf(error) === 'ResourceExistsException') return 'conflict';
      if (outcomeUnknown(error)) return 'unknown';
      throw awsRefusal('secretsmanager:PutSecretValue', arn, error, false);
    }
  }

  /** Moves a label from the version that must hold it. */
  public async moveLabel(arn: string, label: string, from: string, to: string): Promise<void> {
    await this.stage(arn, label, from, to);
  }

  /** Puts a label on a version; no other version may hold it. */
  public async addLabel(arn: string, label: string, versionId: string): Promise<void> {
    await this.stage(arn, label, undefined, versionId);
  }

  /** Takes a label from the version that must hold it. */
  public async removeLabel(arn: string, label: string, versionId: string): Promise<void> {
    await this.stage(arn, label, versionId, undefined);
  }

  private async stage(arn: string, label: string, from: string | undefined, to: string | undefined): Promise<void> {
    try {
      await this.options.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: arn,
          VersionStage: label,
          RemoveFromVersionId: from,
          MoveToVersionId: to,
        }),
      );
    } catch (error) {
      if (!LABEL_CONFLICTS.includes(nameOf(error)))
        throw awsRefusal('secretsmanager:UpdateSecretVersionStage', arn, error);
      // the SDK's own second attempt after a lost answer fails like this, too
      const found = holder(await this.describe(arn), label)?.id;
      if (found === to) return;
      throw new Refusal(
        'LABEL_MOVED',
        `label '${label}' of '${arn}' is on version '${found ?? 'none'}', expected '${from ?? 'none'}'; ` +
          'someone else moved it, nothing was changed, run again',
        nameOf(error),
      );
    }
  }

  private async readOnce(SecretId: string, VersionId: string): Promise<string | undefined> {
    try {
      const { SecretString } = await this.options.client.send(new GetSecretValueCommand({ SecretId, VersionId }));
      // a binary value is no document of ours: refused by the parser, not taken for a missing one
      return SecretString ?? '';
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return undefined;
      throw awsRefusal('secretsmanager:GetSecretValue', SecretId, error);
    }
  }

  private describeSecret(SecretId: string) {
    return this.call('DescribeSecret', SecretId, (client) => client.send(new DescribeSecretCommand({ SecretId })));
  }

  private async call<T>(action: string, about: string, send: (client: SecretsManagerClient) => Promise<T>): Promise<T> {
    try {
      return await send(this.options.client);
    } catch (error) {
      throw awsRefusal(`secretsmanager:${action}`, about, error);
    }
  }
}

function readable(secret: Parameters<typeof readState>[0]): KeyState | UnreadableKey {
  try {
    return readState(secret);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { secretName: secret.Name ?? '?', arn: secret.ARN, refusal: error };
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');
