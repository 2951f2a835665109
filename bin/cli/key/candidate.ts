// The candidate: a version with a key that a person has put, under a label that nothing reads until it is validated.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { withCode } from '../../../contract/errors';
import { CANDIDATE, formatKeyDocument, type KeyDescription, type KeyDocument } from '../../../contract/keys';
import { shortened } from '../../../runtime/shared/refusal';
import type { Session } from '../command';
import { Failure } from '../failure';
import { holder, keyFacts } from '../key-facts';
import type { KeyInput } from './key-input';

/** The document to store; what the description says of the key is not asked of a person. */
export function keyDocument(name: string, description: KeyDescription, input: KeyInput, now: Date): KeyDocument {
  const { exchange, account } = description;
  return {
    schema: 1,
    exchange,
    name,
    ...(account !== undefined && { account }),
    keyId: input.keyId ?? input.apiKey,
    apiKey: input.apiKey,
    apiSecret: input.apiSecret,
    ...(input.passphrase !== undefined && { passphrase: input.passphrase }),
    createdAt: input.createdAt ?? now.toISOString(),
    ...(input.expiresAt !== undefined && { expiresAt: input.expiresAt }),
  };
}

/** Writes it; an earlier candidate loses the label, and with it its use. */
export async function writeCandidate(
  { intake, context }: Session,
  SecretId: string,
  document: KeyDocument,
): Promise<string> {
  const versionId = context.newId();
  const written = new PutSecretValueCommand({
    SecretId,
    ClientRequestToken: versionId,
    SecretString: formatKeyDocument({ ...document, versionId }),
    VersionStages: [CANDIDATE], // without it AWSCURRENT would move, and workloads would read what nothing has checked
  });
  await intake.secrets.send(written);
  return versionId;
}

export type Verdict =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * What the rotation function finds when it tries the candidate at the exchange.
 * @throws Failure `VALIDATION_UNDECIDED`: no verdict, which is neither a yes nor a no.
 */
export async function validateCandidate({ intake, ring }: Session, arn: string): Promise<Verdict> {
  const { FunctionError, Payload } = await intake.lambda.send(
    new InvokeCommand({
      FunctionName: ring.rotationFunction,
      Payload: JSON.stringify({ command: 'validate-candidate', SecretId: arn }),
    }),
  );
  const verdict = FunctionError === undefined ? parseVerdict(Payload) : undefined;
  if (verdict) return verdict;
  const said = FunctionError === undefined ? 'an answer that is no verdict' : `error ${shortened(FunctionError, 40)}`;
  throw new Failure(
    'VALIDATION_UNDECIDED',
    `the rotation function '${ring.rotationFunction}' gave ${said}, so the key is neither accepted nor refused; see log group ${ring.rotationLogGroup}, then put the key again`,
  );
}

function parseVerdict(payload: Uint8Array | undefined): Verdict | undefined {
  let answer: Record<string, unknown> | null;
  try {
    answer = JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
  } catch {
    return undefined;
  }
  const { ok, warnings = [], code, message } = answer ?? {};
  if (ok === true && Array.isArray(warnings) && warnings.every((warning) => typeof warning === 'string')) {
    return { ok, warnings };
  }
  return ok === false && typeof code === 'string' && typeof message === 'string' ? { ok, code, message } : undefined;
}

/** Takes the label from a refused candidate, unless the function has done so or somebody has put another one. */
export async function withdrawCandidate(session: Session, arn: string, versionId: string): Promise<void> {
  const { secrets } = session.intake;
  if ((await candidateOf(session, arn)) !== versionId) return;
  try {
    await secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId: arn, VersionStage: CANDIDATE, RemoveFromVersionId: versionId }),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // the refusal is what the person has to hear; this comes on top of it
    session.output.warn(
      `the refused key is still marked as candidate, so that the next rotation tries it again; put another key: ${withCode(error)}`,
    );
  }
}

/** The version that is the candidate at this moment. */
export async function candidateOf({ intake }: Session, SecretId: string): Promise<string | undefined> {
  return holder(keyFacts(await intake.secrets.send(new DescribeSecretCommand({ SecretId }))), CANDIDATE);
}
