// Finds how the ring verifies its way out: the document it leaves in its SSM parameter.
import { parseVerifyDocument, type VerifyDocument, verifyParameterName } from '../../../contract/verify';
import type { AwsClients } from '../aws/clients';
import { parameterText } from '../aws/parameter';
import type { Session } from '../command';
import { Failure } from '../failure';

/** @throws Failure `VERIFY_NOT_FOUND`, and as `findVerifyIfAny` does. */
export async function findVerify({ aws, environment, ring: { region } }: Session): Promise<VerifyDocument> {
  const document = await findVerifyIfAny(aws, { environment, region });
  if (document !== undefined) return document;
  throw new Failure(
    'VERIFY_NOT_FOUND',
    `the ring of environment '${environment}' in ${region} does not verify its way out: SSM parameter ${verifyParameterName(environment)} does not exist; deploy the ring again with a version that does`,
  );
}

/**
 * Undefined where there is no parameter in the region.
 * @throws Failure `VERIFY_OF_OTHER_PLACE`; InputError `VERIFY_DOCUMENT_MALFORMED`.
 */
export async function findVerifyIfAny(
  aws: AwsClients,
  { environment, region }: Pick<VerifyDocument, 'environment' | 'region'>,
): Promise<VerifyDocument | undefined> {
  const name = verifyParameterName(environment);
  const text = await parameterText(aws, name);
  if (text === undefined) return undefined;
  const document = parseVerifyDocument(text);
  if (document.environment === environment && document.region === region) return document;
  throw new Failure(
    'VERIFY_OF_OTHER_PLACE',
    `SSM parameter ${name} in ${region} is about the ring of '${document.environment}' in ${document.region}; it was copied or edited, deploy the ring again`,
  );
}
