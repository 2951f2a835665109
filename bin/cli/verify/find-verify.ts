// Finds how the ring verifies its way out: the document it leaves in its SSM parameter.
import { parseVerifyDocument, type VerifyDocument, verifyParameterName } from '../../../contract/verify';
import { parameterText } from '../aws/parameter';
import type { Session } from '../command';
import { Failure } from '../failure';

/** @throws Failure `VERIFY_NOT_FOUND`, `VERIFY_OF_OTHER_PLACE`; InputError `VERIFY_DOCUMENT_MALFORMED`. */
export async function findVerify({ aws, environment, ring: { region } }: Session): Promise<VerifyDocument> {
  const name = verifyParameterName(environment);
  const text = await parameterText(aws, name);
  if (text === undefined) {
    throw new Failure(
      'VERIFY_NOT_FOUND',
      `the ring of environment '${environment}' in ${region} does not verify its way out: SSM parameter ${name} does not exist; deploy the ring again with a version that does`,
    );
  }
  const document = parseVerifyDocument(text);
  if (document.environment === environment && document.region === region) return document;
  throw new Failure(
    'VERIFY_OF_OTHER_PLACE',
    `SSM parameter ${name} in ${region} is about the ring of '${document.environment}' in ${document.region}; it was copied or edited, deploy the ring again`,
  );
}
