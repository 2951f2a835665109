// Clients that act as the ring's intake role, the only one by which a person may put or rotate a key.
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { RingDocument } from '../../../contract/keys';
import type { Context } from '../context';
import { Failure } from '../failure';
import type { AwsClients } from './clients';

/** Renewed this long before their end: no call starts with credentials that end under way. */
const RENEW_MS = 5 * 60_000;

/** The same region, as the intake role; the role is assumed at the first call. */
export function asIntakeRole(aws: AwsClients, ring: RingDocument, context: Context): AwsClients {
  let assumed: { readonly renewAt: number; readonly credentials: ReturnType<typeof assume> } | undefined;
  const credentials = async () => {
    const now = context.now().getTime();
    if (!assumed || now > assumed.renewAt) {
      const asked = assume(aws, ring);
      assumed = { renewAt: Number.POSITIVE_INFINITY, credentials: asked };
      assumed = { renewAt: (await asked).expiration.getTime() - RENEW_MS, credentials: asked };
    }
    return assumed.credentials;
  };
  return context.connect({ ...aws.connection, credentials });
}

async function assume({ sts }: AwsClients, { intakeRoleArn, environment }: RingDocument) {
  const { Arn: caller = '' } = await sts.send(new GetCallerIdentityCommand({}));
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: intakeRoleArn, RoleSessionName: sessionName(caller) }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.Expiration) {
      throw new Failure('AWS_CALL_FAILED', `'sts:AssumeRole' of ${intakeRoleArn} gave no credentials; run again`);
    }
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
    return { accessKeyId, secretAccessKey, sessionToken, expiration: given.Expiration };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'AWS_ACCESS_DENIED') throw error;
    throw new Failure(
      'OPERATOR_UNKNOWN',
      `${caller} may not act as the intake role ${intakeRoleArn}; add ${principalOf(caller)} to 'operators' of the ring of '${environment}' and deploy it, and allow that principal sts:AssumeRole on the role`,
      { awsError: error.awsError },
    );
  }
}

/** Who it was, for CloudTrail: `exchange-keys-alice`. */
export function sessionName(callerArn: string): string {
  const user = callerArn.split(/[:/]/).pop() || 'unknown';
  return `exchange-keys-${user}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
}

/** What a trust policy names: the role, not the session in it. A role's path is not part of a session's ARN. */
export function principalOf(callerArn: string): string {
  const [, partition, account, role] = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  return role ? `arn:${partition}:iam::${account}:role/${role}` : callerArn;
}
