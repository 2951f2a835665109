// All keys of the ring, from the list of secrets alone.
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { secretNamePrefix } from '../../contract/keys';
import { required } from './aws/errors';
import type { Session } from './command';
import { type KeyFacts, keyFacts } from './key-facts';

/** By name; keys about to be deleted included. */
export async function allKeys({ aws, environment }: Session): Promise<KeyFacts[]> {
  const prefix = secretNamePrefix(environment);
  const found: KeyFacts[] = [];
  let NextToken: string | undefined;
  do {
    const page = await aws.secrets.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [prefix] }],
        IncludePlannedDeletion: true,
        MaxResults: 100,
        NextToken,
      }),
    );
    found.push(
      ...required('secretsmanager:ListSecrets', page.SecretList)
        .filter(({ Name }) => Name?.startsWith(prefix))
        .map(keyFacts),
    );
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
