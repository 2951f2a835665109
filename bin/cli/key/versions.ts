// All versions of a key, the newest first, those without labels included; never their values.
import { ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import type { AwsClients } from '../aws/clients';
import { required } from '../aws/errors';
import { day, minute } from '../output/times';
import { labelWords } from './label-words';

export interface VersionFacts {
  readonly id: string;
  readonly created?: Date;
  /** AWS keeps the day, not the time. */
  readonly lastAccessed?: Date;
  readonly labels: readonly string[];
  readonly words: string;
}

export async function allVersions(
  { secrets }: AwsClients,
  SecretId: string,
  deprecated: boolean,
): Promise<VersionFacts[]> {
  const found: VersionFacts[] = [];
  let NextToken: string | undefined;
  do {
    const page = await secrets.send(
      new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: deprecated, MaxResults: 100, NextToken }),
    );
    for (const { VersionId, CreatedDate, LastAccessedDate, VersionStages = [] } of required(
      'secretsmanager:ListSecretVersionIds',
      page.Versions,
    )) {
      found.push({
        id: VersionId ?? '?',
        created: CreatedDate,
        lastAccessed: LastAccessedDate,
        labels: VersionStages,
        words: labelWords(VersionStages),
      });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return found.sort((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0));
}

export const VERSION_HEADINGS = ['version', 'created', 'last read', 'what it is'];

export function versionRow({ id, created, lastAccessed, words }: VersionFacts): string[] {
  return [id, created ? minute(created) : '?', lastAccessed ? day(lastAccessed) : 'never', words];
}
