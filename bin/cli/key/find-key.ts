// Finds one key of the ring by its name.
import { DescribeSecretCommand, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../../contract/keys';
import type { AwsClients } from '../aws/clients';
import { required } from '../aws/errors';
import type { Session } from '../command';
import { Failure } from '../failure';
import { keyArgument } from '../key-argument';
import { type KeyFacts, keyFacts } from '../key-facts';

export interface FoundKey {
  readonly facts: KeyFacts;
  readonly secret: DescribeSecretCommandOutput;
}

/** @throws Failure `KEY_OF_OTHER_ENVIRONMENT`, `KEY_NOT_FOUND`, `KEY_NAME_MALFORMED`. */
export async function findKey(session: Session, aws: AwsClients, name: string): Promise<FoundKey> {
  const key = keyArgument(session, name);
  try {
    const secret = await aws.secrets.send(new DescribeSecretCommand({ SecretId: secretName(key) }));
    required('secretsmanager:DescribeSecret', secret.ARN && secret.VersionIdsToStages);
    return { facts: keyFacts(secret), secret };
  } catch (error) {
    if (!(error instanceof Failure) || error.awsError !== 'ResourceNotFoundException') throw error;
    throw new Failure(
      'KEY_NOT_FOUND',
      `there is no key '${name}' (secret ${secretName(key)} in ${session.ring.region}); 'key list' shows those there are, a new one comes with a deployment`,
    );
  }
}

/** A key that can be put or rotated: everything about it is known. */
export type UsableKey = KeyFacts & Required<Pick<KeyFacts, 'description'>>;

/** @throws Failure as `findKey`, `KEY_BEING_DELETED`, `ROTATION_OFF`; InputError of a key that cannot be read. */
export async function findUsableKey(session: Session, name: string): Promise<UsableKey> {
  const { facts } = await findKey(session, session.intake, name);
  const { deletion, problem, rotationEnabled, description } = facts;
  if (deletion) {
    throw new Failure(
      'KEY_BEING_DELETED',
      `key '${name}' is marked for deletion; restore its secret first, or deploy it again`,
    );
  }
  if (problem || !description) throw problem;
  if (!rotationEnabled) {
    throw new Failure(
      'ROTATION_OFF',
      `rotation of key '${name}' is off, so that nothing would take a new key into use; deploy its stack again`,
    );
  }
  return { ...facts, description };
}
